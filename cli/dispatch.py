"""`callqa dispatch`: which unit is responsible for a ticket."""

from pathlib import Path
from typing import Annotated

import pandas as pd
import typer
from rich.console import Console

from callqa.messages import Message
from callqa.messages import terminal_text as _
from cli.options import AsJson
from cli.output import print_answer, rich_table
from services.console import wide_console
from services.dispatch.evaluation import DispatchEvaluation, evaluate_dispatch
from tickets.dispatch.figures import DriftOutcome, Share

dispatch_app = typer.Typer(
    no_args_is_help=True, help="Suggest the unit that is responsible for a ticket, and measure how well that goes."
)
console = wide_console()
STATES = {
    "open": Message("breaker open"),
    "half_open": Message("breaker half open"),
    "closed": Message("breaker closed"),
}


@dispatch_app.command("eval")
def evaluate(
    folder: Annotated[
        Path, typer.Argument(help="tickets.csv.gz, lifecycle.csv.gz; truth.json names planted changes of duty.")
    ],
    as_json: AsJson = False,
) -> None:
    """Dispatch a stream of past tickets as it would have gone, week by week, and measure that against how it ended."""
    print_answer(evaluate_dispatch(folder, Console(stderr=True)), _print, as_json, console)


def _print(result: DispatchEvaluation, console: Console) -> None:
    rows = [*((str(week), counts) for week, counts in result.weeks), (_("all"), result.total)]
    frame = pd.DataFrame([_row(name, counts) for name, counts in rows], columns=list(COLUMNS))
    console.print(rich_table(Message("dispatch by week"), frame.rename(columns=COLUMNS)))
    threshold = f"{result.thresholds[-1]:.3f}"
    types = list(result.barred) or Message("none")
    console.print(
        _("threshold of the confidence: {value}; types left to people: {types}", value=threshold, types=types)
    )
    usual = {
        "people": _percent(result.people),
        "usual": _percent(result.most_frequent),
        "best": _percent(result.ceiling),
    }
    console.print(_("people's first dispatch {people}, most frequent unit {usual}, best possible {best}", **usual))
    for each in result.drifts:
        console.print(_drift(each))
    console.print(_("breakers that opened without a change of duty: {n}", n=len(result.false_openings)))
    for change in result.false_openings:
        console.print(f"  {change.at:%Y-%m-%d %H:%M} {change.name} {_(STATES[change.state])}")


def _drift(each: DriftOutcome) -> str:
    values = {"category": each.drift.leaf, "day": each.drift.at, "wrong": each.wrong, "n": each.automatic}
    if each.days is None:
        return _("{category}, changed on {day}: no breaker opened; {wrong} of {n} dispatches wrong", **values)
    days = f"{each.days:.1f}"
    text = "{category}, changed on {day}: breaker open after {days} days, {wrong} of {n} dispatches wrong"
    return _(text, days=days, **values)


COLUMNS = {
    "week": Message("week"), "tickets": Message("tickets"), "accuracy": Message("accuracy"), "top 3": Message("top 3"),
    "coverage": Message("coverage"), "precision": Message("precision"), "lower bound": Message("lower bound"),
}  # fmt: skip


def _row(name: str, counts: Share) -> tuple[object, ...]:
    shares = (counts.accuracy, counts.top3, counts.coverage, counts.precision, counts.precision_lower)
    return (name, counts.n, *map(_percent, shares))


def _percent(value: float | None) -> str:
    return "–" if value is None else f"{value:.1%}"
