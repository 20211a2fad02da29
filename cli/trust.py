"""`callqa trust`: how far the machine's verdicts on each item can be relied on."""

from datetime import UTC, datetime

import pandas as pd
import typer

from callqa.records import Estimate
from callqa.settings import load_settings
from cli.output import rich_table
from flows.night import TRUST_UPDATE
from flows.runner import run_night
from flows.stage import in_this_process
from scoring.agreement.trust import standing
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
    console.print(
        "判定：人机都作出判定的通话；未定：机器未能判定的。括号内为样本数，下一行为95%区间，要求看区间下限。\n"
        "召回率、kappa、AC1只用随机抽取并整体评过的通话计算。箭头：从下次运行起。",
        highlight=False,
    )


@trust_app.command("update")
def update() -> None:
    """Measure now instead of in the night, and score anew what an item that gains or loses trust changes."""
    with open_rubric_set(load_settings()) as rubric_set:
        for report in run_night(rubric_set, "trust", TRUST_UPDATE, in_this_process, console):
            context = report.context
            names = [title for item_id, title in context.rubric.titles.items() if item_id in context.advisory]
            console.print(f"仅建议的项目：{'、'.join(names)}" if names else "没有仅建议的项目。", highlight=False)


def _show(context: RubricContext) -> None:
    measured = measure_trust(context, datetime.now(UTC))
    with context.store.read() as connection:
        stored = trust.trusts(connection, context.rubric.key)
    rows = []
    for item in context.rubric.items:
        measured_trust, floor = measured.get(item.id), item.trust_floor
        was, becomes = standing(item, stored.get(item.id)), standing(item, measured_trust)
        rows.append(
            {
                "项目": item.title,
                "判定": measured_trust.n if measured_trust else 0,
                "未定": measured_trust.n_undecided if measured_trust else 0,
                "精确率": interval_text(measured_trust.precision if measured_trust else None),
                "召回率": interval_text(measured_trust.recall if measured_trust else None),
                "kappa": interval_text(measured_trust.kappa if measured_trust else None),
                "AC1": interval_text(measured_trust.ac1 if measured_trust else None),
                "要求": f"{FIGURES[floor.figure]}≥{floor.floor:g}" if floor else "",
                "状态": STANDINGS[was] + ("" if was == becomes else f"→{STANDINGS[becomes]}"),
            }
        )

    console.print(rich_table(f"各项目可信度（{context.rubric.id} {context.rubric.version}）", pd.DataFrame(rows)))


def interval_text(estimate: Estimate | None) -> str:
    """A figure with its number of cases, and its interval in a second line; empty when it cannot be told."""
    if estimate is None or estimate.value is None:
        return ""
    bounds = "" if estimate.low is None or estimate.high is None else f"\n{estimate.low:.2f}~{estimate.high:.2f}"
    return f"{estimate.value:.2f} ({estimate.n}){bounds}"
