"""`callqa sample`: which calls people hear, by a plan and by chance, and what they say of all calls."""

from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import pandas as pd
import typer

from callqa.errors import ConfigError, system_problem
from callqa.messages import Message
from callqa.messages import terminal_text as _
from callqa.settings import load_settings
from cli.options import By
from cli.output import rich_table
from cli.queue import read_shares
from reports.frames.files import write_csv
from reports.frames.samples import call_table, design_table, estimate_table, reason_table, sample_table
from scoring.review.queue import share_out
from scoring.sampling import SamplePlan
from services.console import wide_console
from services.context import RubricSet, open_rubric_set, titles_of
from services.review.queue import give_out
from services.sampling.draw import choose_period, draw_sample, find_sample, look, new_seed, plan_for, why_none
from services.sampling.estimate import SampleEstimate
from services.sampling.estimate import estimate as estimate_sample
from store.people import samples

sample_app = typer.Typer(
    help="Draw calls for people to hear, by a plan and by chance, and say what they tell of all calls.",
    no_args_is_help=True,
)
console = wide_console()

Plan = Annotated[str, typer.Argument(help="Id of a shipped plan, or a YAML file.")]
DrawnPlan = Annotated[str, typer.Argument(help="The plan's id, or its YAML file.")]
Period = Annotated[str, typer.Argument(help="As in: callqa sample list.")]
SHOWN = 40


@sample_app.command()
def check(plan: Plan) -> None:
    """Read a plan, and say what is wrong with it or what it would draw from the last period that is over."""
    with open_rubric_set(load_settings()) as rubric_set:
        chosen = plan_for(rubric_set, plan)
        period = choose_period(chosen, None, _now(), rubric_set[0].zone)
        drawing = look(rubric_set, chosen, period, new_seed())
    right = _("plan {id} is right: {title}", id=chosen.id, title=chosen.title)
    console.print(right, highlight=False, markup=False)
    if drawing.result.calls:
        n = drawing.result.n_candidates
        title = Message("would be drawn from {period} ({n} candidates)", period=period, n=n)
        _print_table(title, design_table(drawing.result, chosen))
    else:
        text = _("{period} has no call to draw: {why}", period=period, why=why_none(drawing))
        console.print(text, highlight=False, markup=False, soft_wrap=True)


@sample_app.command()
def draw(
    plan: Plan,
    period: Annotated[
        str | None,
        typer.Option(help="2026-11-24, 2026-W47 or 2026-11, as the plan says.", show_default="the last one over"),
    ] = None,
    by: Annotated[str, typer.Option("--by", help="Your name or number; it is kept with what you do.")] = "",
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Show what would be drawn; keep nothing.")] = False,
    seed: Annotated[
        str | None,
        typer.Option(help="For a draw that can be repeated; it is kept, and marked as given.", show_default="chance"),
    ] = None,
) -> None:
    """Draw a period's calls, once: drawing again shows the same sample."""
    if not by and not dry_run:
        raise ConfigError("sampling.no_author")
    with open_rubric_set(load_settings()) as rubric_set:
        chosen = plan_for(rubric_set, plan)
        period = choose_period(chosen, period, _now(), rubric_set[0].zone)
        if dry_run:
            _print_drawing(rubric_set, chosen, period, seed)
            return
        stored, is_new = draw_sample(rubric_set, chosen, period, seed, by, _now())
        with rubric_set[0].store.read() as connection:
            calls = samples.calls_of(connection, stored.pk)
    _print_table(
        Message("{plan} {period}", plan=chosen.title, period=period),
        reason_table((call.drawn for call in calls), chosen),
    )
    drawn = Message("drawn: {n} of {candidates} candidates", n=stored.n_calls, candidates=stored.n_candidates)
    before = Message(
        "drawn before, by {author}, and not again: {n} of {candidates} candidates",
        author=stored.author,
        n=stored.n_calls,
        candidates=stored.n_candidates,
    )
    text = _(
        "{drawn}, seed {seed}; to list them: callqa sample show {plan} {period}",
        drawn=drawn if is_new else before,
        seed=stored.seed,
        plan=stored.plan_id,
        period=period,
    )
    console.print(text, highlight=False, markup=False, soft_wrap=True)


@sample_app.command("list")
def list_samples() -> None:
    """List the samples that were drawn."""
    with open_rubric_set(load_settings()) as rubric_set:
        with rubric_set[0].store.read() as connection:
            stored = samples.samples(connection)
        table = sample_table(rubric_set[0].zone, stored)
    if stored:
        _print_table(Message("抽检"), table)
    else:
        console.print(_("nothing was drawn yet; run: callqa sample draw PLAN --by NAME"))


