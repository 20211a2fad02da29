"""Reads of what was written: the same values, in bulk and in order."""

import traceback
import zlib
from dataclasses import replace

import pytest
from sqlalchemy import Connection, LargeBinary, event, type_coerce, update
from store_world import ENGINE, KEYS, ONLY_SQLITE, SHANGHAI, World

from callqa.errors import StoreError
from callqa.keys import RubricKeys, content_key, context_key
from callqa.types import Conversation
from store.calls import read, write
from store.tables.calls import finding, transcript


def test_a_call_comes_back_whole(world: World) -> None:
    world.put_call(1)
    bare = world.call(2, agent_channel=None, ticket=None, team="", direction="outbound", hangup_by="agent")
    with world.store.write() as c:
        write.put_call(c, bare, world.sha256(2), 2, "2:1")
    with world.store.read() as c:
        for call in (world.call(1), bare):
            row = read.call_row(c, call.call_id)
            assert row
            assert row.call == call
        assert read.call_row(c, "unknown") is None
        assert read.sources(c, [2, 1, 77], "another engine") == [
            read.SourceRow("recordings/1.wav", world.sha256(1), 0),
            read.SourceRow("recordings/2.wav", world.sha256(2), None),
        ]


def test_conversations_findings_and_scores_come_back_whole(world: World) -> None:
    world.fill(2)
    with world.store.read() as c:
        conversations = list(read.conversations(c, [2, 1], KEYS.engine_key))
        findings = list(read.findings(c, [2, 1], KEYS))
        scores = list(read.scores(c, KEYS))
    assert [stored.call_pk for stored in conversations] == [1, 2]
    assert conversations[1].conversation == Conversation(world.call(2), world.transcript(2))
    assert findings[0] == read.StoredFindings(1, "call-1", 1, context_key(world.call(1)), world.findings())
    assert scores == [world.stored_score(1), world.stored_score(2)]


def test_verdicts_alone(world: World) -> None:
    world.fill(2)
    with world.store.read() as c:
        first, second = read.verdicts(c, [2, 1], KEYS)
    verdicts = tuple((finding.check_id, finding.verdict) for finding in world.findings())
    assert first == read.StoredVerdicts(1, "call-1", 1, context_key(world.call(1)), verdicts)
    assert second.verdicts is first.verdicts


def test_only_rows_of_these_keys_are_read(world: World) -> None:
    world.fill(1)
    for keys in (replace(KEYS, engine_key="x"), replace(KEYS, check_keys=("x",)), replace(KEYS, rubric_key="x")):
        with world.store.read() as c:
            assert read.score_of(c, "call-1", keys) is None
            assert list(read.scores(c, keys)) == []
    with world.store.read() as c:
        assert list(read.findings(c, [1], replace(KEYS, check_keys=("x",)))) == []
        (stored,) = read.findings(c, [1], replace(KEYS, check_keys=KEYS.check_keys[:1]))
        assert [finding.check_id for finding in stored.findings] == ["opening"]
        assert read.score_of(c, "call-1", KEYS) == world.stored_score(1)


def test_a_corrected_call_hides_what_was_said_of_the_wrong_one(world: World) -> None:
    world.fill(1)
    with world.store.write() as c:
        write.put_call(c, world.call(1, ticket=None), world.sha256(1), 1, "s", replace=True)
    with world.store.read() as c:
        assert list(read.findings(c, [1], KEYS)) == []
        assert read.score_of(c, "call-1", KEYS) is None
        assert read.missing_checks(c, [1], KEYS) == {1: frozenset(KEYS.check_keys)}
    with world.store.write() as c:
        write.put_call(c, world.call(1), world.sha256(1), 1, "s", replace=True)
    with world.store.read() as c:  # corrected back: nothing was lost
        assert read.score_of(c, "call-1", KEYS) == world.stored_score(1)


def test_missing_checks(world: World) -> None:
    world.put_call(1)
    world.put_call(2)
    transcript_id = world.put_transcript(2)
    with world.store.write() as c:
        write.put_findings(c, world.finding_rows(2, transcript_id)[:1])
    three = RubricKeys(KEYS.engine_key, (*KEYS.check_keys, "not_registered"), KEYS.rubric_key)
    with world.store.read() as c:
        assert read.missing_checks(c, [1, 2], three) == {2: frozenset({KEYS.check_keys[0], "not_registered"})}


def test_scores_are_sorted_for_grouping_and_filtered(world: World) -> None:
    world.fill(6)
    with world.store.read() as c:
        agents = [score.agent_id for score in read.scores(c, KEYS, period="2026-11")]
        assert list(read.scores(c, KEYS, period="2026-10")) == []
    assert agents == ["3000", "3000", "3001", "3001", "3002", "3002"]


