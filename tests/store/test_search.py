"""The index in the database: what lacks in it, what replaces what, and the calls it proposes."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np
import pytest
from sqlalchemy import func, select
from store_world import ENGINE, KEYS, World

from callqa.call_filter import CallFilter
from callqa.keys import content_key
from callqa.phrases import pairs_of, phrase, sounds_key
from callqa.types import Role, Turn
from callqa.visibility import EVERYTHING, Visibility
from store import Store
from store.calls import list_rows, write
from store.calls.call_list import page_of
from store.calls.call_query import CallQuery
from store.search import blocks
from store.search.blocks import Look
from store.search.postings import ROLES, Spoken, call_pks, second
from store.tables.calls import call, transcript
from store.tables.joins import with_transcript
from store.tables.search import said_block, said_call, said_pair

SHANGHAI = ZoneInfo("Asia/Shanghai")
NOON = datetime(2026, 11, 1, 12, tzinfo=SHANGHAI)
ALL = CallQuery(SHANGHAI)


def put(world: World, n: int, *lines: tuple[Role, str], hours: float = 0) -> None:
    """Call ``n``, so many hours after noon, in which this is said."""
    world.put_call(n, started_at=NOON + timedelta(hours=hours))
    turns = tuple(Turn(i, role, 3.0 * i, 3.0 * i + 2, text) for i, (role, text) in enumerate(lines))
    with world.store.write() as c:
        write.put_transcript(c, world.sha256(n), 0, replace(world.transcript(n), turns=turns), ENGINE)


def index(store: Store, *ids: int) -> None:
    """These calls, or all that lack, as one block."""
    with store.read() as c:
        wanted = ids or blocks.to_index(c, KEYS, sounds_key())
        spoken = [
            Spoken(call_pk, transcript_id, at, [(turn.role, pairs_of(turn.text)) for turn in script.turns])
            for call_pk, transcript_id, at, script in blocks.scripts(c, wanted, KEYS.engine_key, blocks.Script)
        ]
    with store.write() as c:
        blocks.put_block(c, KEYS, sounds_key(), spoken)


def positions_of(store: Store, *words: str, roles: Sequence[Role] = ROLES, **bounds: Any) -> list[int]:
    look = Look([phrase(word).patterns() for word in words], roles, **bounds)
    with store.read() as c:
        steps = list(blocks.candidates(c, KEYS, sounds_key(), look))
    return [position for step in steps for position in step.tolist()]


def proposed(store: Store, *words: str, roles: Sequence[Role] = ROLES, **bounds: Any) -> list[int]:
    return call_pks(np.array(positions_of(store, *words, roles=roles, **bounds), np.int64)).tolist()


def shown(store: Store, query: CallQuery, *words: str) -> list[int]:
    with store.read() as c:
        calls = blocks.calls_at(c, np.array(positions_of(store, *words), np.int64), query)
    return [call.call_pk for call in calls]


def put_in_list(world: World, *ids: int) -> None:
    """These calls get a score, and with it their row in the list."""
    with world.store.write() as c:
        heard = with_transcript(select(call.c.id, transcript.c.id, call.c.context_key), c, KEYS.engine_key)
        facts = write.SheetFacts(100.0, False, False, "MM")
        write.put_scores(c, [write.ScoreRow(*row, facts) for row in c.execute(heard.where(call.c.id.in_(ids)))], KEYS)
        list_rows.put_rows(c, ids, KEYS, lambda sheets: [list_rows.Marks((), ())] * len(sheets))


def to_index(store: Store) -> list[int]:
    with store.read() as c:
        return blocks.to_index(c, KEYS, sounds_key())


def test_what_is_indexed_is_not_to_do(store: Store, world: World) -> None:
    for n in (1, 2, 3):
        put(world, n, ("agent", "您好"))
    world.put_call(4)  # not heard yet
    assert to_index(store) == [1, 2, 3]
    index(store, 1, 2)
    assert to_index(store) == [3]
    index(store)
    assert to_index(store) == []


def test_another_time_is_another_place_in_the_index(store: Store, world: World) -> None:
    put(world, 1, ("agent", "在晨晖路"))
    put(world, 2, ("agent", "在晨晖路"), hours=1)
    index(store)
    assert proposed(store, "陈辉路") == [2, 1]
    world_call = world.call(1, started_at=NOON + timedelta(hours=2))
    with store.write() as c:
        write.put_call(c, world_call, world.sha256(1), 1001, "1001:1", replace=True)
    assert to_index(store) == [1]
    index(store)
    put_in_list(world, 1, 2)
    assert proposed(store, "陈辉路") == [1, 2, 1]  # the old block still has it where it was ...
    assert shown(store, ALL, "陈辉路") == [1, 2]  # ... but it is not there any more


def test_another_transcript_replaces_the_words(store: Store, world: World) -> None:
    put(world, 1, ("agent", "在晨晖路"))
    index(store)
    put(world, 7, ("agent", "在张杨路"))
    with store.write() as c:  # call 1 gets the recording of call 7, at the time it had
        write.put_call(c, world.call(1, started_at=NOON), world.sha256(7), 1007, "1007:1", replace=True)
    assert to_index(store) == [1, 2]
    index(store)
    assert proposed(store, "张杨路") == [2, 1]
    assert proposed(store, "晨晖路") == [], "nothing counts of the block that had it"


def test_another_engine_sees_only_its_own_words(store: Store, world: World) -> None:
    put(world, 1, ("agent", "在晨晖路"))
    index(store)
    other = replace(KEYS, engine_key=content_key({"engine": "other"}))
    with store.read() as c:
        look = Look([phrase("陈辉路").patterns()])
        assert list(blocks.candidates(c, other, sounds_key(), look)) == []
        assert list(blocks.candidates(c, KEYS, "other sounds", look)) == []
        assert blocks.to_index(c, other, sounds_key()) == []
        assert blocks.to_index(c, KEYS, "other sounds") == [1]


def test_a_block_of_which_nothing_counts_is_dropped(store: Store, world: World) -> None:
    for n in (1, 2, 3):
        put(world, n, ("agent", "在晨晖路"), hours=n)
    index(store, 1, 2)
    index(store, 3)
    index(store, 1, 2, 3)  # all of them again, in one block
    with store.read() as c:
        assert c.scalar(select(func.count()).select_from(said_block)) == 1
        assert list(c.scalars(select(said_pair.c.block_id).distinct())) == list(c.scalars(select(said_block.c.id)))
        assert c.scalar(select(func.count()).select_from(said_call)) == 3
    assert proposed(store, "陈辉路") == [3, 2, 1]


def test_many_small_nights_leave_few_blocks(store: Store, world: World) -> None:
    for n in range(1, 21):
        put(world, n, ("citizen", "停水了"), hours=n)
        index(store)
        with store.read() as c:
            sizes = list(c.scalars(select(func.count()).select_from(said_call).group_by(said_call.c.block_id)))
        assert sum(sizes) == n
        assert len(sizes) <= n.bit_length()
    assert proposed(store, "停水") == list(range(20, 0, -1))


def test_large_blocks_are_left_alone(store: Store, world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(blocks, "CALLS_IN_BLOCK", 4)
    for n in range(1, 6):
        put(world, n, ("citizen", "停水了"), hours=n)
    index(store, 1, 2)
    assert to_index(store) == [3, 4, 5]


def test_the_newest_come_first_however_blocks_overlap(store: Store, world: World) -> None:
    for n in range(1, 13):
        put(world, n, ("citizen", "这里停水了"), hours=n)
    for block in ((1, 12), (2, 3, 10), (4, 5, 6), (7, 8, 9, 11)):
        index(store, *block)
    assert proposed(store, "停水") == list(range(12, 0, -1))


def test_each_page_goes_on_where_the_last_one_ended(store: Store, world: World) -> None:
    for n in range(1, 8):
        put(world, n, ("citizen", "这里停水了"), hours=n // 3)  # several in one second
    index(store, 1, 3, 5)
    index(store)
    positions = positions_of(store, "停水")
    assert positions == sorted(positions, reverse=True)
    for before in positions:
        assert positions_of(store, "停水", before=before) == [position for position in positions if position < before]


def test_days_bound_what_is_proposed(store: Store, world: World) -> None:
    for n in range(1, 6):
        put(world, n, ("citizen", "这里停水了"), hours=24 * n)
        index(store)
    first, before = (second(NOON + timedelta(days=days)) for days in (2, 4))
    assert proposed(store, "停水", first=first, before=before) == [3, 2]


@pytest.mark.parametrize(
    ("words", "roles", "calls"),
    [
        (["停水"], ROLES, [3, 2, 1]),
        (["停水"], ["citizen"], [3, 1]),
        (["停水"], ["agent"], [2]),
        (["停水"], ["unknown"], []),
        (["停水", "晨晖路"], ROLES, [2, 1]),
        (["停水", "晨晖路"], ["citizen"], [1]),
        (["停水", "两天"], ["citizen"], [3]),
        (["水管"], ROLES, []),  # 水 ends one turn and 管 begins the next
        (["停水", "没有说过"], ROLES, []),
    ],
)
def test_who_says_what(store: Store, world: World, words: list[str], roles: list[Role], calls: list[int]) -> None:
    put(world, 1, ("agent", "您好"), ("citizen", "晨晖路停水"), ("citizen", "管一下"), hours=1)
    put(world, 2, ("agent", "晨晖路停水吗"), ("citizen", "对"), hours=2)
    put(world, 3, ("citizen", "停水"), ("agent", "嗯"), ("citizen", "两天了"), hours=3)
    index(store)
    assert proposed(store, *words, roles=roles) == calls


@pytest.mark.parametrize(
    ("visibility", "calls"),
    [
        (EVERYTHING, [4, 3, 2, 1]),
        (Visibility(teams=("early",)), [4, 3, 2, 1]),
        (Visibility(teams=("late",)), []),
        (Visibility(teams=()), []),
        (Visibility(agent_id="3001"), [4, 1]),
        (Visibility(teams=("late",), agent_id="3001"), []),
    ],
)
def test_visibility_bounds_every_answer(store: Store, world: World, visibility: Visibility, calls: list[int]) -> None:
    for n in range(1, 5):
        put(world, n, ("citizen", "停水"), hours=n)
    index(store)
    put_in_list(world, 1, 2, 3, 4)
    query = CallQuery(SHANGHAI, visibility=visibility)
    assert shown(store, query, "停水") == calls
    with store.read() as c:
        few = blocks.few_positions(c, query)
    assert (few is None) == (visibility == EVERYTHING)
    if few is not None:
        assert proposed(store, "停水", among=few) == calls


def test_ids_that_begin_alike_are_found_in_either_database(store: Store, world: World) -> None:
    for n in (1, 2, 12):
        put(world, n, ("citizen", "停水"), hours=n)
    put_in_list(world, 1, 2, 3)
    with store.read() as c:
        rows = page_of(c, CallQuery(SHANGHAI, CallFilter(call="call-1"))).rows
    assert [row.call_id for row in rows] == ["call-12", "call-1"]


def test_what_is_not_in_the_list_is_not_shown(store: Store, world: World) -> None:
    for n in (1, 2):
        put(world, n, ("citizen", "停水"), hours=n)
    index(store)
    put_in_list(world, 2)
    assert shown(store, ALL, "停水") == [2]


def test_many_calls_of_an_agent_are_not_listed_beforehand(
    store: Store, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    for n in (3, 6):
        put(world, n - 2, ("citizen", "停水"), hours=n)
    query = CallQuery(SHANGHAI, visibility=Visibility(agent_id="3001"))
    put_in_list(world, 1, 2)
    monkeypatch.setattr(blocks, "FEW", 2)
    with store.read() as c:
        assert len(blocks.few_positions(c, query)) == 2
        monkeypatch.setattr(blocks, "FEW", 1)
        assert blocks.few_positions(c, query) is None


def test_a_call_without_a_word_is_indexed(store: Store, world: World) -> None:
    put(world, 1)
    put(world, 2, ("agent", "嗯"), ("citizen", "，。"))
    index(store)
    assert to_index(store) == []
    assert proposed(store, "停水") == []
    index(store)  # nothing to do is nothing done
