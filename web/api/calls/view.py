"""Calls as programs read them. Names and meanings stay as they are in version 1; what is new is added."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from callqa.types import Direction, Hangup, Role, Seconds, Verdict

State = Literal["waiting", "transcribed", "scored", "failed"]
Fatal = Literal["none", "possible", "confirmed"]


@dataclass(frozen=True, slots=True)
class RubricName:
    id: str
    version: str


@dataclass(frozen=True, slots=True)
class ScoreHead:
    """What counts, with people's verdicts in it."""

    total: float | None
    """0 to 100; null while too little is decided, and while a possible fatal fault waits for a person."""
    needs_review: bool
    """Something waits for a person."""
    fatal: Fatal
    """``possible``: the machine says so, and nobody has confirmed it."""
    published: bool
    """False while the night is held."""
    failed: tuple[str, ...]
    """Ids of the items that were violated, and count."""
    undecided: tuple[str, ...]
    """Ids of the items that wait for a person."""
    rubric: RubricName


@dataclass(frozen=True, slots=True)
class ListedCallData:
    """A scored call in a list."""

    call_id: str
    started_at: datetime
    agent_id: str
    team: str
    category: str
    request_type: str
    line: str
    direction: Direction
    seconds: Seconds
    score: ScoreHead | None
    """Null while people judge the call blind, and of a rubric that is in use no longer."""


@dataclass(frozen=True, slots=True)
class CallPageData:
    data: tuple[ListedCallData, ...]
    next: str | None
    """Cursor of the next page; null on the last one."""
    previous: str | None


@dataclass(frozen=True, slots=True)
class TicketData:
    request_type: str
    category: tuple[str, ...]
    summary: str
    location: str
    district: str
    contact_name: str
    contact_phone: str
    event_time: str
    appeal: str


@dataclass(frozen=True, slots=True)
class CallData:
    """One call, with what became of it."""

    call_id: str
    started_at: datetime
    agent_id: str
    team: str
    line: str
    direction: Direction
    hangup_by: Hangup
    state: State
    """``failed``: its recording could not be transcribed so far; ``GET /failures`` tells why."""
    seconds: Seconds | None
    """Of audio; null until it is transcribed."""
    flags: tuple[str, ...]
    """Of the recording, such as one_channel or damaged."""
    summary: str
    """What the citizen wants and what came of it, in Chinese."""
    ticket: TicketData | None
    score: ScoreHead | None
    masked: bool
    """Names, numbers and addresses are masked."""
    judged_blind: bool
    """People judge it blind just now: until they are done nobody is told a verdict."""


@dataclass(frozen=True, slots=True)
class Quote:
    """A place of the call."""

    turn: int | None
    start: Seconds
    end: Seconds
    text: str
    """Empty for a stretch of silence."""


@dataclass(frozen=True, slots=True)
class ItemData:
    """A line of the score sheet."""

    id: str
    title: str
    group: str
    verdict: Verdict
    points: float | None
    """Null unless it was scored."""
    most: float
    fatal: bool
    """The item is a fatal one."""
    critical: bool
    by_person: bool
    advisory: bool
    """The machine's violation costs nothing until a person confirms it."""
    reason: str | None
    """Slug of the machine's reason; null where a person decided otherwise."""
    reason_text: str | None
    quotes: tuple[Quote, ...]


@dataclass(frozen=True, slots=True)
class SheetData:
    """The score sheet of a call."""

    call_id: str
    score: ScoreHead | None
    items: tuple[ItemData, ...]
    """In the rubric's order; empty until it is scored."""


@dataclass(frozen=True, slots=True)
class FindingData:
    """What a check said of the call."""

    check_id: str
    check_key: str
    """Changes whenever the check does."""
    verdict: Verdict
    reason: str
    reason_text: str
    value: float | None
    confidence: float | None
    quotes: tuple[Quote, ...]


@dataclass(frozen=True, slots=True)
class FindingsData:
    call_id: str
    data: tuple[FindingData, ...]


@dataclass(frozen=True, slots=True)
class TurnData:
    index: int
    role: Role
    start: Seconds
    end: Seconds
    text: str
    confidence: float | None
    """The share of its sounds that is probably right, 0 to 1."""
    flags: tuple[str, ...]
    """Why its text is not to be trusted."""


@dataclass(frozen=True, slots=True)
class TranscriptData:
    call_id: str
    engine_key: str | None
    """Null until it is transcribed."""
    masked: bool
    turns: tuple[TurnData, ...]
