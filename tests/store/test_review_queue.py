"""Calls in the review queue, and their order."""

from collections import Counter
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from listed_world import marks_of
from sqlalchemy import insert
from store_world import ASKED, KEYS, SHANGHAI, World

from callqa.days import ALL_DAYS, Days
from callqa.records import Review
from store import Connection
from store.calls import list_rows
from store.people import assignments, review_queue, reviews
from store.people.review_queue import NOBODY, QueueFilter
from store.tables.people import sample, sample_call, sample_plan

START = datetime(2026, 11, 2, 9, tzinfo=UTC)


@pytest.fixture
def filled(world: World) -> World:
    world.fill(4)
    return world


def heard(c: Connection, month: str = "", appealed: tuple[str, ...] = ()) -> list[tuple[str, str]]:
    days = Days.of_month(month) if month else ALL_DAYS
    wanted = QueueFilter(days.moments(SHANGHAI))
    queued = [(r.score.call_id, r.sample) for r in review_queue.queued_calls(c, KEYS, wanted, appealed)]
    assert review_queue.n_queued(c, KEYS, wanted, appealed) == len(queued)
    return queued


def sheets_say(c: Connection, what: str) -> None:
    """Changes scores, and lists the calls anew."""
    c.exec_driver_sql(f"UPDATE call_score SET {what}")
    list_rows.put_rows(c, range(1, 5), KEYS, marks_of)


def test_queued_calls(filled: World) -> None:
    with filled.store.write() as c:
        sheets_say(c, "needs_review = false WHERE call_id > 1")
        assert heard(c) == [("call-1", "")]
        assert heard(c, "2026-11") == [("call-1", "")]
        assert heard(c, "2026-10") == []
        assert heard(c, "2026-10", appealed=("call-3",)) == [("call-3", "")]
        (row,) = review_queue.queued_calls(c, KEYS)
        assert row.score == filled.stored_score(1)
        assert (row.line, row.category) == ("12345", "环境保护")


def test_a_sampled_call_waits_until_its_reviewer_is_done(filled: World) -> None:
    with filled.store.write() as c:
        sheets_say(c, "needs_review = false")
        c.execute(insert(sample_plan).values(id=1, plan_id="monthly", plan_key="p", document={}))
        c.execute(
            insert(sample).values(id=1, plan_id=1, period="2026-11", seed="1", n_candidates=4, author="x", at=START)
        )
        c.execute(insert(sample_call).values(sample_id=1, call_id=2, stratum="", probability=0.25, why="random"))
        assert heard(c) == [("call-2", "monthly:2026-11")]
        word = Review("1", "call-1", "安抚", "manual", "王丽", START, points=2, title="安抚", reason="耐心")
        reviews.put_review(c, word)
        assert heard(c) == [("call-2", "monthly:2026-11")]  # a word on another call is none on this one
        drawn = replace(ASKED, call_id="call-2", session="monthly:2026-11", why="sampled")
        assignments.put_assignments(c, [drawn])
        (stored,) = assignments.open_assignments(c)
        assert heard(c) == [("call-2", "monthly:2026-11")]
        assignments.end_assignments(c, [stored.pk], "done", "王丽", START)
        assert heard(c) == []


def test_calls_whose_totals_may_move_most_come_before_older_ones(filled: World) -> None:
    with filled.store.write() as c:
        swings = {1: 2.0, 2: 9.0, 3: 0.5, 4: 9.0}
        list_rows.put_rows(c, range(1, 5), KEYS, marks_of)
        for pk, swing in swings.items():
            c.exec_driver_sql(f"UPDATE listing SET swing = {swing} WHERE call_id = {pk}")
        assert [row.score.call_id for row in review_queue.queued_calls(c, KEYS)] == [
            "call-2",
            "call-4",
            "call-1",
            "call-3",
        ]
        assert [(row.score.call_id, row.swing) for row in review_queue.queued_calls(c, KEYS, limit=1)] == [
            ("call-2", 9.0)
        ]


def test_how_many_calls_agents_have_in_a_month(filled: World) -> None:
    with filled.store.write() as c:
        list_rows.put_rows(c, range(1, 5), KEYS, marks_of)
        listed = [row.score for row in review_queue.queued_calls(c, KEYS)]
        asked = {(score.agent_id, month) for score in listed for month in ("2026-11", "2026-12")}
        counted = review_queue.n_of_agents(c, asked, SHANGHAI)
    assert counted == Counter((score.agent_id, "2026-11") for score in listed)


def test_what_is_meant_of_the_calls_that_wait(filled: World) -> None:
    with filled.store.write() as c:
        sheets_say(c, "fatal = true WHERE call_id = 3")
        assignments.put_assignments(c, [ASKED, replace(ASKED, call_id="call-2", reviewer="李明")])

        def found(wanted: QueueFilter = review_queue.ALL, limit: int | None = None) -> list[str]:
            rows = list(review_queue.queued_calls(c, KEYS, wanted, ["call-4"], limit))
            assert limit or review_queue.n_queued(c, KEYS, wanted, ["call-4"]) == len(rows)
            return [row.score.call_id for row in rows]

        assert found() == ["call-3", "call-4", "call-1", "call-2"]  # fatal, appealed, then by age
        assert found(limit=2) == ["call-3", "call-4"]
        assert found(QueueFilter(reviewer="王丽")) == ["call-1"]
        assert found(QueueFilter(reviewer=NOBODY)) == ["call-3", "call-4"]
        assert found(QueueFilter(sample="monthly:2026-11")) == []
