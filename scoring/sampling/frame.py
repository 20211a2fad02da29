"""Frame of a sample: what a plan may look at in a call."""

from dataclasses import dataclass

from callqa.types import Direction, Hangup, Seconds


@dataclass(frozen=True, slots=True)
class FrameCall:
    """What a plan may look at in a call that could be drawn."""

    call_id: str
    agent_id: str
    team: str = ""
    line: str = ""
    direction: Direction = "inbound"
    hangup_by: Hangup = "unknown"
    category: str = ""
    """First level, as filed."""
    request_type: str = ""
    """As filed."""
    hour: int = 0
    """Local hour of its start, 0 to 23."""
    seconds: Seconds | None = None
    """Of the recording; ``None`` before it was transcribed."""
    confidence: float | None = None
    """How well the call could be heard, 0 to 1."""
    scored: bool = False
    total: float | None = None
    needs_review: bool = False
    fatal: bool = False
    violated: frozenset[str] = frozenset()
    """Ids of the items that were found violated."""
    tenure_days: int | None = None
    """Of the agent, at the start of the period; ``None`` when the roster does not say."""
