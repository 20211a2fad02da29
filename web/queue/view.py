"""The views of the review queue."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal

from callqa.messages import Joined, Message

Whose = Literal["mine", "all", "free"]


@dataclass(frozen=True, slots=True)
class QueueLine:
    """A call that somebody should hear."""

    pk: int
    call_id: str
    started_at: datetime
    agent_id: str
    team: str
    category: str
    reasons: tuple[str, ...]
    """In words, the most urgent first."""
    urgent: bool
    """A missed emergency, or it could cost the agent everything."""
    first: bool
    """An appeal, or urgent: it comes before what is only worth hearing."""
    drawn: bool
    """A sample drew it."""
    swing: float
    """By how many points its total may move."""
    items: tuple[str, ...]
    """Titles of what is to be decided."""
    reviewer: str
    """Who was asked to hear it; "" when nobody was."""
    summary: Joined | Message
    """What the citizen wants, and what came of it, in one line; empty where nothing tells."""


@dataclass(frozen=True, slots=True)
class Load:
    """What one person has to hear, and has heard."""

    reviewer: str
    n_open: int
    n_done: int
    n_recalled: int
    done_on: tuple[int, ...]
    """On each of the days shown."""


@dataclass(frozen=True, slots=True)
class Reviewer:
    """Somebody who can be asked to hear calls."""

    name: str
    full_name: str


@dataclass(frozen=True, slots=True)
class Queue:
    """The calls that wait, the most urgent first."""

    whose: Whose
    """``mine``: what I was asked to hear; ``free``: what nobody was asked for."""
    month: str
    rows: tuple[QueueLine, ...]
    n_waiting: int
    n_free: int
    """Of my empty queue: how many wait that nobody was asked for."""
    reviewers: tuple[Reviewer, ...]
    """Empty for people who give out nothing."""
    has_rules: bool
    """The settings say who hears which calls."""
    capacity: int
    """Calls that a reviewer can hear on a day; 0 where the settings do not say."""
    room: int
    """Of me, or of all reviewers: how many calls more can be given out today."""
    n_first: int
    """Of the rows that are shown, those that fit into it;"""
    n_urgent: int
    """of these, those that wait for a decision on an emergency, a fatal fault or an appeal;"""
    n_drawn: int
    """and those that a sample drew: only they tell of all calls."""


@dataclass(frozen=True, slots=True)
class Loads:
    """Who has how much to do."""

    days: tuple[date, ...]
    rows: tuple[Load, ...]
