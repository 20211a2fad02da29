"""The index of what was said: which calls lack in it, writing blocks of it, candidates for what somebody looks for.

The index only proposes calls, the newest first; whether they really say it is for the caller to read in their
transcripts. So an index that is behind the calls finds less, and never something wrong.
"""

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import reduce
from typing import NamedTuple, TypeVar

import numpy as np
from more_itertools import chunked
from sqlalchemy import ColumnElement, Connection, delete, exists, func, insert, select, type_coerce

from callqa.keys import RubricKeys
from callqa.types import Role, Seconds
from store.calls.call_plan import let_through, plan_calls
from store.calls.call_query import CallQuery
from store.db import upsert
from store.search.postings import (
    NOTHING,
    ROLES,
    Block,
    Ints,
    Pattern,
    Spoken,
    both,
    call_pks,
    distinct,
    find,
    lay_out,
    position,
)
from store.tables.call_list import call_list
from store.tables.calls import call, transcript
from store.tables.columns import PackedJson
from store.tables.joins import HAS_TEXT, covered, engine_pk, with_transcript
from store.tables.search import said_block, said_call, said_pair

SHOWN = call_list.c["call_id", "named", "started_at", "agent_id", "team", "category"]
FEW = 5000  # calls; so many are read sooner than they are come across among a million
ROWS = 500  # in one INSERT
CALLS_IN_BLOCK = 8192  # a search looks into every block, and making one of so many takes some 80 MB
MOST_BLOCKS = 64  # read in one step
END = 2**63 - 1
"""Beyond all positions."""


class Look(NamedTuple):
    """What is looked for."""

    phrases: Sequence[Sequence[Pattern]]
    """A call has to have all of them, each in any of its variants."""
    roles: Collection[Role] = ROLES
    """Who has to say them."""
    first: int = 0
    """The least position of a call, likewise below."""
    before: int = END
    among: Ints | None = None
    """Only calls at these positions, rising; ``None``: at any."""


@dataclass(frozen=True, slots=True)
class Line:
    """Of a turn, what an index needs."""

    role: Role
    text: str


@dataclass(frozen=True, slots=True)
class Script:
    """Of a transcript, what an index needs: a quarter of the time that reading all of it takes."""

    turns: tuple[Line, ...]


@dataclass(frozen=True, slots=True)
class TimedWord:
    text: str
    start: Seconds


@dataclass(frozen=True, slots=True)
class TimedLine:
    """Of a turn, what shows where in it something is said."""

    index: int
    role: Role
    start: Seconds
    text: str
    words: tuple[TimedWord, ...] = ()


@dataclass(frozen=True, slots=True)
class TimedScript:
    turns: tuple[TimedLine, ...]


S = TypeVar("S", Script, TimedScript)
PACKED: dict[type, PackedJson] = {kind: PackedJson(kind) for kind in (Script, TimedScript)}


def to_index(c: Connection, keys: RubricKeys, sounds_key: str) -> list[int]:
    """Calls that ``keys`` cover, with a transcript, that the index has not, or has with other words or another time.

    With them come the calls of small blocks, so that many small nights leave few blocks to look into.
    """
    there = exists().where(
        said_call.c.call_id == call.c.id,
        said_call.c.transcript_id == transcript.c.id,
        said_call.c.started_at == call.c.started_at,
        said_call.c.block_id.in_(select(said_block.c.id).where(said_block.c.sounds_key == sounds_key)),
    )
    wanted = with_transcript(select(call.c.id), c, keys.engine_key).where(covered(keys), ~there, HAS_TEXT)
    missing = set(c.scalars(wanted))
    return sorted(missing | _of_small_blocks(c, keys, sounds_key, len(missing)))


