"""The command line: the list of its commands. A command is imported when it is typed, because that takes seconds."""

import os
import signal
import sys
from importlib import import_module
from importlib.metadata import version
from pathlib import Path
from typing import Annotated, Any, NoReturn

import typer
from rich.console import Console
from typer.core import TyperGroup
from typer.main import get_group

from callqa.errors import MAKE_ROOM, NO_ROOM, NO_WAY, CallQAError

COMMANDS: dict[str, dict[str, tuple[str, str]]] = {
    "The night": {
        "run": ("run.run", "Do whatever is missing: ingest, transcribe, check, score, report. Without Prefect."),
        "ingest": ("run.ingest", "Take calls into the database, without transcribing them yet."),
        "nightly": ("run.nightly", "The same as `run`, as a Prefect flow."),
        "schedule": ("run.schedule", "Run every night on this machine, until stopped."),
        "failures": ("failures.failures_app", "What could not be processed, and why."),
        "plan": (
            "plan.plan",
            "Say how many workers, machines, memory, disk and network a night needs, and what breaks first.",
        ),
        "release": ("release.release", "Publish scores that the golden-set gate held, or list what is held."),
    },
    "The desk": {
        "serve": (
            "serve.serve",
            "Open the desk: supervisors review, trainers pick, agents answer, in a browser.",
        ),
        "user": ("user.user_app", "The accounts of people who use the desk."),
        "audit": ("audit.audit_app", "Whether the log of who did what is as it was written."),
    },
    "Upkeep": {
        "doctor": ("doctor.doctor", "Look at everything a night needs, and say how to mend what is wrong."),
        "alerts": ("alerts.alerts_app", "Tell people when a night failed, is late, or is held."),
        "backup": (
            "backup.backup",
            "Write the database and the office's own files into one archive, while everything goes on.",
        ),
        "restore": (
            "backup.restore",
            "Put the database of an archive in the place of the one that the settings name.",
        ),
    },
    "Privacy": {
        "retention": ("retention.retention_app", "What is kept of calls for how long, and removing what is due."),
        "erase": (
            "erase.erase",
            "Erase the calls of a telephone number: list them first, then do it with --apply.",
        ),
        "legal-hold": ("legal_hold.legal_hold_app", "Calls that must not be removed, whatever their age."),
        "encrypt": (
            "encrypt.encrypt",
            "Encrypt recordings in place with the key of the settings; callqa reads them as before.",
        ),
    },
    "Results": {
        "report": ("run.report", "Print a month's scores per agent and the worst evidence; write CSV and XLSX."),
        "show": ("show.show", "Print one call: turns, findings with quotes and times, points."),
        "search": (
            "search.search",
            "Find calls in which something was said, by sound (陈辉路 for 晨晖路) or as it is spelled.",
        ),
        "figures": (
            "figures.figures",
            "Print what the scores say of agents, teams, categories or lines, and how sure that is.",
        ),
        "export": (
            "export.export",
            "Write scores, evidence and reviews as a workbook, CSV, Parquet, JSON, and a page for each team.",
        ),
    },
    "People": {
        "queue": ("queue.queue_app", "The calls that wait for people, and who hears them."),
        "review": ("review.review_app", "Confirm or correct what the machine found; the scores follow."),
        "appeal": ("appeal.appeal_app", "Agents contest items; team lead, QA and a final verdict answer."),
        "sample": (
            "sample.sample_app",
            "Draw calls for people to hear, by a plan and by chance, and say what they tell of all calls.",
        ),
        "calibrate": (
            "calibrate.calibrate_app",
            "Several people judge the same calls blind, and see afterwards where they and the machine differ.",
        ),
        "golden": (
            "golden.golden_app",
            "What people agreed is right: the calls on which the machine is measured every night.",
        ),
        "trust": ("trust.trust_app", "How far each item's verdicts can be relied on, and which only suggest."),
    },
    "Training": {
        "picks": ("coaching.picks", "Find calls that show an item best, spread over agents and categories."),
        "card": (
            "coaching.card",
            "Show what an agent should practise: the three weakest items, two clips each, and the trend.",
        ),
        "wordings": (
            "coaching.wordings",
            "Show what agents really say where a phrase is asked for, the commonest first.",
        ),
        "playlist": ("playlist.playlist_app", "Clips of calls in the order of a lesson."),
    },
    "Rubrics and models": {
        "rubric": ("rubric.rubric_app", "Check, show and compare rubrics; none of it touches the database."),
        "rescore": (
            "run.rescore",
            "Score all calls again under another rubric: no speech recognition, and only checks that are new.",
        ),
        "eval": ("evaluate.eval_calls", "Measure every item and the transcripts against labelled calls."),
        "eval-speech": (
            "evaluate.eval_speech",
            "Measure speech recognition on clips with transcripts, with and without repair.",
        ),
        "eval-category": (
            "evaluate.eval_category",
            "Measure how often the first level of the category is named right.",
        ),
        "train": ("train.train_app", "Train classifiers on your own labelled data."),
    },
}
"""By heading and name: where the command is, and the line about it in the list.

A place without a package is in `cli`.
"""


