"""`callqa trust`: how far the machine's verdicts on each item can be relied on."""

from datetime import UTC, datetime

import pandas as pd
import typer

from callqa.messages import Message
from callqa.messages import terminal_text as _
from callqa.records import Estimate
from callqa.settings import load_settings
from cli.output import rich_table
from flows.night import TRUST_UPDATE
from flows.runner import run_night
from flows.stage import in_this_process
from services.console import wide_console
from services.context import RubricContext, open_rubric_set
from services.trust.measure import measure_trust
from services.wording import STANDINGS
from store.calls import trust

trust_app = typer.Typer(help="How far each item's verdicts can be relied on, and which only suggest.")
console = wide_console()
FIGURES = {"kappa": "kappa", "precision": "精确率"}


@trust_app.callback(invoke_without_command=True)
def show_trust(ctx: typer.Context) -> None:
    """Show each item's agreement with people, and whether its violations deduct or only suggest."""
    if ctx.invoked_subcommand:
        return
    with open_rubric_set(load_settings()) as rubric_set:
        for context in rubric_set:
            _show(context)
    legend = _(
        "Decided: calls that both people and the machine decided; Undecided: those the machine could not. In brackets "
        "the number of cases, in the line below the 95 % interval, whose lower bound Floor asks about.\n"
        "Recall, kappa and AC1 are of calls drawn at random and judged as a whole. Arrow: from the next run on."
    )
    console.print(legend, highlight=False)


@trust_app.command("update")
def update() -> None:
    """Measure now instead of in the night, and score anew what an item that gains or loses trust changes."""
    with open_rubric_set(load_settings()) as rubric_set:
        for report in run_night(rubric_set, "trust", TRUST_UPDATE, in_this_process, console):
            context = report.context
            names = [title for item_id, title in context.rubric.titles.items() if item_id in context.advisory]
            text = _("items that only suggest: {items}", items=names) if names else _("no item only suggests")
            console.print(text, highlight=False)


def _show(context: RubricContext) -> None:
    measured = measure_trust(context, datetime.now(UTC))
    with context.store.read() as connection:
        stored = trust.trusts(connection, context.rubric.key)
    rows = []
    for item in context.rubric.items:
        measured_trust, floor = measured.get(item.id), item.trust_floor
        was, becomes = context.standing(item, stored.get(item.id)), context.standing(item, measured_trust)
        rows.append(
            {
                "项目": item.title,
                _("Decided"): measured_trust.n if measured_trust else 0,
                _("Undecided"): measured_trust.n_undecided if measured_trust else 0,
                "精确率": interval_text(measured_trust.precision if measured_trust else None),
                "召回率": interval_text(measured_trust.recall if measured_trust else None),
                "kappa": interval_text(measured_trust.kappa if measured_trust else None),
                "AC1": interval_text(measured_trust.ac1 if measured_trust else None),
                _("Floor"): f"{_(FIGURES[floor.figure])}≥{floor.floor:g}" if floor else "",
                "状态": _(STANDINGS[was]) + ("" if was == becomes else f"→{_(STANDINGS[becomes])}"),
            }
        )

    title = Message("trust in each item ({id} {version})", id=context.rubric.id, version=context.rubric.version)
    console.print(rich_table(title, pd.DataFrame(rows)))
    stated = [
        {
            "项目": item.title,
            _("Verdict"): _("violated") if stated_range.violated else _("not violated"),
            _("Stated confidence"): f"{max(stated_range.above, 0):.0%}~{stated_range.upto:.0%}",
            _("Right"): interval_text(stated_range.right),
        }
        for item in context.rubric.items
        if (item_trust := measured.get(item.id)) and item_trust.stated
        for stated_range in item_trust.stated.ranges
    ]
    if stated:
        console.print(rich_table(Message("what a language model's stated confidence was worth"), pd.DataFrame(stated)))


def interval_text(estimate: Estimate | None) -> str:
    """A figure with its number of cases, and its interval in a second line; empty when it cannot be told."""
    if estimate is None or estimate.value is None:
        return ""
    bounds = "" if estimate.low is None or estimate.high is None else f"\n{estimate.low:.2f}~{estimate.high:.2f}"
    return f"{estimate.value:.2f} ({estimate.n}){bounds}"
