"""Who was asked to hear which call: open until it is ended, and asked again afterwards."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import insert
from store_world import KEYS, World

from callqa.errors import StoreError
from callqa.records import Assignment, Review
from store import assignments, reviews
from store.assignments import NOBODY, ToHear
from store.records_tables import sample, sample_call, sample_plan

START = datetime(2026, 11, 2, 9, tzinfo=UTC)
ASKED = Assignment("call-1", "王丽", "review", "张强", START, why="undecided")


@pytest.fixture
def filled(world: World) -> World:
    world.fill(4)
    return world


def test_what_is_open_is_not_given_twice_and_what_ended_can_be_given_again(filled: World) -> None:
    later = replace(ASKED, at=START + timedelta(hours=1))
    with filled.store.write() as c:
        assert assignments.put_assignments(c, [ASKED, ASKED, later]) == 1
        (one,) = assignments.open_assignments(c, "王丽")
        assert one.assignment == ASKED
        assignments.end_assignments(c, [one.pk], "recalled", "张强", START)
        assert assignments.open_assignments(c) == []
        assert assignments.put_assignments(c, [later]) == 1
        assert [o.assignment for o in assignments.open_assignments(c, call_ids=["call-1", "call-2"])] == [later]
        assert [tuple(e) for e in assignments.endings(c)] == [("王丽", "recalled", START)]


def test_purposes_are_kept_apart(filled: World) -> None:
    blind = replace(ASKED, purpose="calibration", session="11月校准")
    with filled.store.write() as c:
        assert assignments.put_assignments(c, [ASKED, blind]) == 2
        assert [one.assignment for one in assignments.open_assignments(c)] == [ASKED]
        assert [one.assignment for one in assignments.open_assignments(c, purpose="calibration")] == [blind]


def test_an_unknown_call_is_refused(filled: World) -> None:
    with pytest.raises(StoreError, match="there is no call call-9"), filled.store.write() as c:
        assignments.put_assignments(c, [ASKED, replace(ASKED, call_id="call-9")])
    with filled.store.read() as c:
        assert assignments.open_assignments(c) == []


def heard(
    c: assignments.Connection, period: str | None = None, appealed: tuple[str, ...] = ()
) -> list[tuple[str, str]]:
    return [(r.score.call_id, r.sample) for r in assignments.calls_to_hear(c, KEYS, ToHear(period), appealed)]


def test_calls_to_hear(filled: World) -> None:
    with filled.store.write() as c:
        c.exec_driver_sql("UPDATE call_score SET needs_review = false WHERE call_id > 1")
        assert heard(c) == [("call-1", "")]
        assert heard(c, "2026-11") == [("call-1", "")]
        assert heard(c, "2026-10") == []
        assert heard(c, "2026-10", appealed=("call-3",)) == [("call-3", "")]
        (row,) = assignments.calls_to_hear(c, KEYS)
        assert row.score == filled.stored_score(1)
        assert (row.line, row.category) == ("12345", "环境保护")


def test_a_sampled_call_waits_until_its_reviewer_is_done(filled: World) -> None:
    with filled.store.write() as c:
        c.exec_driver_sql("UPDATE call_score SET needs_review = false")
        c.execute(insert(sample_plan).values(id=1, plan_id="monthly", plan_key="p", document={}))
        c.execute(
            insert(sample).values(id=1, plan_id=1, period="2026-11", seed="1", n_candidates=4, author="x", at=START)
        )
        c.execute(insert(sample_call).values(sample_id=1, call_id=2, stratum="", probability=0.25, why="random"))
        assert heard(c) == [("call-2", "monthly:2026-11")]
        word = Review("1", "call-1", "安抚", "manual", "王丽", START, points=2, title="安抚", reason="耐心")
        reviews.put_review(c, word, lambda sheet, words: None)
        assert heard(c) == [("call-2", "monthly:2026-11")]  # a word on another call is none on this one
        drawn = replace(ASKED, call_id="call-2", session="monthly:2026-11", why="sampled")
        assignments.put_assignments(c, [drawn])
        (one,) = assignments.open_assignments(c)
        assert heard(c) == [("call-2", "monthly:2026-11")]
        assignments.end_assignments(c, [one.pk], "done", "王丽", START)
        assert heard(c) == []


def test_what_is_meant_of_the_calls_that_wait(filled: World) -> None:
    with filled.store.write() as c:
        c.exec_driver_sql("UPDATE call_score SET fatal = true WHERE call_id = 3")
        assignments.put_assignments(c, [ASKED, replace(ASKED, call_id="call-2", reviewer="李明")])

        def found(wanted: ToHear = assignments.ALL, limit: int | None = None) -> list[str]:
            rows = list(assignments.calls_to_hear(c, KEYS, wanted, ["call-4"], limit))
            assert limit or assignments.n_to_hear(c, KEYS, wanted, ["call-4"]) == len(rows)
            return [row.score.call_id for row in rows]

        assert found() == ["call-3", "call-4", "call-1", "call-2"]  # fatal, appealed, then by age
        assert found(limit=2) == ["call-3", "call-4"]
        assert found(ToHear(reviewer="王丽")) == ["call-1"]
        assert found(ToHear(reviewer=NOBODY)) == ["call-3", "call-4"]
        assert found(ToHear(sample="monthly:2026-11")) == []
