"""Scopes as SQL: a call is checked, scored and read under the rubric it belongs to, and under no other."""

from dataclasses import replace
from datetime import datetime

from store_world import KEYS, SHANGHAI, World

from callqa.keys import Scope, context_key
from store import pending, read, write

EARLY = replace(KEYS, scope=Scope(teams=("early",)))
LATE = replace(KEYS, scope=Scope(teams=("late",)))
REST = replace(KEYS, elsewhere=(Scope(teams=("late",)), Scope(lines=("962288",), since="2026-11-10")))
CALLS = {
    1: {"team": "early"},
    2: {"team": "late"},
    3: {"line": "962288", "started_at": datetime(2026, 11, 9, 23, 59, tzinfo=SHANGHAI)},
    4: {"line": "962288", "started_at": datetime(2026, 11, 10, 0, 0, tzinfo=SHANGHAI)},
    5: {"direction": "outbound"},
}


def fill(world: World, scored: bool) -> None:
    for n, facts in CALLS.items():
        world.put_call(n, **facts)
        transcript_id = world.put_transcript(n)
        rows = [row._replace(context_key=_context(world, n)) for row in world.finding_rows(n, transcript_id)]
        with world.store.write() as c:
            write.put_findings(c, rows)
            if scored:
                write.put_scores(c, [world.score_row(n, transcript_id)._replace(context_key=_context(world, n))], KEYS)


def _context(world: World, n: int) -> str:
    with world.store.read() as c:
        known = read.call_row(c, f"call-{n}")
    assert known is not None
    return context_key(known.call)


def test_only_calls_in_scope_are_transcribed(world: World) -> None:
    for n, facts in CALLS.items():
        world.put_call(n, **facts)
    with world.store.read() as c:
        assert pending.to_transcribe(c, KEYS, 3) == [1, 2, 3, 4, 5]
        assert pending.to_transcribe(c, REST, 3) == [1, 3, 5]


def test_what_is_to_be_done_is_in_scope(world: World) -> None:
    fill(world, scored=False)
    with world.store.read() as c:
        assert pending.to_score(c, KEYS) == [1, 2, 3, 4, 5]
        assert pending.to_score(c, EARLY) == [1, 3, 4, 5]
        assert pending.to_score(c, LATE) == [2]
        assert pending.to_score(c, REST) == [1, 3, 5]
        assert pending.to_score(c, replace(KEYS, scope=Scope(directions=("outbound",)))) == [5]
        assert pending.to_check(c, replace(LATE, check_keys=("x",))) == [2]


def test_scores_of_calls_out_of_scope_are_not_read(world: World) -> None:
    fill(world, scored=True)
    with world.store.read() as c:
        assert [row.call_pk for row in sorted(read.scores(c, REST))] == [1, 3, 5]
        assert read.score_of(c, "call-2", REST) is None
        assert read.score_of(c, "call-2", LATE) is not None
        assert pending.to_report(c, LATE).keys() == {"2026-11"}
        assert read.covers(c, "call-4", KEYS)
        assert not read.covers(c, "call-4", REST)
        assert not read.covers(c, "no-such-call", KEYS)


def test_calls_that_no_rubric_is_for(world: World) -> None:
    fill(world, scored=False)
    with world.store.read() as c:
        assert read.uncovered(c, [KEYS.scope]) == []
        found = read.uncovered(c, [LATE.scope, Scope(lines=("12345",), directions=("inbound",))])
        assert [tuple(row) for row in found] == [
            ("early", "12345", "outbound", 1, "2026-11-01", "2026-11-01"),
            ("early", "962288", "inbound", 2, "2026-11-09", "2026-11-10"),
        ]
