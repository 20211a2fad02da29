"""Values of coaching: calls that could be heard in a lesson, clips of them, and playlists."""

from dataclasses import dataclass
from datetime import datetime

from callqa.types import Seconds, Verdict


@dataclass(frozen=True, slots=True)
class Candidate:
    """How one item came out in one call: all that is needed to choose, and none of what was said."""

    call_pk: int
    call_id: str
    agent_id: str
    category: str
    """First level, as filed; empty when nothing was."""
    letter: str
    """Of the item, see `callqa.types.LETTERS`; small letters are people's."""
    verdicts: str
    """Letters of all items."""
    total: float | None
    heard: float | None
    """Share of the call's sounds that is probably right, 0 to 1; ``None`` when no words were heard."""
    value: float | None
    """What the deciding check measured."""
    confidence: float | None
    """Of the deciding check; most checks give none."""
    has_evidence: bool


@dataclass(frozen=True, slots=True)
class Clip:
    """A stretch of one call, for people to hear."""

    call_id: str
    item_id: str
    """Empty for a moment that is about no item."""
    verdict: Verdict | None
    """Of the item as it stood when the clip was made; ``None`` without an item."""
    start: Seconds
    end: Seconds
    note: str = ""
    question: str = ""
    """What the class is asked; empty: what the item's verdict is."""
    answer: str = ""


@dataclass(frozen=True, slots=True)
class Playlist:
    """Clips in the order of a lesson."""

    name: str
    note: str
    author: str
    at: datetime
    clips: tuple[Clip, ...] = ()
