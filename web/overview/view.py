"""The views of the first page: to-dos, weakest items, categories."""

from dataclasses import dataclass
from datetime import date, datetime

from scoring.figures import Figures, MeanChange
from services.runs.history import Night
from web.charts import Chart
from web.periods import Period


@dataclass(frozen=True, slots=True)
class ItemLine:
    """How often an item fails."""

    id: str
    title: str
    failed: int
    scored: int
    share: float | None
    """Of the calls in which it counted; likewise the bounds of its 95 % interval."""
    low: float | None
    high: float | None
    href: str
    """The calls that failed it."""


@dataclass(frozen=True, slots=True)
class CategoryLine:
    """The calls of one category of the first level."""

    name: str
    n_calls: int
    share: float
    mean: float | None
    low: float | None
    high: float | None
    href: str


@dataclass(frozen=True, slots=True)
class Named:
    """One of the things that are meant."""

    name: str
    href: str


@dataclass(frozen=True, slots=True)
class ToDoLine:
    """One line of the to-dos."""

    kind: str
    tone: str
    """bad, warn or info."""
    icon: str
    text: str
    hint: str
    href: str
    which: tuple[Named, ...]
    n: int
    since: date | None


@dataclass(frozen=True, slots=True)
class Overview:
    """What is going on."""

    period: Period
    as_of: datetime
    """When the scores of the figures were read."""
    concerns: tuple[ToDoLine, ...]
    nights: tuple[Night, ...]
    """Of last night one for each rubric; empty for people who do not see runs, and before the first."""
    everyone: Figures | None
    """``None`` without any scored call in the period."""
    change: MeanChange | None
    """Since the month before."""
    n_held: int
    means: Chart
    volume: Chart
    totals: Chart
    items: tuple[ItemLine, ...]
    categories: tuple[CategoryLine, ...]