@sample_app.command()
def show(
    plan: DrawnPlan,
    period: Period,
    csv: Annotated[Path | None, typer.Option(help="Write the calls to this file instead.")] = None,
) -> None:
    """Show a sample's calls: stratum, probability, and why each was drawn."""
    with open_rubric_set(load_settings()) as rubric_set:
        stored = find_sample(rubric_set, plan, period)
        with rubric_set[0].store.read() as connection:
            calls = samples.calls_of(connection, stored.pk)
        table = call_table(rubric_set[0].zone, calls, SamplePlan.model_validate(stored.document))
    if csv:
        try:
            write_csv(table, csv)
        except OSError as error:
            raise ConfigError("file.not_written", path=csv, why=system_problem(error)) from error
        console.print(_("calls written to {path}: {n}", n=len(table), path=csv), highlight=False, soft_wrap=True)
        return
    title = Message("{plan} {period} (calls: {n})", plan=stored.document["title"], period=period, n=len(table))
    _print_table(title, table)


@sample_app.command()
def assign(
    plan: DrawnPlan,
    period: Period,
    to: Annotated[list[str], typer.Option(help="Who hears them; once for each person. With a share: 王丽:2.")],
    by: By,
) -> None:
    """Give out a sample's calls that nobody was asked to hear yet. Nobody gets a call of their own."""
    shares = read_shares(to)
    with open_rubric_set(load_settings()) as rubric_set:
        stored = find_sample(rubric_set, plan, period)
        given_out = give_out(rubric_set, lambda calls: share_out(calls, shares), by, sample=stored.name)
    for name, n in sorted(Counter(given_out.reviewer_of.values()).items()):
        console.print(_("{name}, calls to hear: {n}", name=name, n=n), highlight=False, markup=False)
    if given_out.nobody:
        text = _("not given out, for they are the hearers' own calls: {n}", n=len(given_out.nobody))
        console.print(text, highlight=False)
    if not given_out.reviewer_of and not given_out.nobody:
        console.print(_("all calls of this sample are given out"))


@sample_app.command()
def estimate(plan: DrawnPlan, period: Period) -> None:
    """What people found in a sample says of all its calls: weighted means with 95 % intervals."""
    with open_rubric_set(load_settings()) as rubric_set:
        stored = find_sample(rubric_set, plan, period)
        figures = estimate_sample(rubric_set, stored)
        titles = titles_of(rubric_set)
    title = Message("{plan} {period}, estimates (95 % intervals)", plan=stored.document["title"], period=period)
    _print_table(title, estimate_table(titles, figures))
    for line in _remarks(stored, figures):
        console.print(_(line), highlight=False)


def _remarks(stored: samples.StoredSample, figures: SampleEstimate) -> Iterator[Message]:
    """What the estimates rest on, and how far they can be trusted."""
    yield Message(
        "{drawn} drawn, {heard} heard; they stand for {calls}",
        drawn=figures.n_drawn,
        heard=figures.n_heard,
        calls=figures.n_calls,
    )
    if figures.n_heard < figures.n_drawn:
        yield Message(
            "calls nobody heard yet are taken to be as those heard of their stratum; only when all are heard can the "
            "estimates be relied on"
        )
    if figures.n_earlier:
        yield Message(
            "{n} of them were drawn by an earlier sample ({heard} heard); they are not drawn again, and count for "
            "themselves",
            n=figures.n_earlier,
            heard=figures.n_earlier_heard,
        )
    if (then := stored.n_candidates + figures.n_earlier) != figures.n_calls:
        yield Message(
            "there were {n} candidates when it was drawn; calls have come or gone since, and new ones had no chance",
            n=then,
        )


def _print_drawing(rubric_set: RubricSet, plan: SamplePlan, period: str, seed: str | None) -> None:
    """A draw that is not kept."""
    drawing = look(rubric_set, plan, period, seed or new_seed())
    if not drawing.result.calls:
        raise ConfigError("sampling.nothing_to_draw", period=period, plan=plan.id, why=why_none(drawing))
    rows = [
        (call.call_id, plan.why_words(call.why), plan.strata.words(call.stratum), round(call.probability, 4))
        for call in drawing.result.calls[:SHOWN]
    ]
    n = len(drawing.result.calls)
    few = Message("calls that would be drawn (first {n})", n=SHOWN)
    _print_table(
        few if n > SHOWN else Message("calls that would be drawn"),
        pd.DataFrame(rows, columns=["通话编号", "入选原因", "层", "入选概率"]),
    )
    _print_table(
        Message("{plan} {period} (tried, nothing kept)", plan=plan.title, period=period),
        design_table(drawing.result, plan),
    )
    text = _(
        "tried: {n} of {candidates} candidates, seed {seed}",
        n=n,
        candidates=drawing.result.n_candidates,
        seed=drawing.seed,
    )
    console.print(text, highlight=False)


def _print_table(title: Message, table: pd.DataFrame) -> None:
    console.print(rich_table(title, table))


def _now() -> datetime:
    return datetime.now(UTC)
