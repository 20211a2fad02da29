"""The views of calibration: sessions, what to judge, what a closed one showed."""

from dataclasses import dataclass
from datetime import datetime

from callqa.records import Estimate
from callqa.types import Verdict
from web.call.view import CallPage


@dataclass(frozen=True, slots=True)
class Progress:
    """How far one person is."""

    reviewer: str
    n_answered: int
    n_asked: int


@dataclass(frozen=True, slots=True)
class SessionRow:
    """A session in a list."""

    name: str
    opened_at: datetime
    opened_by: str
    closed_at: datetime | None
    n_calls: int
    n_items: int
    n_candidates: int | None
    """How many calls it was drawn from by chance; ``None`` when somebody chose them."""
    progress: tuple[Progress, ...]
    mine: bool
    """The asking person is one of its reviewers."""


@dataclass(frozen=True, slots=True)
class CallToJudge:
    """A call of a session, and how many of its items the asking person has answered."""

    number: int
    call_id: str
    n_answered: int


@dataclass(frozen=True, slots=True)
class Agreement:
    """How two raters agree on an item."""

    title: str
    n: int
    n_agreed: int
    kappa: Estimate
    ac1: Estimate


@dataclass(frozen=True, slots=True)
class Pair:
    one: str
    other: str
    n: int
    n_agreed: int
    items: tuple[Agreement, ...]


@dataclass(frozen=True, slots=True)
class DisputedCall:
    """A call on which people differ."""

    pk: int
    call_id: str
    items: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a session showed."""

    pairs: tuple[Pair, ...]
    """Each pair of people, then the machine and the majority."""
    icc: Estimate | None
    """Of the totals; ``None`` when only some items were asked for."""
    means: tuple[tuple[str, float], ...]
    """Each person's mean total."""
    disputed: tuple[DisputedCall, ...]
    n_ties: int


@dataclass(frozen=True, slots=True)
class ItemToJudge:
    """An item, its explanation, and what the asking person answered."""

    id: str
    title: str
    note: str
    answer: Verdict | None


@dataclass(frozen=True, slots=True)
class Judging:
    """One call to judge; nothing on it says what others or the machine think."""

    name: str
    number: int
    n_calls: int
    call: CallPage
    """Without verdicts, since its calibration is under way."""
    items: tuple[ItemToJudge, ...]
    choices: tuple[Verdict, ...]


@dataclass(frozen=True, slots=True)
class Sessions:
    """The sessions that somebody takes part in, or leads."""

    rows: tuple[SessionRow, ...]


@dataclass(frozen=True, slots=True)
class Filled:
    """What somebody filled in for a new session."""

    name: str = ""
    reviewer: tuple[str, ...] = ()
    item: tuple[str, ...] = ()
    n_calls: int = 20
    month: str = ""
    calls: str = ""


@dataclass(frozen=True, slots=True)
class NewSession:
    """What a new session can be made of."""

    reviewers: tuple[tuple[str, str], ...]
    """Login and full name of everybody who may judge."""
    items: tuple[tuple[str, str], ...]
    """Id and title of the rubric's items."""
    filled: Filled
    problem: str
    """Why it was not opened; "" before anybody tried."""


@dataclass(frozen=True, slots=True)
class Session:
    """One session: what is left to do, or what it showed."""

    row: SessionRow
    calls: tuple[CallToJudge, ...]
    """Of the asking person, when they are one of its reviewers."""
    outcome: Outcome | None
    """Once it is closed."""
