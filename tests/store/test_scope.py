"""Scopes as SQL: a call is checked, scored and read under the rubric it belongs to, and under no other."""

import random
from dataclasses import replace
from datetime import datetime
from itertools import product

from store_world import KEYS, SHANGHAI, World

from callqa.keys import Scope, context_key
from store.calls import pending, read, write

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
        uncovered = read.uncovered(c, [LATE.scope, Scope(lines=("12345",), directions=("inbound",))])
        assert [tuple(row) for row in uncovered] == [
            ("early", "12345", "outbound", 1, "2026-11-01", "2026-11-01"),
            ("early", "962288", "inbound", 2, "2026-11-09", "2026-11-10"),
        ]


def test_scopes_mean_the_same_in_sql_and_in_words(world: World) -> None:
    facts = list(product(("early", "late"), ("", "962288"), ("inbound", "outbound"), (1, 15)))
    for n, (team, line, direction, day) in enumerate(facts, start=1):
        started = datetime(2026, 11, day, 0, 0, tzinfo=SHANGHAI)
        world.put_call(n, team=team, line=line, direction=direction, started_at=started)
    chance = random.Random(1)

    def scope() -> Scope:
        teams, lines, directions = (
            tuple(name for name in names if chance.random() < 0.4)
            for names in (("early", "late"), ("", "962288"), ("inbound", "outbound"))
        )
        return Scope(teams, lines, directions, chance.choice(("", "2026-11-15")))

    def inside(scope: Scope, call: tuple[str, str, str, int]) -> bool:
        wanted = zip((scope.teams, scope.lines, scope.directions), call, strict=False)
        return all(not names or fact in names for names, fact in wanted) and f"2026-11-{call[3]:02}" >= scope.since

    with world.store.read() as c:
        for _ in range(60):
            keys = replace(KEYS, scope=scope(), elsewhere=tuple(scope() for _ in range(chance.randrange(3))))
            mine = {
                n
                for n, call in enumerate(facts, start=1)
                if inside(keys.scope, call) and not any(inside(other, call) for other in keys.elsewhere)
            }
            assert read.covered_ids(c, range(1, len(facts) + 1), keys) == mine
            assert pending.to_transcribe(c, keys, 3) == sorted(mine)
