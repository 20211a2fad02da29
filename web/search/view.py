"""What was found, cut into pieces that a page can mark."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from callqa.types import Role, Seconds
from services.search.find import Hit, HitTurn, Results
from services.wording import LIKENESS
from store.search.blocks import FoundCall


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of a turn."""

    text: str
    alike: str
    """原文, 同音 or 近音 of what was found, "" of what is around it."""


@dataclass(frozen=True, slots=True)
class FoundTurn:
    role: Role
    start: Seconds
    """Where the first thing found in it is said."""
    pieces: tuple[Piece, ...]


@dataclass(frozen=True, slots=True)
class FoundRow:
    """A call in which all the words were found."""

    pk: int
    call_id: str
    started_at: datetime
    agent_id: str
    team: str
    category: str
    alike: str
    turns: tuple[FoundTurn, ...]
    """The best ones."""
    n_more: int
    """Other turns in which something was found."""


@dataclass(frozen=True, slots=True)
class NamedRow:
    """A call whose id begins with what was typed."""

    pk: int
    call_id: str
    started_at: datetime
    agent_id: str
    team: str


@dataclass(frozen=True, slots=True)
class Found:
    """A page of what was found."""

    rows: tuple[FoundRow, ...]
    named: tuple[NamedRow, ...]
    upto: datetime | None
    """Where looking stopped for this page, because it takes long."""
    after: str
    """What the next page goes on from; "" when there is none. Text, for JavaScript knows no such large numbers."""


def found_of(results: Results) -> Found:
    return Found(
        tuple(_row(hit) for hit in results.hits),
        tuple(NamedRow(one.call_pk, one.call_id, one.started_at, one.agent_id, one.team) for one in results.named),
        results.upto,
        "" if results.after is None else str(results.after),
    )


def _row(hit: Hit) -> FoundRow:
    call: FoundCall = hit.call
    return FoundRow(
        pk=call.call_pk,
        call_id=call.call_id,
        started_at=call.started_at,
        agent_id=call.agent_id,
        team=call.team,
        category=call.category,
        alike=LIKENESS[hit.likeness],
        turns=tuple(FoundTurn(turn.role, turn.start, tuple(_pieces(turn))) for turn in hit.turns),
        n_more=hit.n_turns - len(hit.turns),
    )


def _pieces(turn: HitTurn) -> Iterator[Piece]:
    done = 0
    for place in turn.places:
        yield Piece(turn.text[done : place.start], "")
        yield Piece(turn.text[place.start : place.end], LIKENESS[place.likeness])
        done = place.end
    yield Piece(turn.text[done:], "")
