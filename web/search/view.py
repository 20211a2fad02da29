"""The views of a search: what was asked, and what was found, in pieces that a page can mark."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from callqa.call_filter import CallFilter
from callqa.types import Role, Seconds

By = Literal["sound", "text"]
Speaker = Literal["", "agent", "citizen"]


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


@dataclass(frozen=True, slots=True)
class Search:
    """What was asked, and what was found."""

    searched: str
    by: By
    speaker: Speaker
    asked: CallFilter
    teams: tuple[str, ...]
    """That the person may choose from, likewise below."""
    categories: tuple[str, ...]
    discreet: bool
    """The person is shown no citizen's name, number or address, and finds nothing by them."""
    problem: str
    """Why nobody can search for it; "" when somebody can."""
    found: Found | None
    """``None`` until something was asked that can be searched for."""
    further: str
    """Address of the next page; "" when there is none."""
