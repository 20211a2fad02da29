"""Every write may be repeated; what would change the meaning of stored rows is refused."""

import json
import shutil
from dataclasses import asdict, replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Table, func, select
from store_world import CHECKS, ENGINE, KEYS, World

from callqa.errors import StoreError
from callqa.records import GoldenLabel
from callqa.types import Ticket, Verdict
from store import Store, open_store
from store.calls import pending, read, registry, write
from store.people import golden
from store.tables import calls


def count(store: Store, table: Table) -> int:
    with store.read() as c:
        return c.scalar(select(func.count()).select_from(table)) or 0


def all_counts(store: Store) -> dict[str, int]:
    return {table.name: count(store, table) for table in calls.metadata.sorted_tables}


def test_filling_twice_changes_nothing(world: World) -> None:
    world.fill(3)
    before = all_counts(world.store)
    assert before["finding"] == 6
    assert before["call_score"] == 3
    world.fill(3)
    assert all_counts(world.store) == before


def test_put_call_says_what_it_did(world: World) -> None:
    assert world.put_call(1) == "new"
    assert world.put_call(1) == "same"
    with pytest.raises(StoreError, match="call call-1 is already stored with other data"):
        world.put_call(1, agent_id="4000")
    with world.store.write() as c:
        assert write.put_call(c, world.call(1, agent_id="4000"), world.sha256(1), 1, "s", replace=True) == "replaced"
    with world.store.read() as c:
        row = read.call_row(c, "call-1")
    assert row
    assert row.call.agent_id == "4000"


def test_another_recording_under_a_known_id_is_a_conflict(world: World) -> None:
    world.put_call(1)
    with pytest.raises(StoreError, match="another recording"), world.store.write() as c:
        write.put_call(c, world.call(1), world.sha256(2), 1, "s")


def test_a_judged_recording_is_never_replaced(world: World) -> None:
    world.put_call(1)
    label = GoldenLabel("call-1", "opening", Verdict.MET, "samples", "王丽", datetime(2026, 11, 2, tzinfo=UTC))
    with world.store.write() as c:
        golden.put_label(c, label)
        assert write.put_call(c, world.call(1, team="late"), world.sha256(1), 1001, "s", replace=True) == "replaced"
        with pytest.raises(StoreError, match="give the other recording a call id of its own"):
            write.put_call(c, world.call(1), world.sha256(2), 1, "s", replace=True)


def test_a_refused_call_does_not_spoil_its_transaction(world: World) -> None:
    world.put_call(1)
    with world.store.write() as c:
        with pytest.raises(StoreError):
            write.put_call(c, world.call(1, team="late"), world.sha256(9), 1, "s")
        write.put_call(c, world.call(2), world.sha256(2), 1, "s")
    assert count(world.store, calls.call) == 2
    assert count(world.store, calls.recording) == 2


def test_conflict_messages_quote_no_ticket(world: World) -> None:
    world.put_call(1)
    with pytest.raises(StoreError) as caught:
        world.put_call(1, ticket=Ticket(contact_name="李先生"))
    assert not {"李先生", "王女士"} & set(str(caught.value).split())


def test_a_moved_recording_is_the_same_call(world: World) -> None:
    world.put_call(1)
    with world.store.write() as c:
        moved = world.call(1, recording_uri="archive/1.wav")
        assert write.put_call(c, moved, world.sha256(1), 1001, "1001:2") == "same"
    with world.store.read() as c:
        known = read.known_recordings(c, ["call-1", "call-2"])
    assert known == {"call-1": read.KnownRecording("archive/1.wav", "1001:2", world.sha256(1), 1001)}


def test_the_same_instant_in_another_zone_is_the_same_call(world: World) -> None:
    world.put_call(1)
    assert world.put_call(1, started_at=world.call(1).started_at.astimezone(UTC)) == "same"


def test_times_are_kept_in_utc_and_the_month_is_local(world: World) -> None:
    world.put_call(1)  # 00:30 on 1 November in Shanghai, still October in UTC
    with world.store.read() as c:
        row = read.call_row(c, "call-1")
        assert read.periods(c) == ["2026-11"]
    assert row
    assert row.call.started_at == datetime(2026, 10, 31, 16, 30, 1, tzinfo=UTC)
    assert row.call.started_at.tzinfo is UTC


def test_a_time_without_a_zone_is_refused(world: World) -> None:
    with pytest.raises(Exception, match="time zone"):
        world.put_call(1, started_at=datetime(2026, 11, 1))


def test_one_recording_serves_two_calls(world: World) -> None:
    with world.store.write() as c:
        for n in (1, 2):
            write.put_call(c, world.call(n), world.sha256(1), 1, "s")
    assert count(world.store, calls.recording) == 1


def test_transcripts_differ_by_agent_channel(world: World) -> None:
    world.put_call(1)
    with world.store.write() as c:
        ids = [write.put_transcript(c, world.sha256(1), ch, world.transcript(1), ENGINE) for ch in (0, 1, None, None)]
    assert len(set(ids)) == 3
    assert ids[2] == ids[3]


def test_the_first_transcript_stays(world: World) -> None:
    world.put_call(1)
    first = world.put_transcript(1)
    with world.store.write() as c:
        other = replace(world.transcript(1), turns=())
        assert write.put_transcript(c, world.sha256(1), 0, other, ENGINE) == first
    with world.store.read() as c:
        (stored,) = read.conversations(c, [1], KEYS.engine_key)
    assert stored.conversation.transcript == world.transcript(1)


