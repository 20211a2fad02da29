"""Samples in the store: what could be drawn, drawn once, never a call twice."""

from datetime import UTC, date, datetime

import pytest
from sqlalchemy import insert
from sqlalchemy.exc import IntegrityError
from store_world import KEYS, World

from callqa.errors import StoreError
from callqa.records import SampleCall
from callqa.types import Verdict
from store import Store
from store.people import samples
from store.tables.people import assignment, assignment_end, review, sample_call

AT = datetime(2026, 11, 23, 2, tzinfo=UTC)
FIRST, LAST = date(2026, 11, 1), date(2026, 11, 30)


def drawn(*numbers: int) -> list[SampleCall]:
    return [SampleCall(f"call-{n}", "3001", 0.25, "随机") for n in numbers]


def put(
    store: Store, calls: list[SampleCall], plan: str = "weekly", period: str = "2026-W47", key: str = "k" * 16
) -> samples.StoredSample:
    with store.write() as c:
        return samples.put_sample(c, plan, key, {"id": plan}, period, "seed", 40, calls, "王丽", AT)


def test_candidates_are_all_calls_of_the_days(world: World) -> None:
    world.fill(2)
    world.put_call(3)  # never transcribed
    world.put_call(4, started_at=datetime(2026, 12, 1, 0, 30, tzinfo=UTC))
    with world.store.read() as c:
        candidates = list(samples.candidates(c, KEYS, FIRST, LAST))
        assert [(candidate.call_id, candidate.verdicts, candidate.seconds) for candidate in candidates] == [
            ("call-1", "MU", 60.0), ("call-2", "MU", 60.0), ("call-3", None, None),
        ]  # fmt: skip
        candidate = candidates[0]
        assert (candidate.agent_id, candidate.team, candidate.line, candidate.category, candidate.request_type) == (
            "3001", "early", "12345", "环境保护", "投诉",
        )  # fmt: skip
        assert (candidate.total, candidate.machine_total, candidate.needs_review, candidate.fatal) == (
            100.0,
            100.0,
            True,
            False,
        )
        assert (candidate.sample_pk, candidate.heard, candidate.confidence) == (None, False, 0.875)
        assert samples.is_scored(c, KEYS, date(2026, 11, 1))
        assert not samples.is_scored(c, KEYS, date(2026, 12, 1))


def test_a_sample_comes_back(world: World) -> None:
    world.fill(3)
    kept = put(world.store, drawn(3, 1))
    with world.store.read() as c:
        assert samples.find(c, "weekly", "2026-W47") == kept
        assert samples.samples(c) == [kept]
        assert [call.drawn for call in samples.calls_of(c, kept.pk)] == drawn(3, 1)  # by agent: 3000, 3001
        in_samples = {candidate.call_id: candidate.sample_pk for candidate in samples.candidates(c, KEYS, FIRST, LAST)}
    assert (kept.seed, kept.n_candidates, kept.n_calls, kept.author, kept.at) == ("seed", 40, 2, "王丽", AT)
    assert in_samples == {"call-1": kept.pk, "call-2": None, "call-3": kept.pk}


def test_a_period_is_drawn_once(world: World) -> None:
    world.fill(3)
    kept = put(world.store, drawn(1))
    assert put(world.store, drawn(2)) == kept
    with pytest.raises(StoreError, match=r"has drawn 2026-W47 already, with other content.*next period"):
        put(world.store, drawn(2), key="other" * 3)
    assert put(world.store, drawn(2), period="2026-W48", key="other" * 3).n_calls == 1


def test_no_call_is_drawn_twice(world: World) -> None:
    world.fill(3)
    put(world.store, drawn(1, 2))
    with pytest.raises(StoreError, match="another sample took some of these calls meanwhile; draw again"):
        put(world.store, drawn(2, 3), plan="daily", period="2026-11-01", key="d" * 16)
    with world.store.read() as c:
        assert len(samples.samples(c)) == 1
    other = put(world.store, drawn(3), plan="daily", period="2026-11-01", key="d" * 16)
    with pytest.raises(IntegrityError), world.store.write() as c:
        c.execute(insert(sample_call).values(sample_id=other.pk, call_id=1, stratum="", probability=1, why=""))


def test_who_has_heard_a_call(world: World) -> None:
    """A word in a review or an appeal, or an assignment that was finished; calibration is another matter."""
    world.fill(6)
    words = {"action": "confirm", "verdict": Verdict.MET.value, "title": "", "reason": "", "author": "王丽", "at": AT}
    asked = {"reviewer": "王丽", "session": "", "why": "", "assigned_by": "李明", "at": AT}
    with world.store.write() as c:
        for n, purpose in ((1, "review"), (2, "appeal"), (3, "calibration")):
            of_call = {"review_key": str(n), "call_id": n, "item_id": "opening", "purpose": purpose, "session": ""}
            c.execute(insert(review).values(words | of_call))
        for n, how in ((4, "done"), (5, "recalled"), (6, None)):
            c.execute(insert(assignment).values(asked | {"id": n, "call_id": n, "purpose": "review"}))
            if how:
                c.execute(insert(assignment_end).values(assignment_id=n, how=how, author="王丽", at=AT))
    with world.store.read() as c:
        heard = [candidate.call_id for candidate in samples.candidates(c, KEYS, FIRST, LAST) if candidate.heard]
    assert heard == ["call-1", "call-2", "call-4"]
