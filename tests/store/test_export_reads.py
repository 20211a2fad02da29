"""Reads of exports: sheets of some days, and what people wrote about those calls."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import insert
from store_world import KEYS, World

from callqa.days import Days
from callqa.keys import RubricKeys
from store.calls import exports, write
from store.runs import score_holds
from store.tables.people import appeal, appeal_step, review

NOW = datetime(2026, 11, 25, 1, 0, tzinfo=UTC)
THIS_DAY = Days.between("2026-11-01", "2026-11-01")


@pytest.fixture
def six(world: World) -> World:
    world.fill(6)
    return world


def test_sheets_come_by_team_agent_and_time(six: World) -> None:
    with six.store.read() as c:
        assert [row.call_id for row in exports.sheets(c, KEYS, THIS_DAY)] == [f"call-{n}" for n in (3, 6, 1, 4, 2, 5)]
        assert list(exports.sheets(c, KEYS, THIS_DAY))[2] == six.stored_score(1)


@pytest.mark.parametrize(
    ("since", "until", "team", "n"),
    [
        ("2026-11-01", "2026-11-30", None, 6),
        ("2026-11-01", "2026-11-01", "early", 6),
        ("2026-11-01", "2026-11-01", "late", 0),
        ("2026-10-01", "2026-10-31", None, 0),
        ("2026-11-02", "2026-11-30", None, 0),
    ],
)
def test_only_calls_of_the_days_and_the_team(six: World, since: str, until: str, team: str | None, n: int) -> None:
    with six.store.read() as c:
        assert len(list(exports.sheets(c, KEYS, Days.between(since, until), team))) == n


def test_scores_of_held_nights_are_counted_and_not_told(six: World) -> None:
    with six.store.write() as c:
        run_id = write.start_run(c, "run", KEYS)
        score_holds.put_hold(c, run_id, KEYS.rubric_key, 4, 6, ["macro F1 is 0.5"], NOW)
    with six.store.read() as c:
        assert [row.call_id for row in exports.sheets(c, KEYS, THIS_DAY)] == ["call-3", "call-1", "call-4", "call-2"]
        assert exports.held_by_team(c, KEYS, THIS_DAY) == {"early": 2}
        assert exports.held_by_team(c, KEYS, Days.of_month("2026-10")) == {}


def test_scores_under_other_keys_are_not_told(six: World) -> None:
    with six.store.read() as c:
        assert not list(exports.sheets(c, RubricKeys(KEYS.engine_key, KEYS.check_keys, "x" * 16), THIS_DAY))


def test_reviews_appeals_and_their_steps_in_order(six: World) -> None:
    def written(hours: int, author: str, **values: object) -> dict[str, object]:
        return {"at": NOW + timedelta(hours=hours), "author": author, "reason": f"because {hours}", **values}

    answer = {"action": "override", "verdict": "met", "points": None, "title": "", "item_id": "closing"}
    with six.store.write() as c:
        for key, purpose, hours in (("1", "review", 0), ("2", "calibration", 1), ("3", "appeal", 9)):
            row = written(hours, "qa", review_key=key, purpose=purpose, session="", call_id=1, **answer)
            c.execute(insert(review).values(**row))
        contested = {"call_id": 1, "item_id": "closing", "agent_id": "3001", "reason": "I said it"}
        c.execute(insert(appeal).values(id=1, at=NOW + timedelta(hours=5), **contested))
        for hours, stage, outcome in ((7, "qa", "accept"), (6, "team_lead", "forward")):
            c.execute(insert(appeal_step).values(written(hours, "lead", appeal_id=1, stage=stage, outcome=outcome)))
    with six.store.read() as c:
        rows = exports.written(c, THIS_DAY)
        assert exports.written(c, Days.between("2026-11-02", "2026-11-30")) == []
    assert [(row.kind, row.action, row.verdict, row.author, row.reason) for row in rows] == [
        ("review", "override", "met", "qa", "because 0"),
        ("appeal", "submit", None, "3001", "I said it"),
        ("team_lead", "forward", None, "lead", "because 6"),
        ("qa", "accept", None, "lead", "because 7"),
        ("appeal", "override", "met", "qa", "because 9"),
    ]
    assert {(row.call_id, row.agent_id, row.item_id) for row in rows} == {("call-1", "3001", "closing")}
