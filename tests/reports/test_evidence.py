"""Order of the violations shown, on a home with sixty scored calls; and what the terminal shows of them."""

from dataclasses import replace
from io import StringIO
from typing import Any

import pandas as pd
import pytest
from rich.console import Console

from callqa.days import Days
from callqa.scores import ItemScore, ItemStatus
from callqa.settings import Settings
from callqa.types import Verdict
from cli.month_report import FAILURE_COLUMNS, SHOWN, PeriodTables, period_tables, print_report
from cli.output import rich_table
from services.calls.evidence import evidence_of, heaviest, points_lost
from services.context import open_context
from store.calls import exports, read

NOVEMBER = Days.of_month("2026-11")


def test_the_heaviest_are_those_of_all_evidence(scored: Settings) -> None:
    with open_context(scored) as context:
        with context.store.read() as c:
            sheets = list(exports.sheets(c, context.keys, NOVEMBER))
            findings = {
                row.call_pk: row.findings for row in read.findings(c, [sheet.call_pk for sheet in sheets], context.keys)
            }
        rows = [row for sheet in sheets for row in evidence_of(context, sheet, findings[sheet.call_pk])]
        violated = [row for row in rows if row.verdict is Verdict.VIOLATED]
        shown = heaviest(context, NOVEMBER, 40)
        assert shown.n_violations == len(violated)
        assert set(shown.rows) <= set(violated)
        weights = [(row.fatal is None, -(row.points_lost or 0)) for row in shown.rows]
        everything = sorted((row.fatal is None, -(row.points_lost or 0)) for row in violated)
        assert weights == everything[:40]
        varied = heaviest(context, NOVEMBER, 10, of_one_item=1).rows
        assert len({row.item_id for row in varied}) == len(varied) == 10
        assert heaviest(context, Days.of_month("2026-10"), 5) == (0, [])


def test_what_waits_lost_no_points_and_a_penalty_did() -> None:
    unsure = ItemScore("a", ItemStatus.NEEDS_REVIEW, Verdict.UNSURE, None, 5.0, False, ("a",))
    penalty = ItemScore("b", ItemStatus.SCORED, Verdict.VIOLATED, -3.0, 0.0, False, ("b",))
    assert (points_lost(unsure), points_lost(penalty)) == (0.0, 3.0)


def november(settings: Settings) -> PeriodTables:
    with open_context(settings) as context:
        return period_tables(context, "2026-11")


def printed(settings: Settings, **other: Any) -> str:
    """November's report in the terminal, with other tables than its own."""
    console = Console(file=StringIO(), width=160)
    with open_context(settings) as context:
        print_report(context, replace(november(settings), **other), console)
    assert isinstance(console.file, StringIO)
    return console.file.getvalue()


@pytest.mark.usefixtures("chinese")
def test_nothing_failed_is_not_said_while_calls_wait(scored: Settings) -> None:
    output = printed(scored, worst=pd.DataFrame(), n_violations=0)
    assert f"没有判为不合格的项目；{sum(november(scored).agents['待复核'])} 通电话待复核。" in output


@pytest.mark.usefixtures("chinese")
def test_the_terminal_shows_agents_and_the_worst(scored: Settings) -> None:
    tables, output = november(scored), printed(scored)
    assert f"最严重的问题（前 10 条，共 {tables.n_violations} 条）" in output
    assert tables.n_violations > 10
    assert "坐席得分 2026-11" in output
    assert output.count("待确认") >= 10


def rows_below(title: str, output: str) -> list[list[str]]:
    """The cells of the table with this title."""
    lines = output[output.index(title) :].partition("└")[0].splitlines()
    return [[cell.strip() for cell in line.strip("│").split("│")] for line in lines if line.startswith("│")]


@pytest.mark.usefixtures("chinese")
@pytest.mark.parametrize("n_agents", [1, SHOWN, SHOWN + 1, 800])
def test_of_many_agents_the_terminal_shows_the_lowest(scored: Settings, n_agents: int) -> None:
    # By rank, as in the report: each better than the one below, the 30 lowest with one upper limit. The last has none.
    ranked = [(f"{n:04}", 1, 60 + n / 100, 70 + max(n - 29, 0) / 100) for n in reversed(range(n_agents - 1))]
    everybody = [*ranked, ("none", 1, None, None)]
    agents = pd.DataFrame(everybody, columns=["工号", "待复核", "平均分", "上限"])
    output = printed(scored, agents=agents, n_violations=0, worst=pd.DataFrame())
    shown = [number for number, *_ in rows_below("坐席得分", output)]
    if n_agents <= SHOWN:
        assert shown == list(agents["工号"])
        assert "其余" not in output
    else:
        assert shown == [f"{n:04}" for n in range(SHOWN)]
        assert f"… 其余 {n_agents - SHOWN} 名坐席见报表" in output
    assert f"{n_agents} 通电话待复核" in output, "of all"


@pytest.mark.usefixtures("chinese")
@pytest.mark.parametrize("n_failures", [0, 3, SHOWN + 5])
def test_of_many_failures_the_terminal_shows_some(scored: Settings, n_failures: int) -> None:
    rows = [("转写", f"call-{n}", 1, "no_sound", "无声") for n in range(n_failures)]
    output = printed(scored, failures=pd.DataFrame(rows, columns=list(FAILURE_COLUMNS.values())))
    assert output.count("no_sound") == min(n_failures, SHOWN)
    assert ("… 其余 5 条见 callqa failures" in output) == (n_failures > SHOWN)


def test_numbers_of_a_column_have_equally_many_decimals() -> None:
    console = Console(file=StringIO(), width=80)
    frame = pd.DataFrame({"分": [97.0, 92.65, None], "通": [1.0, 12.0, None], "词": ["=1+1", "[b]", ""]})
    console.print(rich_table("表", frame))
    assert isinstance(console.file, StringIO)
    rows = [line.split("│")[1:4] for line in console.file.getvalue().splitlines() if line.startswith("│")]
    assert [[cell.strip() for cell in row] for row in rows] == [
        ["97.00", "1", "=1+1"],
        ["92.65", "12", "[b]"],
        [""] * 3,
    ]
