"""An inverted index in blocks, as arrays: where the pairs of syllables of some thousand calls stand, phrases in it.

All that the calls of a block say is laid end to end, so that a place is one number. Of each call come the turns of the
agent, then those of the citizen, then those of nobody known: three stretches, whose bounds tell call and speaker of a
place. A turn of n syllables has n - 1 pairs and takes n places, so no phrase runs from one turn into the next.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from callqa.types import Role

Ints = npt.NDArray[np.int64]
Flags = npt.NDArray[np.bool_]
Pairs = npt.NDArray[np.int32]
Pattern = Sequence[Collection[int]]
"""Of a phrase of n syllables the pairs that may stand at each of n - 1 places."""

ROLES: tuple[Role, ...] = ("agent", "citizen", "unknown")
SEVEN, MORE = 0x7F, 0x80
NOTHING: Ints = np.empty(0, np.int64)
MOST_BYTES = 5  # of a number below 2 ** 35
PK_BITS = 31


class Spoken(NamedTuple):
    """A call to be indexed."""

    call_pk: int
    transcript_id: int
    started_at: datetime
    turns: Sequence[tuple[Role, Pairs]]
    """The pairs of each turn, shape (n - 1,)."""


def position(started_at: datetime, call_pk: int) -> int:
    """Where a call is in the order of time: its second, and its primary key among the calls of that second."""
    return second(started_at) | call_pk


def second(at: datetime) -> int:
    """The least position of a call that started in this second, or later."""
    return max(int(at.timestamp()), 0) << PK_BITS


def moment(position: int) -> datetime:
    """The second of a position."""
    return datetime.fromtimestamp(position >> PK_BITS, UTC)


def call_pks(positions: Ints) -> Ints:
    return positions & ((1 << PK_BITS) - 1)


@dataclass(frozen=True, slots=True)
class Block:
    """Which calls a block holds, the newest first."""

    positions: Ints
    """Shape (n,), falling."""
    bounds: npt.NDArray[np.uint32]
    """Shape (3 n + 1,): where the stretch of each call and role starts, and where the last one ends."""

    @classmethod
    def read(cls, positions: bytes, bounds: bytes) -> "Block":
        return cls(np.frombuffer(positions, "<i8"), np.frombuffer(bounds, "<u4"))

    def columns(self) -> dict[str, bytes]:
        """As they are stored, little end first."""
        return {"positions": self.positions.astype("<i8").tobytes(), "bounds": self.bounds.astype("<u4").tobytes()}

    def rows(self, places: Ints) -> Ints:
        """Whose each of these places is, by number in `positions`."""
        return np.searchsorted(self.bounds[:: len(ROLES)], places, side="right") - 1

    def without(self, gone: Flags) -> "Block":
        """The block when these of its calls, shape (n,), have no places any more; those of the others stay."""
        bounds = np.append(np.repeat(~gone, len(ROLES)), True)
        return Block(self.positions[~gone], self.bounds[bounds])

    def at(self, places: Ints, roles: Collection[Role]) -> Ints:
        """The positions of the calls in which one of ``roles`` speaks at one of the rising ``places``; rising."""
        stretch = np.searchsorted(self.bounds, places, side="right") - 1
        row, role = np.divmod(stretch, len(ROLES))
        if len(roles) < len(ROLES):
            row = row[np.isin(role, [ROLES.index(name) for name in roles])]
        calls: Ints = self.positions[distinct(row)][::-1]
        return calls


def lay_out(spoken: Iterable[Spoken]) -> tuple[Block, Iterator[tuple[int, bytes]]]:
    """A block of these calls, and the packed places of each of its pairs, by rising pair."""
    ordered = sorted(spoken, key=lambda call: -position(call.started_at, call.call_pk))
    pairs: list[Pairs] = []
    starts: list[int] = []
    bounds, place = [0], 0
    for call in ordered:
        for role in ROLES:
            for turn in (turn for speaker, turn in call.turns if speaker == role and len(turn)):
                pairs.append(turn)
                starts.append(place)
                place += len(turn) + 1
            bounds.append(place)
    positions = [position(call.started_at, call.call_pk) for call in ordered]
    block = Block(np.array(positions, np.int64), np.array(bounds, np.uint32))
    return block, _packed(pairs, starts)


def _packed(turns: Sequence[Pairs], starts: Sequence[int]) -> Iterator[tuple[int, bytes]]:
    if not turns:
        return
    pairs = np.concatenate(turns)
    places = np.concatenate([np.arange(start, start + len(turn)) for start, turn in zip(starts, turns, strict=True)])
    order = np.argsort(pairs, kind="stable")
    pairs, places = pairs[order], places[order]
    firsts = np.flatnonzero(np.diff(pairs, prepend=-1))
    for first, last in zip(firsts, [*firsts[1:], len(pairs)], strict=True):
        yield int(pairs[first]), pack(places[first:last])


def find(pattern: Pattern, packed: Mapping[int, bytes]) -> Ints:
    """The places of a block at which the pattern starts, rising. ``packed``: the places of the pairs that it has."""
    at_each = [[packed[pair] for pair in pairs if pair in packed] for pairs in pattern]
    if not all(at_each):
        return NOTHING
    starts: Ints | None = None
    for step in sorted(range(len(pattern)), key=lambda step: sum(map(len, at_each[step]))):  # the rarest first
        here = [unpack(places) - step for places in at_each[step]]
        if starts is not None:
            here = [both(starts, places) for places in here]
        starts = np.sort(np.concatenate(here)) if len(here) != 1 else here[0]  # at one place stands one pair
        if not len(starts):
            break
    return NOTHING if starts is None else starts


def both(few: Ints, many: Ints) -> Ints:
    """What is in both of two rising arrays. Faster than numpy's own, which does not know that they are."""
    if not len(many):
        return NOTHING
    there = np.searchsorted(many, few)
    there[there == len(many)] = 0
    shared: Ints = few[many[there] == few]
    return shared


def distinct(rising: Ints) -> Ints:
    """Each number of a rising array once; none is negative."""
    distinct_values: Ints = rising[np.diff(rising, prepend=-1) > 0]
    return distinct_values


def pack(places: npt.NDArray[Any]) -> bytes:
    """Rising numbers from 0 on, as differences of seven bits a byte (LEB128); near ones take a byte each."""
    steps = np.diff(places, prepend=0).astype(np.int64)
    lengths = np.ones(len(steps), np.int64)
    for n in range(1, MOST_BYTES):
        lengths += steps >= 1 << 7 * n
    ends = np.cumsum(lengths)
    packed = np.zeros(ends[-1], np.uint8)
    for n in range(MOST_BYTES):
        has = lengths > n
        more = np.where(lengths[has] > n + 1, MORE, 0)
        packed[(ends - lengths)[has] + n] = (steps[has] >> 7 * n & SEVEN) | more
    return packed.tobytes()


def unpack(packed: bytes) -> Ints:
    """What `pack` packed."""
    some = np.frombuffer(packed, np.uint8)
    ends = np.flatnonzero(some < MORE)
    if len(ends) == len(some):
        return np.cumsum(some, dtype=np.int64)
    starts = np.concatenate([[0], ends[:-1] + 1])
    steps = (some[starts] & SEVEN).astype(np.int64)
    for n in range(1, MOST_BYTES):
        longer = ends - starts >= n
        if not longer.any():
            break
        steps[longer] |= (some[starts[longer] + n] & SEVEN).astype(np.int64) << 7 * n
    return np.cumsum(steps, dtype=np.int64)
