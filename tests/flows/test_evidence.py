"""Which violations are shown first, on a home with sixty scored calls; and what the terminal shows of them."""

from dataclasses import replace
from io import StringIO

import pandas as pd
from rich.console import Console

from callqa.days import Days
from callqa.settings import Settings
from callqa.types import ItemScore, ItemStatus, Verdict
from flows.console import rich_table
from flows.evidence import evidence_of, heaviest, points_lost
from flows.report import print_report
from flows.tables import period_tables
from flows.wiring import open_run
from store import exports, read

NOVEMBER = Days.of_month("2026-11")


def test_the_heaviest_are_those_of_all_evidence(scored: Settings) -> None:
    with open_run(scored) as run:
        with run.store.read() as c:
            sheets = list(exports.sheets(c, run.keys, NOVEMBER))
            found = {row.call_pk: row.findings for row in read.findings(c, [one.call_pk for one in sheets], run.keys)}
        rows = [row for one in sheets for row in evidence_of(run, one, found[one.call_pk])]
        violated = [row for row in rows if row.verdict is Verdict.VIOLATED]
        shown = heaviest(run, NOVEMBER, 40)
        assert shown.n_violations == len(violated)
        assert set(shown.rows) <= set(violated)
        weights = [(row.fatal is None, -(row.points_lost or 0)) for row in shown.rows]
        everything = sorted((row.fatal is None, -(row.points_lost or 0)) for row in violated)
        assert weights == everything[:40]
        varied = heaviest(run, NOVEMBER, 10, of_one_item=1).rows
        assert len({row.item_id for row in varied}) == len(varied) == 10
        assert heaviest(run, Days.of_month("2026-10"), 5) == (0, [])


def test_what_waits_lost_no_points_and_a_penalty_did() -> None:
    unsure = ItemScore("a", ItemStatus.NEEDS_REVIEW, Verdict.UNSURE, None, 5.0, False, ("a",))
    penalty = ItemScore("b", ItemStatus.SCORED, Verdict.VIOLATED, -3.0, 0.0, False, ("b",))
    assert (points_lost(unsure), points_lost(penalty)) == (0.0, 3.0)


def test_nothing_failed_is_not_said_while_calls_wait(scored: Settings) -> None:
    console = Console(file=StringIO(), width=160)
    with open_run(scored) as run:
        tables = period_tables(run, "2026-11")
        print_report(run, replace(tables, worst=tables.worst[:0], n_violations=0), console)
    assert isinstance(console.file, StringIO)
    assert f"没有判为不合格的项目；{sum(tables.agents['待复核'])} 通电话待复核。" in console.file.getvalue()


def test_the_terminal_shows_agents_and_the_worst(scored: Settings) -> None:
    console = Console(file=StringIO(), width=160)
    with open_run(scored) as run:
        tables = period_tables(run, "2026-11")
        print_report(run, tables, console)
    assert isinstance(console.file, StringIO)
    said = console.file.getvalue()
    assert f"最严重的问题（前 10 条，共 {tables.n_violations} 条）" in said
    assert tables.n_violations > 10
    assert "坐席得分 2026-11" in said
    assert said.count("待确认") >= 10


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
