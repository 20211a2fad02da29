"""Held scores are not read for reports until somebody releases them."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest
from store_world import KEYS, World

from callqa.days import Days
from callqa.errors import StoreError
from store.calls import figures, pending, read, registry, write
from store.runs import score_holds

NOW = datetime(2026, 11, 3, 3, tzinfo=UTC)


@pytest.fixture
def three(world: World) -> World:
    """Three scored calls; the scores have the ids 1 to 3. Run 1 has not ended."""
    with world.store.write() as c:
        write.start_run(c, "run", KEYS)
    for n in (1, 2, 3):
        world.put_call(n)
        transcript_id = world.put_transcript(n)
        with world.store.write() as c:
            write.put_findings(c, world.finding_rows(n, transcript_id))
            write.put_scores(c, [world.score_row(n, transcript_id)], KEYS)
    return world


def published(world: World) -> list[str]:
    with world.store.read() as c:
        return sorted(row.call_id for row in read.scores(c, KEYS))


def put_hold(world: World, after: int, upto: int) -> None:
    with world.store.write() as c:
        score_holds.put_hold(c, 1, KEYS.rubric_key, after, upto, ["macro F1 is 0.5"], NOW)


def test_a_hold_leaves_its_range_out_and_a_release_brings_it_back(three: World) -> None:
    put_hold(three, 1, 3)
    assert published(three) == ["call-1"]
    with three.store.read() as c:
        assert figures.n_held(c, KEYS, Days()) == 2
        assert figures.n_held(c, KEYS, Days.of_month("2026-11")) == 2
        assert figures.n_held(c, KEYS, Days.of_month("2026-10")) == 0
        assert [score_holds.is_held(c, f"call-{n}", KEYS) for n in (1, 2, 3)] == [False, True, True]
        assert read.score_of(c, "call-2", KEYS) == three.stored_score(2)
        (hold,) = score_holds.holds(c)
    assert (hold.run_id, hold.rubric_id, hold.n_scores, hold.released_by) == (1, "test", 2, None)
    with three.store.write() as c:
        assert score_holds.release(c, 1, "王主管", "核对过", NOW) == 2
    assert published(three) == ["call-1", "call-2", "call-3"]
    with three.store.read() as c:
        (hold,) = score_holds.holds(c)
        assert not score_holds.is_held(c, "call-2", KEYS)
    assert (hold.released_by, hold.release_reason, hold.released_at) == ("王主管", "核对过", NOW)


def test_another_rubrics_scores_are_not_held(three: World) -> None:
    other = replace(KEYS, rubric_key="s" * 16)
    with three.store.write() as c:
        registry.register_rubric(c, "other", "1", other.rubric_key, {"id": "other"})
        score_holds.put_hold(c, 1, other.rubric_key, 0, 99, ["why"], NOW)
    assert len(published(three)) == 3


def test_holding_and_releasing_change_the_months_figures(three: World) -> None:
    with three.store.read() as c:
        before = pending.to_report(c, KEYS)
    put_hold(three, 0, 2)
    with three.store.read() as c:
        during = pending.to_report(c, KEYS)
    with three.store.write() as c:
        score_holds.release(c, 1, "王主管", "核对过", NOW)
    with three.store.read() as c:
        after = pending.to_report(c, KEYS)
    assert before == after != during


def test_what_is_not_held_cannot_be_released(three: World) -> None:
    with three.store.write() as c, pytest.raises(StoreError, match="runs with held scores: none"):
        score_holds.release(c, 1, "王主管", "核对过", NOW)
    put_hold(three, 0, 2)
    with three.store.write() as c, pytest.raises(StoreError, match="run 7 .*: 1$"):
        score_holds.release(c, 7, "王主管", "核对过", NOW)


def test_the_gate_answers_for_what_a_killed_run_has_scored(three: World) -> None:
    """Run 1 never ended, so its scores were never looked at."""
    with three.store.write() as c:
        assert score_holds.gated_upto(c, KEYS.rubric_key) == 0
        second = write.start_run(c, "run", KEYS)
        write.finish_run(c, second, {score_holds.LAST_SCORE: score_holds.last_score_id(c)})
        assert score_holds.gated_upto(c, KEYS.rubric_key) == 3
        assert score_holds.gated_upto(c, "s" * 16) == 0


def test_what_was_held_is_not_held_again(three: World) -> None:
    """The run was killed after its gate, so it never ended; what somebody has released since must stay so."""
    put_hold(three, 0, 2)
    with three.store.write() as c:
        score_holds.release(c, 1, "王主管", "核对过", NOW)
        assert score_holds.gated_upto(c, KEYS.rubric_key) == 2
        assert score_holds.gated_upto(c, "s" * 16) == 0


def test_what_a_run_is_about_to_score_is_held_until_its_gate_answers(three: World) -> None:
    with three.store.write() as c:
        score_holds.put_undecided(c, 1, KEYS.rubric_key, NOW)
    assert published(three) == []
    with three.store.write() as c:  # the run died; the next one answers for these scores, too
        assert score_holds.gated_upto(c, KEYS.rubric_key) == 0
        score_holds.put_undecided(c, 1, KEYS.rubric_key, NOW)
        assert [hold.n_scores for hold in score_holds.holds(c)] == [3]
        score_holds.drop_undecided(c, KEYS.rubric_key)
        assert score_holds.holds(c) == []
    assert len(published(three)) == 3


def test_a_person_may_publish_what_no_gate_has_answered_for(three: World) -> None:
    with three.store.write() as c:
        score_holds.put_undecided(c, 1, KEYS.rubric_key, NOW)
        assert score_holds.release(c, 1, "王主管", "核对过", NOW) == 3
        score_holds.put_undecided(c, 1, KEYS.rubric_key, NOW)  # holds what comes after
        assert score_holds.gated_upto(c, KEYS.rubric_key) == 3
    assert len(published(three)) == 3