def _of_small_blocks(c: Connection, keys: RubricKeys, sounds_key: str, n_new: int) -> set[int]:
    """The calls of blocks no larger than what they are joined to: each call is indexed again a few times at most."""
    size = func.count()
    sizes = select(said_call.c.block_id, size).join(said_block).where(*_present(c, keys, sounds_key))
    sizes = sizes.group_by(said_call.c.block_id).having(size < CALLS_IN_BLOCK // 2).order_by(size)
    joined, total = [], n_new
    for block_id, n in c.execute(sizes) if n_new else ():
        if n > total or total > CALLS_IN_BLOCK:
            break
        joined.append(block_id)
        total += n
    return set(c.scalars(select(said_call.c.call_id).where(said_call.c.block_id.in_(joined))))


def _present(c: Connection, keys: RubricKeys, sounds_key: str) -> tuple[ColumnElement[bool], ...]:
    """Which blocks a search may look into."""
    return said_block.c.engine_id == engine_pk(c, keys.engine_key), said_block.c.sounds_key == sounds_key


def scripts(
    c: Connection, ids: Collection[int], engine_key: str, kind: type[S]
) -> Iterator[tuple[int, int, datetime, S]]:
    """(call, transcript, start) and what was said in each of these calls that the engine has heard."""
    columns = (call.c.id, transcript.c.id, call.c.started_at, type_coerce(transcript.c.document, PACKED[kind]))
    wanted = with_transcript(select(*columns), c, engine_key).where(HAS_TEXT)
    for chunk in chunked(ids, ROWS):
        for row in c.execute(wanted.where(call.c.id.in_(chunk))):
            yield row._tuple()


def put_block(c: Connection, keys: RubricKeys, sounds_key: str, spoken: Sequence[Spoken]) -> None:
    """Indexes these calls in one block, instead of what the index said of them before."""
    if not spoken:
        return
    block, pairs = lay_out(spoken)
    head = {
        "engine_id": engine_pk(c, keys.engine_key),
        "sounds_key": sounds_key,
        "oldest": int(block.positions[-1]),
        "newest": int(block.positions[0]),
        **block.columns(),
    }
    block_id = c.execute(insert(said_block).values(head).returning(said_block.c.id)).scalar_one()
    for some in chunked(pairs, ROWS):
        c.execute(insert(said_pair), [{"block_id": block_id, "pair": pair, "places": places} for pair, places in some])
    adding = upsert.insert(c, said_call)
    adding = adding.on_conflict_do_update(
        index_elements=["call_id"],
        set_={name: adding.excluded[name] for name in ("transcript_id", "block_id", "started_at")},
    )
    names = "call_id", "transcript_id", "started_at"
    for calls in chunked(spoken, ROWS):
        c.execute(adding, [dict(zip(names, entry[:3], strict=True)) | {"block_id": block_id} for entry in calls])
    drop_empty_blocks(c)


def drop_empty_blocks(c: Connection) -> None:
    """Blocks all of whose calls are in other blocks by now, or in none."""
    empty = select(said_block.c.id).where(~exists().where(said_call.c.block_id == said_block.c.id))
    gone = list(c.scalars(empty))
    for table, column in ((said_pair, said_pair.c.block_id), (said_block, said_block.c.id)):
        c.execute(delete(table).where(column.in_(gone)))


def candidates(c: Connection, keys: RubricKeys, sounds_key: str, look: Look) -> Iterator[Ints]:
    """Positions of calls of the present engine that probably say all of it, the newest first, as they come to hand."""
    if look.among is not None:
        if not len(look.among):
            return
        ends = int(look.among[0]), int(look.among[-1]) + 1
        look = look._replace(first=max(look.first, ends[0]), before=min(look.before, ends[1]))
    blocks = _blocks(c, keys, sounds_key, look)
    wanted = sorted({pair for variants in look.phrases for pattern in variants for at in pattern for pair in at})
    waiting, first, size = NOTHING, 0, 1
    while first < len(blocks):
        group, first = [block_id for block_id, _ in blocks[first : first + size]], first + size
        size = min(2 * size, MOST_BLOCKS)
        waiting = distinct(np.sort(np.concatenate([waiting, *_in_blocks(c, group, wanted, look)])))
        # A block further on may hold calls as new as its newest one: times overlap where old calls came in late.
        sure = blocks[first][1] if first < len(blocks) else -1
        ready, waiting = waiting[waiting > sure], waiting[waiting <= sure]
        if len(ready):
            yield ready[::-1]


def _blocks(c: Connection, keys: RubricKeys, sounds_key: str, look: Look) -> list[tuple[int, int]]:
    """(id, newest position) of the blocks that may hold such calls, the newest first."""
    wanted = select(*said_block.c["id", "newest"]).where(
        *_present(c, keys, sounds_key),
        said_block.c.newest >= look.first,
        said_block.c.oldest < look.before,
    )
    return [(row.id, row.newest) for row in c.execute(wanted.order_by(said_block.c.newest.desc()))]


def _in_blocks(c: Connection, ids: Sequence[int], pairs: Sequence[int], look: Look) -> Iterator[Ints]:
    packed: defaultdict[int, dict[int, bytes]] = defaultdict(dict)
    for row in c.execute(select(said_pair).where(said_pair.c.block_id.in_(ids), said_pair.c.pair.in_(pairs))):
        packed[row.block_id][row.pair] = row.places
    starts = {block_id: at for block_id, places in packed.items() if (at := _starts(places, look))}
    heads = select(*said_block.c["id", "positions", "bounds"]).where(said_block.c.id.in_(starts))
    for block_id, *columns in c.execute(heads) if starts else ():
        block = Block.read(*columns)
        calls = reduce(both, (block.at(places, look.roles) for places in starts[block_id]))
        calls = calls[(calls >= look.first) & (calls < look.before)]
        yield calls if look.among is None else both(look.among, calls)


def _starts(packed: Mapping[int, bytes], look: Look) -> list[Ints]:
    """Where each of the phrases starts in a block, or an empty list when one of them is missing."""
    of_phrases = []
    for variants in look.phrases:
        starts = np.sort(np.concatenate([find(pattern, packed) for pattern in variants]))
        if not len(starts):
            return []
        of_phrases.append(starts)
    return of_phrases


class FoundCall(NamedTuple):
    """A call as results show it."""

    position: int
    call_pk: int
    call_id: str
    started_at: datetime
    agent_id: str
    team: str
    category: str


def calls_at(c: Connection, positions: Ints, query: CallQuery) -> list[FoundCall]:
    """The listed calls that are still at these positions and that the query lets through, the newest first."""
    known = set(positions.tolist())
    wanted = select(*SHOWN).where(call_list.c.call_id.in_(call_pks(positions).tolist()), let_through(c, query))
    calls = (FoundCall(position(row.started_at, row.call_id), *row) for row in c.execute(wanted))
    return sorted((call for call in calls if call.position in known), reverse=True)


def few_positions(c: Connection, query: CallQuery) -> Ints | None:
    """Of all calls that the query lets through, where it asks for something that few have; ``None`` for many."""
    calls = plan_calls(c, replace(query, sort="newest"))
    if not calls.few:
        return None
    rows = c.execute(calls.calls.limit(FEW + 1)).all()
    return None if len(rows) > FEW else np.sort(np.array([position(*row) for row in rows], np.int64))
