"""Commands by heading, each with the line about it in the list. A command is imported when it is typed, for that takes
seconds: each function here imports one and gives it.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

Command = Any
"""A `typer.Typer` with commands of its own, or the function of a single one."""


@dataclass(frozen=True, slots=True)
class ListedCommand:
    """A command as the list knows it."""

    heading: str
    name: str
    line: str
    load: Callable[[], Command]


COMMANDS: dict[str, ListedCommand] = {}
"""By name, in the order of the list."""


def listed(heading: str) -> Callable[[Callable[[], Command]], Callable[[], Command]]:
    """Puts a command into the list, under its function's name and with the line of its docstring."""

    def put(load: Callable[[], Command]) -> Callable[[], Command]:
        name = load.__name__.replace("_", "-")
        COMMANDS[name] = ListedCommand(heading, name, " ".join((load.__doc__ or "").split()), load)
        return load

    return put


@listed("The night")
def run() -> Command:
    """Do whatever is missing: ingest, transcribe, check, score, report. Without Prefect."""
    from cli import run

    return run.run


@listed("The night")
def ingest() -> Command:
    """Take calls into the database, without transcribing them yet."""
    from cli import run

    return run.ingest


@listed("The night")
def nightly() -> Command:
    """The same as `run`, as a Prefect flow."""
    from cli import run

    return run.nightly


@listed("The night")
def schedule() -> Command:
    """Run every night on this machine, until stopped."""
    from cli import run

    return run.schedule


@listed("The night")
def failures() -> Command:
    """What could not be processed, and why."""
    from cli import failures

    return failures.failures_app


@listed("The night")
def plan() -> Command:
    """Say how many workers, machines, memory, disk and network a night needs, and what breaks first."""
    from cli import plan

    return plan.plan


@listed("The night")
def release() -> Command:
    """Publish scores that the golden-set gate held, or list what is held."""
    from cli import release

    return release.release


@listed("The desk")
def serve() -> Command:
    """Open the desk: supervisors review, trainers pick, agents answer, in a browser."""
    from cli import serve

    return serve.serve


@listed("The desk")
def user() -> Command:
    """The accounts of people who use the desk."""
    from cli import user

    return user.user_app


@listed("The night")
def worker() -> Command:
    """Transcribe and check urgent calls at once, beside the night, until stopped."""
    from cli import worker

    return worker.worker


@listed("The desk")
def token() -> Command:
    """Tokens by which other programs use /api/v1."""
    from cli import token

    return token.token_app


@listed("The desk")
def roster() -> Command:
    """The agents: names, teams from which day on, dates of hire."""
    from cli import roster

    return roster.roster_app


@listed("The desk")
def audit() -> Command:
    """Whether the log of who did what is as it was written."""
    from cli import audit

    return audit.audit_app


@listed("Upkeep")
def doctor() -> Command:
    """Look at everything a night needs, and say how to mend what is wrong."""
    from cli import doctor

    return doctor.doctor


@listed("Upkeep")
def alerts() -> Command:
    """Tell people when a night failed, is late, or is held."""
    from cli import alerts

    return alerts.alerts_app


@listed("Upkeep")
def backup() -> Command:
    """Write the database and the office's own files into one archive, while everything goes on."""
    from cli import backup

    return backup.backup


@listed("Upkeep")
def restore() -> Command:
    """Put the database of an archive in the place of the one that the settings name."""
    from cli import backup

    return backup.restore


@listed("Privacy")
def retention() -> Command:
    """What is kept of calls for how long, and removing what is due."""
    from cli import retention

    return retention.retention_app


@listed("Privacy")
def erase() -> Command:
    """Erase the calls of a telephone number: list them first, then do it with --apply."""
    from cli import erase

    return erase.erase


@listed("Privacy")
def legal_hold() -> Command:
    """Calls that must not be removed, whatever their age."""
    from cli import legal_hold

    return legal_hold.legal_hold_app


@listed("Privacy")
def encrypt() -> Command:
    """Encrypt recordings in place with the key of the settings; callqa reads them as before."""
    from cli import encrypt

    return encrypt.encrypt