def test_bulk_reads_cross_chunks(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    world.fill(7)
    monkeypatch.setattr(read, "CHUNK", 2)
    with world.store.read() as c:
        assert [stored.call_pk for stored in read.findings(c, range(1, 8), KEYS)] == list(range(1, 8))
        assert len(read.known_recordings(c, (f"call-{n}" for n in range(1, 8)))) == 7


@ONLY_SQLITE
def test_bulk_reads_start_from_the_calls(world: World) -> None:
    """A plan that starts from the engine would walk through every transcript for each chunk."""
    world.fill(1)
    plans: list[str] = []

    def explain(connection: Connection, _cursor: object, statement: str, parameters: object, *_: object) -> None:
        if statement.startswith("SELECT call.") and " IN (" in statement:
            raw = connection.connection.cursor().execute(f"EXPLAIN QUERY PLAN {statement}", parameters)
            plans.append(" / ".join(row[3] for row in raw))

    with world.store.read() as c:
        event.listen(c, "before_cursor_execute", explain)
        list(read.conversations(c, [1], KEYS.engine_key))
        list(read.findings(c, [1], KEYS))
        read.missing_checks(c, [1], KEYS)
        read.sources(c, [1], KEYS.engine_key)
    assert len(plans) == 4
    for plan in plans:
        assert plan.startswith("SEARCH call USING INTEGER PRIMARY KEY")
        assert "SCAN" not in plan
    for plan in plans[:3]:  # the fourth sorts a chunk of short rows, which costs nothing
        assert "TEMP B-TREE" not in plan


def test_progress(world: World) -> None:
    with world.store.read() as c:
        assert read.last_transcript(c) == 0
        assert read.progress(c, KEYS) == read.Progress(0, 0.0, 0)
    world.fill(4)
    with world.store.read() as c:
        last = read.last_transcript(c)
        assert read.progress(c, KEYS) == read.Progress(4, 240.0, last)
        assert read.progress(c, KEYS, after=last - 1) == read.Progress(1, 60.0, last)
        assert read.progress(c, KEYS, after=last) == read.Progress(0, 0.0, last)
        assert read.progress(c, replace(KEYS, engine_key="x")) == read.Progress(0, 0.0, 0)


@pytest.mark.parametrize("document", [b"", b"not packed", zlib.compress('{"turns": "王女士"}'.encode())])
def test_a_damaged_document_is_an_error_that_quotes_nobody(world: World, document: bytes) -> None:
    world.fill(1)
    with world.store.write() as c:
        c.execute(update(transcript).values(document=type_coerce(document, LargeBinary)))
    with world.store.read() as c, pytest.raises(StoreError, match="a stored Transcript is damaged") as caught:
        list(read.conversations(c, [1], KEYS.engine_key))
    assert "王女士" not in "".join(traceback.format_exception(caught.value))


def test_damaged_evidence_is_an_error_that_quotes_nobody(world: World) -> None:
    world.fill(1)
    with world.store.write() as c:
        c.execute(update(finding).values(evidence=type_coerce(zlib.compress('["王女士"]'.encode()), LargeBinary)))
    with world.store.read() as c, pytest.raises(StoreError, match="a stored tuple.*Evidence.* is damaged") as caught:
        list(read.findings(c, [1], KEYS))
    assert "王女士" not in "".join(traceback.format_exception(caught.value))


def test_two_engines_stand_side_by_side(world: World) -> None:
    world.fill(1)
    other_engine = {**ENGINE, "version": 2}
    other = replace(world.transcript(1), engine_key=content_key(other_engine))
    with world.store.write() as c:
        write.put_transcript(c, world.sha256(1), 0, other, other_engine)
    with world.store.read() as c:
        assert [s.transcript_id for s in read.conversations(c, [1], KEYS.engine_key)] == [1]
        assert [s.transcript_id for s in read.conversations(c, [1], other.engine_key)] == [2]
        assert read.score_of(c, "call-1", KEYS) == world.stored_score(1)


def test_a_conversation_is_read_in_the_zone_it_was_held_in(world: World) -> None:
    """昨天 at half past midnight in Shanghai is not the day before in UTC."""
    world.fill(1)
    with world.store.read() as c:
        (stored,) = read.conversations(c, [1], KEYS.engine_key, SHANGHAI)
    assert stored.conversation.call.started_at.date() == world.call(1).started_at.date()
    assert stored.conversation.call.started_at.hour == 0
