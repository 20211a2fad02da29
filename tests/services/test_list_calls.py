"""The list of calls after runs: complete, each call under its own rubric, and marked as its sheet says."""

from dataclasses import replace
from datetime import UTC, datetime
from io import StringIO
from pathlib import Path

from nights import QUIET
from own_rubric import OWN
from rich.console import Console
from sqlalchemy import select

from callqa.settings import Settings
from callqa.types import Verdict
from flows.night import RESCORE
from flows.runner import run_night
from flows.stage import in_this_process
from services.calls.call_list import list_calls
from services.context import RubricContext, open_rubric_set
from services.review.reviews import new_review, review_call
from store import Connection
from store.calls import call_list, read, write
from store.calls.call_query import CallQuery
from store.tables import call_list as listing_tables


def marks(c: Connection) -> set[tuple[int, str, str]]:
    table = listing_tables.call_list_mark.c
    return {row._tuple() for row in c.execute(select(table.call_id, table.mark, table.item_id))}


def marks_of_sheets(c: Connection, context: RubricContext) -> set[tuple[int, str, str]]:
    """From each sheet by itself, as pages show it."""
    sheets = {row.call_pk: context.sheet(row) for row in read.scores(c, context.keys)}
    failed = {(pk, "failed", item) for pk, sheet in sheets.items() for item in sheet.failed}
    return failed | {(pk, "undecided", item) for pk, sheet in sheets.items() for item in sheet.undecided}


def test_a_run_lists_what_it_scored(scored: Settings) -> None:
    console = Console(file=StringIO(), width=200)
    with open_rubric_set(scored) as rubric_set:
        with rubric_set[0].store.write() as c:
            write.take_off_call_list(c, range(1, 61))
        run_night(rubric_set, "test", RESCORE, in_this_process, console)
        assert isinstance(console.file, StringIO)
        assert "list        calls brought up to date: 60\n" in console.file.getvalue()
        assert list_calls(rubric_set, console) == 0
        with rubric_set[0].store.read() as c:
            assert len(list(call_list.rows_of(c, CallQuery(rubric_set[0].zone)))) == 60
            assert marks(c) == marks_of_sheets(c, rubric_set[0])


def test_a_review_marks_the_row_as_the_next_run_would(scored: Settings) -> None:
    with open_rubric_set(scored) as rubric_set:
        (context,) = rubric_set
        list_calls(rubric_set, QUIET)
        for n, item in enumerate(context.rubric.titles):
            at = datetime(2026, 11, 24, tzinfo=UTC)
            word = new_review("call-0001", item, "override", "王丽", verdict=Verdict.VIOLATED, reason="听过", at=at)
            review_call(context, replace(word, review_key=f"{n}"))
        with context.store.read() as c:
            assert marks(c) == marks_of_sheets(c, context)
        assert list_calls(rubric_set, QUIET) == 0


def test_a_call_stands_in_the_list_under_the_rubric_that_is_for_it(scored: Settings, tmp_path: Path) -> None:
    with open_rubric_set(scored) as rubric_set:
        list_calls(rubric_set, QUIET)
    rubric_path = tmp_path / "own.yaml"
    rubric_path.write_text(OWN, encoding="utf-8")
    with open_rubric_set(scored.model_copy(update={"rubric": f"pudong-12345,{rubric_path}"})) as rubric_set:
        run_night(rubric_set, "test", RESCORE, in_this_process, QUIET)
        with rubric_set[0].store.read() as c:
            rows = list(call_list.rows_of(c, CallQuery(rubric_set[0].zone)))
        keys = {context.keys.rubric_key: context.rubric.id for context in rubric_set}
        assert {(row.team, keys[row.rubric_key], len(row.verdicts)) for row in rows} == {
            ("A组", "pudong-12345", 22),
            ("B组", "own", 2),
        }
    with open_rubric_set(scored.model_copy(update={"rubric": str(rubric_path)})) as rubric_set:
        assert list_calls(rubric_set, QUIET) == sum(row.team == "A组" for row in rows)
        with rubric_set[0].store.read() as c:
            assert {row.team for row in call_list.rows_of(c, CallQuery(rubric_set[0].zone))} == {"B组"}