@listed("Results")
def report() -> Command:
    """Print a month's scores per agent and the worst evidence; write CSV and XLSX."""
    from cli import run

    return run.report


@listed("Results")
def show() -> Command:
    """Print one call: turns, findings with quotes and times, points."""
    from cli import show

    return show.show


@listed("Results")
def search() -> Command:
    """Find calls in which something was said, by sound (陈辉路 for 晨晖路) or as it is spelled."""
    from cli import search

    return search.search


@listed("Results")
def figures() -> Command:
    """Print what the scores say of agents, teams, categories or lines, and how sure that is."""
    from cli import figures

    return figures.figures


@listed("Results")
def export() -> Command:
    """Write scores, evidence and reviews as a workbook, CSV, Parquet, JSON, and a page for each team."""
    from cli import export

    return export.export


@listed("People")
def queue() -> Command:
    """The calls that wait for people, and who hears them."""
    from cli import queue

    return queue.queue_app


@listed("People")
def review() -> Command:
    """Confirm or correct what the machine found; the scores follow."""
    from cli import review

    return review.review_app


@listed("People")
def examples() -> Command:
    """What people judged, kept with its words for models to learn from."""
    from cli import examples

    return examples.examples_app


@listed("People")
def appeal() -> Command:
    """Agents contest items; team lead, QA and a final verdict answer."""
    from cli import appeal

    return appeal.appeal_app


@listed("People")
def sample() -> Command:
    """Draw calls for people to hear, by a plan and by chance, and say what they tell of all calls."""
    from cli import sample

    return sample.sample_app


@listed("People")
def calibrate() -> Command:
    """Several people judge the same calls blind, and see afterwards where they and the machine differ."""
    from cli import calibrate

    return calibrate.calibrate_app


@listed("People")
def golden() -> Command:
    """What people agreed is right: the calls on which the machine is measured every night."""
    from cli import golden

    return golden.golden_app


@listed("People")
def trust() -> Command:
    """How far each item's verdicts can be relied on, and which only suggest."""
    from cli import trust

    return trust.trust_app


@listed("Training")
def picks() -> Command:
    """Find calls that show an item best, spread over agents and categories."""
    from cli import coaching

    return coaching.picks


@listed("Training")
def card() -> Command:
    """Show what an agent should practise: the three weakest items, two clips each, and the trend."""
    from cli import coaching

    return coaching.card


@listed("Training")
def wordings() -> Command:
    """Show what agents really say where a phrase is asked for, the commonest first."""
    from cli import coaching

    return coaching.wordings


@listed("Training")
def playlist() -> Command:
    """Clips of calls in the order of a lesson."""
    from cli import playlist

    return playlist.playlist_app


@listed("Tickets")
def tickets() -> Command:
    """Read the life of tickets from an export: how far they came, and what contradicts itself."""
    from cli import tickets

    return tickets.tickets_app


@listed("Tickets")
def dispatch() -> Command:
    """Suggest the unit that is responsible for a ticket, and measure how well that goes."""
    from cli import dispatch

    return dispatch.dispatch_app


@listed("Rubrics and models")
def rubric() -> Command:
    """Check, show and compare rubrics; none of it touches the database."""
    from cli import rubric

    return rubric.rubric_app


@listed("Rubrics and models")
def rescore() -> Command:
    """Score all calls again under another rubric: no speech recognition, and only checks that are new."""
    from cli import run

    return run.rescore


@listed("Rubrics and models")
def eval() -> Command:
    """Measure every item and the transcripts against labelled calls."""
    from cli import evaluate

    return evaluate.eval_calls


@listed("Rubrics and models")
def eval_speech() -> Command:
    """Measure speech recognition on clips with transcripts, with and without repair."""
    from cli import evaluate

    return evaluate.eval_speech


@listed("Rubrics and models")
def eval_category() -> Command:
    """Measure how often the first level of the category is named right."""
    from cli import evaluate

    return evaluate.eval_category


@listed("Rubrics and models")
def train() -> Command:
    """Train classifiers on your own labelled data, and from the examples that people made."""
    from cli import train

    return train.train_app
