"""Calls that reviewers are given on a day: no more than the settings say they can hear, and every so many by chance."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from sqlalchemy import insert, select

from callqa.settings import ReviewSettings
from scoring.review.queue import QueuedCall, share_out
from services.context import RubricContext
from services.review.queue import give_out, queued_calls, room_today, take_next
from store.people import assignments
from store.tables.calls import call
from store.tables.people import sample, sample_call, sample_plan

BOTH = {"王丽": 1.0, "李明": 1.0}
Contexts = tuple[RubricContext, ...]


def choose(calls: Sequence[QueuedCall]) -> tuple[dict[str, str], tuple[str, ...]]:
    return share_out(calls, BOTH)


def with_review(rubric_set: Contexts, **review: object) -> Contexts:
    settings = rubric_set[0].settings.model_copy(update={"review": ReviewSettings(**review)})  # type: ignore[arg-type]
    return tuple(replace(context, settings=settings) for context in rubric_set)


def draw(rubric_set: Contexts, call_ids: Sequence[str]) -> None:
    with rubric_set[0].store.write() as c:
        pks = list(c.scalars(select(call.c.id).where(call.c.call_id.in_(call_ids))))
        c.execute(insert(sample_plan).values(id=9, plan_id="monthly", plan_key="p", document={}))
        at = datetime(2026, 11, 1, tzinfo=UTC)
        c.execute(insert(sample).values(id=9, plan_id=9, period="2026-11", seed="1", n_candidates=4, author="x", at=at))
        rows = [{"sample_id": 9, "call_id": pk, "stratum": "", "probability": 0.1, "why": "random"} for pk in pks]
        c.execute(insert(sample_call), rows)


def test_nobody_is_given_more_than_they_can_hear_on_a_day(rubric_set: Contexts) -> None:
    small = with_review(rubric_set, daily_capacity=2)
    with small[0].store.read() as c:
        free = [waiting.call_id for waiting in queued_calls(small, c)]
    assert len(free) > 4
    given = give_out(small, choose, "张强")
    assert Counter(given.reviewer_of.values()) == Counter({"王丽": 2, "李明": 2})
    assert set(given.reviewer_of) == set(free[:4]), "the calls that are worth most"
    assert len(given.beyond_capacity) == len(free) - 4
    assert give_out(small, choose, "张强").reviewer_of == {}, "not again on the same day"
    with small[0].store.write() as c:
        room = room_today(small[0], c)
        assert room is not None
        assert (room.left("王丽"), room.left("赵敏")) == (0, 2)
        stored = assignments.open_assignments(c, "王丽")
        assignments.end_assignments(c, [stored[0].pk], "recalled", "张强", datetime.now(UTC))
    assert list(give_out(small, choose, "张强").reviewer_of.values()).count("王丽") == 1, (
        "what is taken back makes room"
    )


def test_without_the_setting_all_is_given_out(rubric_set: Contexts) -> None:
    with rubric_set[0].store.read() as c:
        assert room_today(rubric_set[0], c) is None
        free = queued_calls(rubric_set, c)
    assert len(give_out(rubric_set, choose, "张强").reviewer_of) == len(free)


@pytest.mark.parametrize(("share", "at"), [(0.25, [3, 7]), (0.0, [])])
def test_a_reviewer_who_takes_calls_gets_some_that_chance_chose(
    rubric_set: Contexts, share: float, at: list[int]
) -> None:
    half = with_review(rubric_set, chance_share=share)
    with half[0].store.read() as c:
        waiting = queued_calls(half, c)
        urgent = [queued.call_id for queued in waiting if queued.emergency or queued.fatal]
        heard = set(c.scalars(select(call.c.call_id))) - {queued.call_id for queued in waiting}
    drawn = sorted(heard)[:3]
    draw(half, drawn)
    for _ in urgent:  # somebody else hears what is urgent
        take_next(half, "赵敏", "")
    taken = [take_next(half, "王丽", "") for _ in range(8)]
    assert [n for n, call_id in enumerate(taken) if call_id in drawn] == at
