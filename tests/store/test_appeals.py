"""Appeals are kept with every step, and a score knows since when it can be seen."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import product

import pytest
from sqlalchemy import select
from store_world import KEYS, World

from callqa.errors import StoreError
from callqa.records import Appeal, AppealOutcome, AppealStep, Review
from callqa.types import Verdict
from scoring.review.appeal import AppealRules, state_of
from scoring.review.workdays import load_calendar
from store.calls import write
from store.people import appeals, reviews
from store.runs import score_holds
from store.tables import calls

START = datetime(2026, 11, 2, 9, tzinfo=UTC)
APPEAL = Appeal("call-1", "opening", "3001", "我问候了", START)
STEPS = (
    AppealStep("team_lead", "reject", "没有报工号", "班长", START + timedelta(days=1)),
    AppealStep("team_lead", "forward", "", "3001", START + timedelta(days=2)),
)


@pytest.fixture
def filled(world: World) -> World:
    world.fill(2)
    return world


def test_an_appeal_is_read_with_its_steps_in_order(filled: World) -> None:
    with filled.store.write() as c:
        pk = appeals.put_appeal(c, APPEAL)
        other = appeals.put_appeal(c, replace(APPEAL, call_id="call-2", agent_id="3002"))
        for step in STEPS:
            appeals.put_step(c, pk, step)
        first = appeals.StoredAppeal(pk, APPEAL, STEPS)
        assert appeals.appeals(c, agent_id="3001") == appeals.appeals(c, pk=pk) == [first]
        assert [stored.pk for stored in appeals.appeals(c)] == [pk, other]
        assert appeals.appeals(c, call_id="call-2")[0].steps == ()


def test_an_item_is_appealed_once(filled: World) -> None:
    with filled.store.write() as c:
        pk = appeals.put_appeal(c, APPEAL)
        with pytest.raises(StoreError, match=f"was appealed before; see: callqa appeal show {pk}"):
            appeals.put_appeal(c, replace(APPEAL, reason="再次申诉"))
        with pytest.raises(StoreError, match="there is no call call-9"):
            appeals.put_appeal(c, replace(APPEAL, call_id="call-9"))


def test_since_when_a_verdict_can_be_seen(filled: World) -> None:
    with filled.store.write() as c:
        scored = c.scalar(select(calls.call_score.c.at).where(calls.call_score.c.call_id == 1))
        assert scored
        assert appeals.published_at(c, "call-1", "opening", KEYS) == scored
        assert appeals.published_at(c, "call-1", "opening", replace(KEYS, rubric_key="x")) is None
        run_id = write.start_run(c, "test", KEYS)
        score_holds.put_hold(c, run_id, KEYS.rubric_key, 0, 1, ["kappa"], scored)
        released = scored + timedelta(hours=5)
        score_holds.release(c, run_id, "主任", "已核实", released)
        assert appeals.published_at(c, "call-1", "opening", KEYS) == released
        assert appeals.published_at(c, "call-2", "opening", KEYS) < released  # type: ignore[operator]
        c.execute(calls.rubric.update().values(document={"groups": [{"items": [{"id": "opening"}]}]}))
        spoken = released + timedelta(days=1)
        review = Review("k", "call-1", "opening", "confirm", "王丽", spoken, Verdict.VIOLATED)
        reviews.put_review(c, review)
        assert appeals.published_at(c, "call-1", "opening", KEYS) == spoken
        assert appeals.published_at(c, "call-1", "closing", KEYS) == released


OUTCOMES: tuple[AppealOutcome, ...] = ("accept", "reject", "forward")


def test_what_is_open_is_what_waits_for_somebody(filled: World) -> None:
    rules = AppealRules(load_calendar(), UTC)
    with filled.store.write() as c:
        for n, outcomes in enumerate([(), *product(OUTCOMES), *product(OUTCOMES, OUTCOMES)]):
            pk = appeals.put_appeal(c, replace(APPEAL, item_id=f"item-{n}"))
            for day, outcome in enumerate(outcomes):
                appeals.put_step(c, pk, AppealStep("team_lead", outcome, "听过", "班长", START + timedelta(days=day)))
        everything = appeals.appeals(c)
        waiting = [stored for stored in everything if state_of(stored.appeal, stored.steps, rules).status == "open"]
        assert appeals.appeals(c, only_open=True) == waiting
        assert len(waiting) == 5


def test_the_appeals_of_some_teams(filled: World) -> None:
    with filled.store.write() as c:
        appeals.put_appeal(c, APPEAL)
        assert len(appeals.appeals(c, teams=["early", "late"])) == 1
        assert appeals.appeals(c, teams=["late"]) == appeals.appeals(c, teams=[]) == []
