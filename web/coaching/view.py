"""The views of coaching: examples, playlists, wordings."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from callqa.messages import Message
from callqa.types import Role, Verdict

Kind = Literal["best", "worst", "borderline"]


@dataclass(frozen=True, slots=True)
class ClipRow:
    """A stretch of a call."""

    order: int
    call_pk: int
    call_id: str
    agent_id: str
    category: str
    item_id: str
    item: str
    """Empty, as the id is, for a moment that is about no item."""
    verdict: Verdict | None
    start: float
    end: float
    quote: str
    """Masked for people who need not know whose call it is; likewise what people wrote."""
    turns: tuple[tuple[Role, str], ...]
    """What is said in it."""
    reason: Message | str
    total: float | None
    note: str
    question: str
    answer: str
    now: Verdict | None
    """The item's verdict, where it is another one by now: the clip is no example of it any more."""


@dataclass(frozen=True, slots=True)
class ClipTexts:
    """What somebody typed about a clip."""

    note: str
    question: str
    answer: str
    start: str
    end: str


@dataclass(frozen=True, slots=True)
class PlaylistHead:
    pk: int
    name: str
    note: str
    author: str
    at: datetime
    n_clips: int


@dataclass(frozen=True, slots=True)
class WordingRow:
    """How agents word something."""

    text: str
    verdict: Verdict
    n_calls: int
    n_agents: int
    call_pk: int
    start: float


@dataclass(frozen=True, slots=True)
class WordingGroup:
    item: str
    rows: tuple[WordingRow, ...]


@dataclass(frozen=True, slots=True)
class Finder:
    """Calls of a month that show an item, spread over agents and categories."""

    item: str
    kind: Kind
    month: str
    team: str
    n: int
    items: tuple[tuple[str, str], ...]
    """Id and title."""
    months: tuple[str, ...]
    teams: tuple[str, ...]
    found: tuple[ClipRow, ...]
    playlists: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Playlists:
    rows: tuple[PlaylistHead, ...]


@dataclass(frozen=True, slots=True)
class NewClip:
    """A stretch of a call that somebody may put into a playlist."""

    clip: ClipRow
    playlists: tuple[str, ...]
    """The one that was filled last comes first."""


@dataclass(frozen=True, slots=True)
class PlaylistPage:
    head: PlaylistHead
    clips: tuple[ClipRow, ...]
    seconds: float
    """Of all clips."""
    n_blind: int
    """Other clips, of calls that people judge blind just now."""


@dataclass(frozen=True, slots=True)
class Wordings:
    """What agents really say where a phrase is asked for."""

    month: str
    months: tuple[str, ...]
    groups: tuple[WordingGroup, ...]
