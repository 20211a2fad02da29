"""The view of the month on one page."""

from dataclasses import dataclass
from datetime import date, datetime

from callqa.messages import Message
from web.periods import Period


@dataclass(frozen=True, slots=True)
class BriefFigure:
    """One of the six figures."""

    label: str
    value: str
    unit: str
    change: float | None
    """Since the month before; ``None`` where that has none, or it may be chance."""
    good: str
    """Which way is the better one: up, down or none."""
    hint: str
    href: str
    """Where its details are; "" for who may not see them."""


@dataclass(frozen=True, slots=True)
class BriefRemark:
    """A sentence, and where its figures are."""

    text: Message
    href: str


@dataclass(frozen=True, slots=True)
class BriefCall:
    """A call in which a citizen in danger was given no guidance."""

    call_id: str
    started_at: datetime
    href: str


@dataclass(frozen=True, slots=True)
class BriefAppeal:
    """An appeal that somebody has to decide."""

    call_id: str
    item: str
    stands: Message
    due: date | None
    late: bool
    href: str


@dataclass(frozen=True, slots=True)
class Brief:
    """The month on one page, for who leads the hotline."""

    period: Period
    as_of: datetime
    figures: tuple[BriefFigure, ...]
    """Empty without a scored call."""
    good: tuple[BriefRemark, ...]
    bad: tuple[BriefRemark, ...]
    emergencies: tuple[BriefCall, ...]
    """Of the month, not yet confirmed or overturned; the first ones of ``n_emergencies``."""
    n_emergencies: int
    appeals: tuple[BriefAppeal, ...]
    """Of any month, the nearest deadline first; the first ones of ``n_appeals``."""
    n_appeals: int
    n_late: int
