"""Pending work: to do is what has no row yet."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest
from store_world import ENGINE, KEYS, World

from callqa.keys import RubricKeys
from callqa.types import Verdict
from store.calls import failures, pending, read, write

ATTEMPTS = 3


def todo(world: World, keys: RubricKeys = KEYS) -> tuple[list[int], list[int], list[int]]:
    with world.store.read() as c:
        return pending.to_transcribe(c, keys, ATTEMPTS), pending.to_check(c, keys), pending.to_score(c, keys)


def test_a_call_passes_through_the_stages(world: World) -> None:
    assert todo(world) == ([], [], [])
    world.put_call(1)
    assert todo(world) == ([1], [], [])
    transcript_id = world.put_transcript(1)
    assert todo(world) == ([], [1], [])
    first, second = world.finding_rows(1, transcript_id)
    with world.store.write() as c:
        write.put_findings(c, [first])
    assert todo(world) == ([], [1], [])
    with world.store.write() as c:
        write.put_findings(c, [second])
    assert todo(world) == ([], [], [1])
    with world.store.write() as c:
        write.put_scores(c, [world.score_row(1, transcript_id)], KEYS)
    assert todo(world) == ([], [], [])


def test_another_engine_starts_over(world: World) -> None:
    world.fill(2)
    assert todo(world, replace(KEYS, engine_key="x")) == ([1, 2], [], [])


def test_another_check_needs_no_transcript(world: World) -> None:
    world.fill(2)
    assert todo(world, replace(KEYS, check_keys=(KEYS.check_keys[0], "x"))) == ([], [1, 2], [])


def test_fewer_checks_only_need_a_score(world: World) -> None:
    world.fill(2)
    assert todo(world, replace(KEYS, check_keys=KEYS.check_keys[:1])) == ([], [], [1, 2])


def test_another_rubric_only_needs_a_score(world: World) -> None:
    world.fill(2)
    assert todo(world, replace(KEYS, rubric_key="x")) == ([], [], [1, 2])


def test_another_ticket_needs_checks(world: World) -> None:
    world.fill(2)
    with world.store.write() as c:
        write.put_call(c, world.call(2, ticket=None), world.sha256(2), 1, "s", replace=True)
    assert todo(world) == ([], [2], [])


def test_another_agent_channel_needs_a_transcript(world: World) -> None:
    world.fill(2)
    with world.store.write() as c:
        write.put_call(c, world.call(2, agent_channel=1), world.sha256(2), 1, "s", replace=True)
    assert todo(world) == ([2], [], [])


@pytest.mark.parametrize("fact", [{"team": "late"}, {"started_at": datetime(2026, 11, 5, 7, 30, tzinfo=UTC)}])
def test_a_corrected_fact_is_checked_again_and_not_transcribed(world: World, fact: dict[str, object]) -> None:
    world.fill(1)
    with world.store.write() as c:
        write.put_call(c, world.call(1, **fact), world.sha256(1), 1, "s", replace=True)  # type: ignore[arg-type]
    assert todo(world) == ([], [1], [])


def test_one_recording_is_transcribed_once_for_each_channel(world: World) -> None:
    with world.store.write() as c:
        for n, channel in enumerate((0, 0, None, 1, None), start=1):
            write.put_call(c, world.call(n, agent_channel=channel), world.sha256(1), 1, "s")
    assert todo(world)[0] == [1, 3, 4]
    with world.store.write() as c:
        write.put_transcript(c, world.sha256(1), None, world.transcript(1), ENGINE)
    assert todo(world)[:2] == ([1, 4], [3, 5])


def test_failures_use_up_the_attempts(world: World) -> None:
    world.put_call(1)
    key = failures.transcribe_key(world.sha256(1), 0, KEYS.engine_key)
    for _ in range(ATTEMPTS):
        assert todo(world) == ([1], [], [])
        with world.store.write() as c:
            failures.put_failure(c, "transcribe", key, "not_audio", "no sound in it")
    assert todo(world) == ([], [], [])
    with world.store.write() as c:
        assert failures.clear_failures(c, stage="transcribe", key=key) == ATTEMPTS
    assert todo(world) == ([1], [], [])


def test_failures_of_others_do_not_count(world: World) -> None:
    world.put_call(1)
    with world.store.write() as c:
        for _ in range(ATTEMPTS):
            failures.put_failure(
                c, "transcribe", failures.transcribe_key(world.sha256(1), None, KEYS.engine_key), "e", "m"
            )
            failures.put_failure(c, "transcribe", failures.transcribe_key(world.sha256(1), 0, "other engine"), "e", "m")
            failures.put_failure(c, "check", failures.transcribe_key(world.sha256(1), 0, KEYS.engine_key), "e", "m")
    assert todo(world)[0] == [1]


def test_forgotten_errors_are_checked_and_scored_again(world: World) -> None:
    world.fill(1)
    world.put_errors(2)
    assert todo(world) == ([], [], [])
    with world.store.write() as c:
        assert failures.clear_errors(c) == 1
        assert failures.clear_errors(c) == 0
    assert todo(world) == ([], [2], [])
    with world.store.read() as c:
        assert read.missing_checks(c, [1, 2], KEYS) == {1: frozenset(), 2: frozenset({KEYS.check_keys[1]})}
        assert [score.call_id for score in read.scores(c, KEYS)] == ["call-1"]
    with world.store.write() as c:
        write.put_findings(c, world.finding_rows(2, 2))
    assert todo(world) == ([], [], [2])


def test_every_verdict_counts_as_done(world: World) -> None:
    for n, verdict in enumerate(Verdict, start=1):
        world.put_call(n)
        rows = world.finding_rows(n, world.put_transcript(n))
        with world.store.write() as c:
            write.put_findings(c, [row._replace(finding=replace(row.finding, verdict=verdict)) for row in rows])
    assert todo(world) == ([], [], list(range(1, len(Verdict) + 1)))
