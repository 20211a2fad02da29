"""Removal of calls after their time: what goes, what stays, and what the law holds."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from listed_world import refresh
from sqlalchemy import func, select
from store_world import KEYS, World

from callqa.errors import StoreError
from callqa.learning import Example, ExamplePlace, ExampleTurn, ExampleWords
from callqa.phrases import pairs_of
from callqa.types import Ticket, Verdict
from store import Connection
from store.calls import pending, read, write
from store.people import examples
from store.removal import deletion, index_removal, legal_holds, marks, removals
from store.search import blocks
from store.search.postings import Block, Spoken, call_pks, unpack
from store.tables.calls import call, call_score, finding, recording, transcript
from store.tables.people import clip, playlist
from store.tables.removal import past_figures
from store.tables.search import said_block, said_call, said_pair

NOW = datetime(2027, 6, 1, tzinfo=UTC)
OLD = datetime(2026, 11, 2, tzinfo=UTC)  # later than all calls of the world
REPORT = ("retention", "os:root", "", NOW)
BLOCKS = select(*said_block.c["positions", "bounds"]).order_by(said_block.c.id)


def remove(c: Connection, what: marks.What, before: datetime = OLD) -> list[int]:
    """As a retention does it; the calls."""
    report = removals.start_report(c, *REPORT)
    ids = removals.free_calls(c, removals.due(c, before, what).recordings, what)
    {"audio": removals.remove_audio, "text": removals.remove_text}[what](c, ids, report, NOW)
    return ids


def index(world: World, ids: list[int]) -> None:
    with world.store.write() as c:
        spoken = [Spoken(n, n, world.call(n).started_at, [("agent", pairs_of("您好请讲"))]) for n in ids]
        blocks.put_block(c, KEYS, "s" * 16, spoken)


def test_calls_are_due_by_their_age_and_once(world: World) -> None:
    world.fill(3)
    world.put_call(4, started_at=OLD + timedelta(days=1))
    with world.store.write() as c:
        due = removals.due(c, OLD, "audio")
        assert (due.n_calls, due.first_day, due.last_day, due.n_held) == (3, "2026-11-01", "2026-11-01", 0)
        assert remove(c, "audio") == [1, 2, 3]
        assert removals.due(c, OLD, "audio").n_calls == 0
        assert removals.due(c, OLD, "text").n_calls == 3, "each kind of data has its own time"


def test_a_recording_that_a_younger_call_shares_stays(world: World) -> None:
    world.fill(1)
    with world.store.write() as c:
        younger = world.call(2, started_at=OLD + timedelta(days=1))
        write.put_call(c, younger, world.sha256(1), 1001, "1001:1")
        assert removals.due(c, OLD, "text").n_calls == 0
        assert remove(c, "text", OLD + timedelta(days=2)) == [1, 2]


def test_removed_sound_leaves_words_and_no_place(world: World) -> None:
    world.fill(2)
    with world.store.write() as c:
        remove(c, "audio")
        assert marks.removed_of(c, 1) == marks.Removed(audio=NOW)
        assert {*c.scalars(select(call.c.uri))} == {""}
        assert removals.playable_sounds(c, [world.sha256(1)]) == set()
        assert len(list(read.conversations(c, [1, 2], KEYS.engine_key))) == 2


def test_removed_words_leave_verdicts_and_scores(world: World) -> None:
    world.fill(2)
    with world.store.write() as c:
        before = [row._replace() for row in read.scores(c, KEYS)]
        remove(c, "text")
        assert not list(read.conversations(c, [1, 2], KEYS.engine_key))
        assert list(read.scores(c, KEYS)) == before
        rows = list(read.findings(c, [1, 2], KEYS))
        assert [len(row.findings) for row in rows] == [2, 2]
        assert not any(finding.evidence or finding.details for row in rows for finding in row.findings)
        assert {*c.scalars(select(call.c.ticket))} == {None}
        assert {*c.scalars(select(func.length(transcript.c.document)))} == {0}


def test_hashes_of_the_ticket_go_with_it(world: World) -> None:
    world.fill(2)
    with world.store.write() as c:
        before = set(c.scalars(select(call.c.context_key))) | set(c.scalars(select(call.c.row_key)))
        remove(c, "text")
        after = {*c.scalars(select(call.c.row_key)), *c.scalars(select(call.c.context_key))}
        after |= {*c.scalars(select(finding.c.context_key)), *c.scalars(select(call_score.c.context_key))}
        assert not before & after


def test_what_former_tickets_and_channels_left_goes_too(world: World) -> None:
    world.fill(1)
    with world.store.write() as c:
        write.put_call(
            c, world.call(1, ticket=Ticket(summary="另一件事"), agent_channel=1), world.sha256(1), 1001, "", True
        )
        remove(c, "text")
        assert c.scalar(select(func.count()).select_from(finding)) == 0
        assert c.scalar(select(func.count()).select_from(call_score)) == 0
        assert {*c.scalars(select(func.length(transcript.c.document)))} == {0}


def test_nothing_removed_is_transcribed_checked_or_indexed_again(world: World) -> None:
    world.fill(3)
    world.put_call(4)  # never transcribed
    index(world, [1, 2, 3])
    other = KEYS.__class__("another engine", ("another check",), KEYS.rubric_key)
    with world.store.write() as c:
        remove(c, "audio")
        assert pending.to_transcribe(c, KEYS, 3) == []
        assert pending.to_transcribe(c, other, 3) == [], "nor by another engine"
        remove(c, "text")
        assert pending.to_check(c, KEYS) == []
        newer = KEYS.__class__(KEYS.engine_key, (*KEYS.check_keys, "x" * 16), KEYS.rubric_key)
        assert pending.to_check(c, newer) == [], "nor by a new check"
        assert blocks.to_index(c, KEYS, "s" * 16) == []
        assert read.sources(c, [4], KEYS.engine_key) == []


def test_no_block_of_the_index_tells_of_a_removed_call(world: World) -> None:
    world.fill(4)
    index(world, [1, 2, 3])
    index(world, [3, 4])  # call 3 is in the old block, too, where it does not count any more
    with world.store.write() as c:
        report = removals.start_report(c, *REPORT)
        removals.remove_text(c, [3], report, NOW)
        indexed = [call_pks(Block.read(*row).positions).tolist() for row in c.execute(BLOCKS)]
        assert indexed == [[2, 1], [4]]
        assert sorted(c.scalars(select(said_call.c.call_id))) == [1, 2, 4]
        assert blocks.to_index(c, KEYS, "s" * 16) == []
        assert {len(unpack(row.places)) for row in c.execute(select(said_pair))} == {1, 2}


def test_a_block_that_tells_of_many_is_dropped(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(index_removal, "FEW", 1)
    world.fill(4)
    index(world, [1, 2, 3])
    with world.store.write() as c:
        removals.remove_text(c, [1, 3], removals.start_report(c, *REPORT), NOW)
        assert c.scalar(select(func.count()).select_from(said_block)) == 0
        assert blocks.to_index(c, KEYS, "s" * 16) == [2, 4]


def test_clips_go_with_the_words(world: World) -> None:
    world.fill(1)
    with world.store.write() as c:
        c.execute(playlist.insert().values(id=1, name="新人", note="", author="t", at=NOW))
        facts = {"item_id": "opening", "verdict": "met", "start": 0.0, "end": 1.0, "note": "听这句", "at": NOW}
        c.execute(clip.insert().values(playlist_id=1, call_id=1, **facts))
        remove(c, "text")
        assert c.scalar(select(func.count()).select_from(clip)) == 0


@pytest.mark.parametrize(
    ("gone", "same_recording", "changes", "outcome"),
    [
        ("audio", True, {}, "same"),
        ("audio", True, {"team": "late"}, "refused"),
        ("audio", False, {}, "refused"),
        ("text", True, {}, "same"),
        ("text", True, {"ticket": Ticket(summary="还是那件事")}, "same"),
        ("text", False, {}, "refused"),
    ],
)
def test_a_manifest_brings_nothing_back(
    world: World, gone: marks.What, same_recording: bool, changes: dict[str, object], outcome: str
) -> None:
    world.fill(1)
    with world.store.write() as c:
        remove(c, gone)
        before = c.execute(select(call)).all()
        sha256 = world.sha256(1 if same_recording else 9)
        try:
            said_of_it = write.put_call(c, world.call(1, **changes), sha256, 1, "2:2", replace=True)
        except StoreError:
            said_of_it = "refused"
        assert said_of_it == outcome
        assert c.execute(select(call)).all() == before


def test_ended_calls_leave_no_row_and_their_sums(world: World) -> None:
    world.fill(3)
    index(world, [1, 2, 3])
    refresh(world)
    with world.store.write() as c:
        remove(c, "audio")
        due = removals.due(c, OLD)
        deletion.delete_calls(c, removals.free_calls(c, due.recordings))
        for table in (call, recording, transcript, finding, call_score, said_call, said_block):
            assert c.scalar(select(func.count()).select_from(table)) == 0, table.name
        (left,) = deletion.past(c)
        assert (left.period, left.team, left.category, left.n_calls, left.mean) == (
            "2026-11",
            "early",
            "环境保护",
            3,
            100,
        )


def test_sums_of_several_removals_add_up(world: World) -> None:
    world.fill(4)
    refresh(world)
    with world.store.write() as c:
        deletion.delete_calls(c, [1, 2])
        deletion.delete_calls(c, [3, 4])
        assert [(row.n_calls, row.sum_of_totals, row.seconds) for row in c.execute(select(past_figures))] == [
            (4, 400.0, 240.0)
        ]


def test_recordings_that_were_replaced_go_too(world: World) -> None:
    world.fill(1)
    index(world, [1])
    with world.store.write() as c:
        write.put_call(c, world.call(1), world.sha256(2), 1002, "", replace=True)
        replaced = deletion.replaced_recordings(c)
        assert len(replaced) == 1
        deletion.delete_recordings(c, replaced)
        assert list(c.scalars(select(recording.c.sha256))) == [world.sha256(2)]
        assert c.scalar(select(func.count()).select_from(transcript)) == 0


def test_nor_does_the_index_tell_of_them_when_their_call_was_indexed_anew(world: World) -> None:
    world.fill(2)
    world.put_call(3)
    heard_anew = world.put_transcript(3)
    index(world, [1, 2])
    with world.store.write() as c:
        write.put_call(c, world.call(1), world.sha256(3), 1003, "", replace=True)
        spoken = Spoken(1, heard_anew, world.call(1).started_at, [("agent", pairs_of("另一段话"))])
        blocks.put_block(c, KEYS, "s" * 16, [spoken])
        deletion.delete_recordings(c, deletion.replaced_recordings(c))
        assert [call_pks(Block.read(*row).positions).tolist() for row in c.execute(BLOCKS)] == [[2], [1]]
        assert {len(unpack(row.places)) for row in c.execute(select(said_pair))} == {1}
        assert sorted(c.scalars(select(said_call.c.call_id))) == [1, 2]


class TestLegalHold:
    def test_what_is_held_is_not_due(self, world: World) -> None:
        world.fill(3)
        with world.store.write() as c:
            hold = legal_holds.hold_calls(c, [2], "call call-2", "诉讼", "法务", NOW)
            due = removals.due(c, OLD, "text")
            assert (due.n_calls, due.n_held) == (2, 1)
            assert removals.free_calls(c, [1, 2, 3]) == [1, 3]
            assert remove(c, "text") == [1, 3]
            legal_holds.release(c, hold, "结案", "法务", NOW)
            assert remove(c, "text") == [2]

    def test_a_call_of_the_same_recording_is_held_with_it(self, world: World) -> None:
        world.fill(1)
        with world.store.write() as c:
            write.put_call(c, world.call(2), world.sha256(1), 1001, "")
            legal_holds.hold_calls(c, [2], "call call-2", "诉讼", "法务", NOW)
            due = removals.due(c, OLD, "audio")
            assert (due.n_calls, due.n_held) == (0, 2)

    def test_a_call_is_held_until_its_last_hold_ends(self, world: World) -> None:
        world.fill(1)
        with world.store.write() as c:
            first = legal_holds.hold_calls(c, [1], "call call-1", "诉讼", "法务", NOW)
            second = legal_holds.hold_calls(c, [1], "agent 3001", "审计", "审计", NOW)
            legal_holds.release(c, first, "结案", "法务", NOW)
            assert [hold.pk for hold in legal_holds.holds_of(c, 1)] == [second]
            assert remove(c, "text") == []
            legal_holds.release(c, second, "完成", "审计", NOW)
            assert legal_holds.holds_of(c, 1) == []
            assert [hold.released_by for hold in legal_holds.legal_holds(c)] == ["审计", "法务"]

    def test_a_hold_is_released_once(self, world: World) -> None:
        world.fill(1)
        with world.store.write() as c:
            hold = legal_holds.hold_calls(c, [1], "call call-1", "诉讼", "法务", NOW)
            legal_holds.release(c, hold, "结案", "法务", NOW)
            with pytest.raises(StoreError, match="those that do: none"):
                legal_holds.release(c, hold, "结案", "法务", NOW)

    def test_a_replaced_recording_of_a_held_call_stays(self, world: World) -> None:
        world.fill(1)
        with world.store.write() as c:
            legal_holds.hold_calls(c, [1], "call call-1", "诉讼", "法务", NOW)
            write.put_call(c, world.call(1), world.sha256(2), 1002, "", replace=True)
            assert deletion.replaced_recordings(c) == []

    @pytest.mark.parametrize(
        ("asked", "expected"),
        [
            ({"call_ids": ["call-2"]}, [2]),
            ({"agent_id": "3001"}, [1, 4]),
            ({"agent_id": "3001", "first_day": "2026-11-02"}, []),
            ({"first_day": "2026-11-01", "last_day": "2026-11-01"}, [1, 2, 3, 4]),
        ],
    )
    def test_calls_are_chosen(self, world: World, asked: dict[str, object], expected: list[int]) -> None:
        world.fill(4)
        with world.store.read() as c:
            assert legal_holds.calls_like(c, **asked) == expected  # type: ignore[arg-type]

    def test_an_unknown_call_cannot_be_held(self, world: World) -> None:
        with world.store.write() as c:
            with pytest.raises(StoreError, match="there is no call x"):
                legal_holds.calls_like(c, ["x"])
            with pytest.raises(StoreError, match="nothing to hold"):
                legal_holds.hold_calls(c, [], "agent 9", "诉讼", "法务", NOW)


def test_examples_go_with_the_words_and_with_the_call(world: World) -> None:
    world.fill(2)
    turn = ExampleTurn(0, "agent", "快点说")
    words = ExampleWords((ExamplePlace(turn, 0, 3, ()),))
    with world.store.write() as c:
        for name in c.scalars(select(call.c.call_id).where(call.c.id.in_([1, 2]))).all():
            new = Example(name, "attitude", Verdict.MET, Verdict.VIOLATED, "k" * 16, words, "王丽", NOW)
            examples.put_example(c, new)
            examples.put_example(c, new)
        assert [row.example.words for row in examples.examples(c)] == [words, words]
        report = removals.start_report(c, *REPORT)
        removals.remove_text(c, [1], report, NOW)
        (left,) = examples.examples(c)
        assert left.call_pk == 2
        with pytest.raises(StoreError, match="removed"):
            examples.put_example(c, replace(new, call_id=c.scalar(select(call.c.call_id).where(call.c.id == 1))))
        deletion.delete_calls(c, [2])
        assert examples.examples(c) == []
