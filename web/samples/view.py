"""The views of samples: plans, drawn samples, one sample with its calls."""

from dataclasses import dataclass
from datetime import datetime

from callqa.messages import Text
from web.tables import PlainTable


@dataclass(frozen=True, slots=True)
class Plan:
    """By what a sample is drawn."""

    id: str
    title: str
    every: str
    period: str
    """The last one that is over."""
    drawn: bool
    nightly: bool
    """The night draws it by itself."""


@dataclass(frozen=True, slots=True)
class SampleRow:
    """A drawn sample in a list."""

    pk: int
    title: str
    plan_id: str
    period: str
    n_calls: int
    n_candidates: int
    author: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Samples:
    plans: tuple[Plan, ...]
    samples: tuple[SampleRow, ...]


@dataclass(frozen=True, slots=True)
class Look:
    """What a plan would draw; nothing is kept."""

    plan: Plan
    n_drawn: int
    n_candidates: int
    table: PlainTable
    none: str
    """Why nothing can be drawn; "" when something can."""


@dataclass(frozen=True, slots=True)
class CallRow:
    """A drawn call."""

    pk: int
    call_id: str
    agent_id: str
    team: str
    started_at: datetime
    why: Text
    """Like what follows, it tells a verdict: empty while people judge the call blind."""
    stratum: Text
    probability: float | None
    heard: bool


@dataclass(frozen=True, slots=True)
class Sample:
    """One sample: its calls, how far people are, and what it tells."""

    row: SampleRow
    seed: str
    n_heard: int
    calls: tuple[CallRow, ...]
    reasons: PlainTable
    estimates: PlainTable | None
    """``None`` while nobody has heard a call."""
    reviewers: tuple[tuple[str, str], ...]
    """Login and full name of those who can be asked; empty for people who give out nothing."""
