"""The list of calls follows the scores: after a run, with every review, and when a call changes."""

from dataclasses import replace

import pytest
from effective_sheets import put_reviewed
from listed_world import HELD, N_CALLS, everything, fill, marks_of, put_call, refresh, resheet, review, stored_facts
from sqlalchemy import select
from store_world import KEYS, World

from callqa.errors import StoreError
from callqa.keys import Scope
from callqa.types import Verdict
from store import Connection
from store.calls import failures, list_rows, read, registry, write
from store.tables.call_list import call_list as table
from store.tables.call_list import call_list_mark


@pytest.fixture
def filled(world: World) -> World:
    fill(world)
    refresh(world)
    return world


def marks(c: Connection, n: int) -> set[tuple[str, str]]:
    wanted = select(call_list_mark.c.mark, call_list_mark.c.item_id).where(call_list_mark.c.call_id == n)
    return {row._tuple() for row in c.execute(wanted)}


def test_the_list_is_what_the_scores_say(filled: World) -> None:
    with filled.store.read() as c:
        rows = {row.call_pk: row for row in everything(c)}
        facts = stored_facts(c)
        scores = [read.score_of(c, call.call_id, KEYS) for call in facts.values()]
        assert len(rows) == len(scores) == N_CALLS
        for score in scores:
            assert score
            row, call = rows[score.call_pk], facts[score.call_pk]
            assert (row.call_id, row.agent_id, row.team, row.started_at) == score[1:5]
            assert (row.total, row.needs_review, row.fatal, row.verdicts) == score[5:9]
            assert (row.category, row.request_type, row.line) == (call.category, call.request_type, call.line)
            assert (row.seconds, row.rubric_key) == (60.0, KEYS.rubric_key)
            (marks_of_row,) = marks_of([row.verdicts])
            assert marks(c, row.call_pk) == {
                (name, item) for name in ("failed", "undecided") for item in getattr(marks_of_row, name)
            }
        assert {row.call_pk for row in rows.values() if row.held} == set(HELD)


def test_nothing_is_to_do_a_second_time(filled: World) -> None:
    assert refresh(filled) == 0


def test_a_review_shows_in_its_own_transaction(filled: World) -> None:
    with filled.store.write() as c:
        before = {row.call_pk: row for row in everything(c)}
        put_reviewed(c, review(1, Verdict.VIOLATED), resheet)
        after = {row.call_pk: row for row in everything(c)}
        assert (after[1].total, after[1].verdicts) == (42.5, "vU")
        assert marks(c, 1) == {("failed", "opening"), ("undecided", "closing")}
        put_reviewed(c, review(1, Verdict.MET, hour=1), resheet)
        assert marks(c, 1) == {("undecided", "closing")}
        assert {pk: row for pk, row in after.items() if pk != 1} == {pk: row for pk, row in before.items() if pk != 1}
    assert refresh(filled) == 0


def test_a_review_of_a_call_that_is_not_listed_waits_for_the_next_run(world: World) -> None:
    fill(world, 3)
    with world.store.write() as c:
        put_reviewed(c, review(1, Verdict.VIOLATED), resheet)
        assert everything(c) == []
    assert refresh(world) == 3


def test_a_review_that_is_undone_leaves_the_row_as_it_was(filled: World) -> None:
    with filled.store.read() as c:
        before = everything(c)
    again = replace(review(1, Verdict.VIOLATED), review_key="another", item_id="nothing")

    def say_both() -> None:
        with filled.store.write() as c:
            put_reviewed(c, review(1, Verdict.VIOLATED), resheet)
            put_reviewed(c, again, resheet)

    with pytest.raises(StoreError, match="no rubric has this item"):
        say_both()
    with filled.store.read() as c:
        assert everything(c) == before


def test_a_corrected_call_leaves_the_list_until_it_is_scored_again(filled: World) -> None:
    with filled.store.write() as c:
        corrected = replace(read.call_row(c, "B-001").call, team="夜班")  # type: ignore[union-attr]
        write.put_call(c, corrected, filled.sha256(1), 1001, "1", replace=True)
        assert 1 not in {row.call_pk for row in everything(c)}
        assert marks(c, 1) == set()
    assert refresh(filled) == 0
    put_call(filled, 1, team="夜班")
    assert refresh(filled) == 1
    with filled.store.read() as c:
        assert {row.team for row in everything(c) if row.call_pk == 1} == {"夜班"}


def test_other_scores_replace_the_rows_and_the_first_ones_can_come_back(filled: World) -> None:
    other = replace(KEYS, rubric_key="s" * 16)
    with filled.store.write() as c:
        registry.register_rubric(c, "test", "2", other.rubric_key, {"id": "test"})
        facts = write.SheetFacts(10.0, False, False, "VV")
        (row,) = [filled.score_row(2, 2)]
        context = stored_facts(c)[2].context_key
        write.put_scores(c, [row._replace(context_key=context, score=facts)], other)
        assert list_rows.to_list(c, other) == [2]
        list_rows.put_rows(c, [2], other, marks_of)
        assert {row.verdicts for row in everything(c) if row.call_pk == 2} == {"VV"}
        assert marks(c, 2) == {("failed", "opening"), ("failed", "closing")}
        assert list_rows.to_list(c, KEYS) == [2]
        assert list_rows.to_unlist(c, [KEYS]) == [2]
        assert list_rows.to_unlist(c, [KEYS, other]) == []


def test_calls_that_no_rubric_is_for_any_more_leave_the_list(filled: World) -> None:
    early = replace(KEYS, scope=Scope(teams=("早班",)))
    with filled.store.write() as c:
        stale = list_rows.to_unlist(c, [early])
        list_rows.unlist_stale(c, [*stale, 1, 2, 3], [early])
        rows = everything(c)
        assert {row.team for row in rows} == {"早班"}
        assert len(rows) + len(stale) == N_CALLS
        assert list_rows.to_list(c, early) == []


def test_scores_that_are_forgotten_leave_the_list(world: World) -> None:
    world.put_errors(1)
    assert refresh(world) == 1
    with world.store.write() as c:
        failures.clear_errors(c)
        assert c.execute(select(table)).all() == []
        assert c.execute(select(call_list_mark)).all() == []
