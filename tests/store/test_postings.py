"""The index's arrays against the plain words they stand for."""

from datetime import UTC, datetime, timedelta

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from callqa.types import Role
from store.search.postings import ROLES, Block, Spoken, find, lay_out, moment, pack, position, unpack

MIDNIGHT = datetime(2026, 11, 1, tzinfo=UTC)

TURNS = st.lists(st.tuples(st.sampled_from(ROLES), st.lists(st.integers(0, 5), max_size=6)), max_size=5)
CALLS = st.lists(TURNS, min_size=1, max_size=6)
PATTERN = st.lists(st.frozensets(st.integers(0, 6), min_size=1, max_size=2), min_size=1, max_size=3)


def spoken(calls: list[list[tuple[Role, list[int]]]]) -> list[Spoken]:
    """Call 1 and on, each a minute later; two of them in one second."""
    return [
        Spoken(n, n, MIDNIGHT + timedelta(minutes=n // 2), [(role, np.array(pairs, np.int32)) for role, pairs in turns])
        for n, turns in enumerate(calls, start=1)
    ]


@given(CALLS, PATTERN, st.frozensets(st.sampled_from(ROLES)))
def test_a_phrase_is_found_in_the_calls_in_which_somebody_says_it(
    calls: list[list[tuple[Role, list[int]]]], pattern: list[frozenset[int]], roles: frozenset[Role]
) -> None:
    block, packed = lay_out(spoken(calls))
    positions = block.at(find(pattern, dict(packed)), roles)
    assert positions.tolist() == [
        position(call.started_at, call.call_pk)
        for call in spoken(calls)
        if any(role in roles and says(pairs.tolist(), pattern) for role, pairs in call.turns)
    ]


def says(pairs: list[int], pattern: list[frozenset[int]]) -> bool:
    return any(
        all(pair in may for pair, may in zip(pairs[at : at + len(pattern)], pattern, strict=True))
        for at in range(len(pairs) - len(pattern) + 1)
    )


@given(CALLS)
def test_a_block_is_read_as_it_was_laid_out(calls: list[list[tuple[Role, list[int]]]]) -> None:
    block, _ = lay_out(spoken(calls))
    again = Block.read(**block.columns())
    assert again.positions.tolist() == block.positions.tolist() == sorted(block.positions.tolist(), reverse=True)
    assert again.bounds.tolist() == block.bounds.tolist()


@given(CALLS, PATTERN, st.data())
def test_calls_that_are_taken_out_leave_the_others_as_they_were(
    calls: list[list[tuple[Role, list[int]]]], pattern: list[frozenset[int]], data: st.DataObject
) -> None:
    block, packed = lay_out(spoken(calls))
    gone = np.array(data.draw(st.lists(st.booleans(), min_size=len(calls), max_size=len(calls))), bool)
    left = {pair: places[~gone[block.rows(places)]] for pair, places in ((p, unpack(b)) for p, b in packed)}
    rest = block.without(gone)
    positions = rest.at(find(pattern, {pair: pack(places) for pair, places in left.items() if len(places)}), ROLES)
    kept = set(rest.positions.tolist())
    assert positions.tolist() == [
        at
        for call in spoken(calls)
        if (at := position(call.started_at, call.call_pk)) in kept
        and any(says(p.tolist(), pattern) for _, p in call.turns)
    ]


@given(st.lists(st.integers(0, 2**32 - 1), min_size=1, unique=True).map(sorted))
def test_places_are_unpacked_as_they_were_packed(places: list[int]) -> None:
    assert unpack(pack(np.array(places))).tolist() == places


@pytest.mark.parametrize("step", [1, 127, 128, 2**14 - 1, 2**14, 2**21, 2**28, 2**32 - 1])
def test_steps_of_every_length(step: int) -> None:
    assert unpack(pack(np.array([0, step]))).tolist() == [0, step]


def test_near_places_take_a_byte_each() -> None:
    assert len(pack(np.arange(1000) * 100)) == 1000


@given(st.datetimes(datetime(1970, 1, 1), datetime(2105, 1, 1), timezones=st.just(UTC)), st.integers(0, 2**31 - 1))
def test_positions_are_in_the_order_of_time(at: datetime, call_pk: int) -> None:
    assert moment(position(at, call_pk)) == at.replace(microsecond=0)
    assert position(at, call_pk) < position(at + timedelta(seconds=1), 0) < 2**63