def load_command(name: str) -> Any:
    """The command itself."""
    ((place, _),) = (commands[name] for commands in COMMANDS.values() if name in commands)
    module, _, attribute = place.rpartition(".")
    found = getattr(import_module(f"cli.{module}"), attribute)
    alone = typer.Typer()
    if isinstance(found, typer.Typer):
        alone.add_typer(found, name=name)
    else:
        alone.command(name)(found)
    return get_group(alone).commands[name]


class ListedCommands(TyperGroup):
    """Knows its commands by the list, until one is typed."""

    def resolve_command(self, ctx: Any, args: list[str]) -> Any:
        name, listed, rest = super().resolve_command(ctx, args)
        command = load_command(name) if name and listed else None
        if signal.getsignal(signal.SIGINT) is signal.SIG_DFL:  # from `cli.start`
            signal.signal(signal.SIGINT, signal.default_int_handler)
        return name, command, rest


app = typer.Typer(
    name="callqa",
    cls=ListedCommands,
    help="Inspect every call of a citizen hotline: transcripts, checks, scores, and the evidence for every verdict.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)


def _print_version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"callqa {version('callqa')}")
        raise typer.Exit


@app.callback()
def set_home(
    home: Annotated[
        Path | None, typer.Option(help="Where database and reports go.", show_default="CALLQA_HOME or callqa-data")
    ] = None,
    _: Annotated[
        bool, typer.Option("--version", help="Print the version.", callback=_print_version, is_eager=True)
    ] = False,
) -> None:
    if home:
        os.environ["CALLQA_HOME"] = str(home.absolute())  # noqa: TID251  # workers started from here inherit it


def _listed() -> None:
    """Stands for a command in the list."""


for heading, commands in COMMANDS.items():
    for name, (_, line) in commands.items():
        app.command(name, help=line, rich_help_panel=heading)(_listed)


def main() -> None:
    """Entry point: what callqa refuses is one line on the error output, not a traceback."""
    try:
        app()
    except CallQAError as error:
        _refuse(str(error))
    except OSError as error:
        if error.errno in NO_ROOM:
            _refuse(f"{error.filename or 'a file'} cannot be written: {error.strerror}; {MAKE_ROOM}")
        if error.errno in NO_WAY and error.filename:
            _refuse(f"{error.filename}: {error.strerror}; check the path, and the rights of the user who runs callqa")
        raise


def _refuse(why: str) -> NoReturn:
    from services.upkeep.logs import log_refusal  # takes half a second

    if not log_refusal(why):
        told = Console(stderr=True, emoji=False)
        told.print(f"callqa: {why}", style="red", markup=False, highlight=False, soft_wrap=True)
    sys.exit(1)