def test_an_engine_description_must_fit_its_key(world: World) -> None:
    world.put_call(1)
    with pytest.raises(StoreError, match="engine description"), world.store.write() as c:
        write.put_transcript(c, world.sha256(1), 0, world.transcript(1), {"engine": "another"})


def test_results_need_their_origin(world: World) -> None:
    with pytest.raises(StoreError, match="no recording with sha256"):
        world.put_transcript(1)
    world.put_call(1)
    transcript_id = world.put_transcript(1)
    stranger = replace(world.findings()[0], check_key="x" * 16)
    with pytest.raises(StoreError, match="check closing"), world.store.write() as c:
        write.put_findings(c, [write.FindingRow(transcript_id, "k", stranger)])
    with pytest.raises(StoreError, match="rubric with key x+ was not registered"), world.store.write() as c:
        write.put_scores(c, [world.score_row(1, transcript_id)], replace(KEYS, rubric_key="x" * 16))


def test_a_rubric_version_cannot_change_once_calls_were_scored_with_it(world: World) -> None:
    world.fill(1)
    with world.store.write() as c:
        registry.register_rubric(c, "test", "1", KEYS.rubric_key, {"id": "test"})
        registry.register_rubric(c, "test", "2", "q" * 16, {})
        with pytest.raises(StoreError, match="calls were scored with another content of rubric test 1 .* new version"):
            registry.register_rubric(c, "test", "1", "z" * 16, {})
        assert read.score_of(c, "call-1", KEYS) == world.stored_score(1)
    assert count(world.store, calls.rubric) == 2


def test_a_draft_of_a_rubric_is_replaced(store: Store) -> None:
    with store.write() as c:
        write.stamp_month(c, "2026-11", KEYS.rubric_key, "s")  # of a night without scores
        registry.register_rubric(c, "test", "1", "z" * 16, {"id": "changed"})
        (stored,) = c.execute(select(calls.rubric)).all()
        assert c.scalar(select(func.count()).select_from(calls.month_stamp)) == 0
        with pytest.raises(StoreError, match="not registered"):
            write.stamp_month(c, "2026-11", KEYS.rubric_key, "s")
    assert (stored.rubric_key, stored.document) == ("z" * 16, {"id": "changed"})


def test_a_check_key_names_one_check(store: Store) -> None:
    key = KEYS.check_keys[0]
    with store.write() as c:
        registry.register_checks(c, CHECKS)
        with pytest.raises(StoreError, match="have one key"):
            registry.register_checks(c, {key: {"id": "another"}})


def test_a_months_stamp_is_of_its_rubric(world: World) -> None:
    world.fill(1)
    with world.store.write() as c:
        ((period, stamp),) = pending.to_report(c, KEYS).items()
        assert period == "2026-11"
        write.stamp_month(c, period, KEYS.rubric_key, "old")
        assert pending.to_report(c, KEYS) == {period: stamp}
        write.stamp_month(c, period, KEYS.rubric_key, stamp)
        assert pending.to_report(c, KEYS) == {}
        other = replace(KEYS, rubric_key="q" * 16)
        assert list(pending.to_report(c, other)) == [period]  # a month without scores has a report, too
    world.fill(2)
    with world.store.read() as c:
        assert list(pending.to_report(c, KEYS)) == [period]


def test_run_history(store: Store) -> None:
    with store.write() as c:
        first, second = write.start_run(c, "nightly", KEYS), write.start_run(c, "rescore", KEYS)
        write.finish_run(c, first, {"done": 3})
        finished, unfinished = c.execute(select(calls.run).order_by(calls.run.c.id)).all()
    assert (finished.id, finished.kind, finished.report) == (first, "nightly", {"done": 3})
    assert finished.finished_at >= finished.started_at
    assert (unfinished.id, unfinished.finished_at, unfinished.report) == (second, None, None)
    assert unfinished._mapping["keys"] == json.loads(json.dumps(asdict(KEYS)))


N_CALLS = 6


@settings(max_examples=8, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(batches=st.lists(st.lists(st.integers(1, N_CALLS), max_size=4), max_size=8))
def test_any_split_into_batches_gives_the_same_rows(
    tmp_path_factory: pytest.TempPathFactory, migrated: Path, batches: list[list[int]]
) -> None:
    copy = shutil.copy(migrated, tmp_path_factory.mktemp("split"))
    store = open_store(f"sqlite:///{copy}")
    world = World(store)
    for n in range(1, N_CALLS + 1):
        world.put_call(n)
        world.put_transcript(n)
    for batch in [*batches, list(range(1, N_CALLS + 1))]:
        with store.write() as c:
            write.put_findings(c, [row for n in batch for row in world.finding_rows(n, n)])
            write.put_scores(c, [world.score_row(n, n) for n in batch], KEYS)
    assert count(store, calls.finding) == 2 * N_CALLS
    assert count(store, calls.call_score) == N_CALLS
    store.close()


def test_what_is_registered_is_known_without_a_writer(world: World) -> None:
    world.fill(1)
    keys = world.keys
    with world.store.read() as c:
        assert read.is_registered(c, keys.rubric_key, keys.check_keys)
        assert not read.is_registered(c, "another", keys.check_keys)
        assert not read.is_registered(c, keys.rubric_key, (*keys.check_keys, "another"))
