"""Figures as programs read them."""

from dataclasses import dataclass
from datetime import datetime

from web.api.calls.view import RubricName


@dataclass(frozen=True, slots=True)
class ItemRateData:
    item_id: str
    passed: int
    scored: int
    rate: float | None
    low: float | None
    high: float | None
    """Bounds of the 95 % interval of the share."""


@dataclass(frozen=True, slots=True)
class FiguresData:
    """Figures of a group of calls; the interval holds the true mean in 95 cases of 100."""

    n_calls: int
    n_scored: int
    n_waiting: int
    """Wait for a person."""
    n_fatal: int
    """A person found a fatal item violated."""
    n_possibly_fatal: int
    """The machine says so, and nobody has confirmed it."""
    mean: float | None
    low: float | None
    high: float | None
    items: tuple[ItemRateData, ...]


@dataclass(frozen=True, slots=True)
class AgentData:
    """An agent in a team; who changed teams is there once for each."""

    agent_id: str
    team: str
    rank: int | None
    """Those of whom nobody is surely better share a rank; null without a total."""
    figures: FiguresData


@dataclass(frozen=True, slots=True)
class AgentPageData:
    first: str
    last: str
    """Days, both included."""
    rubric: RubricName
    as_of: datetime
    data: tuple[AgentData, ...]
    next: str | None


@dataclass(frozen=True, slots=True)
class GroupData:
    name: str
    """Of the team or category; a day or week such as 2026-W45."""
    figures: FiguresData


@dataclass(frozen=True, slots=True)
class FiguresPageData:
    first: str
    last: str
    rubric: RubricName
    as_of: datetime
    n_held: int
    """Scores that are in no figure because they are not published."""
    everyone: FiguresData | None
    """Null for a team lead, and without any call."""
    data: tuple[GroupData, ...]
    """By what was asked for."""
