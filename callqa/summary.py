"""Summaries of calls: what the citizen wants, and what came of it, each part with the place that it was taken from."""

from collections.abc import Iterable
from dataclasses import dataclass

from callqa.messages import Joined, Message
from callqa.types import Evidence

LONGEST = 60
"""Characters of a line, as it stands in Chinese."""


@dataclass(frozen=True, slots=True)
class SummaryPart:
    """A statement of a summary, with its source: a place of a turn, or a field of the ticket or of the call."""

    frame: str
    """A msgid; ``{words}`` in it stands for the words."""
    words: str
    """As they stand in the source, but for times that were promised: these are put into a common form."""
    evidence: Evidence | None = None
    """Where it was said; ``None`` for what a field tells."""
    field: str = ""
    """As in `Ticket`, or ``hangup_by``; "" for what was said."""
    char_start: int = 0
    char_end: int = 0
    """Of the field, the characters that the words are; both 0 where they are the whole of it."""
    by_model: bool = False
    """Whether a language model put it so; its place bears it out."""

    @property
    def message(self) -> Message:
        return Message(self.frame, words=self.words)


@dataclass(frozen=True, slots=True)
class Summary:
    """Two lines about a call."""

    wanted: tuple[SummaryPart, ...] = ()
    """What the citizen wants; empty where neither ticket nor call tells."""
    outcome: tuple[SummaryPart, ...] = ()
    """What the agent did about it, and how the call ended; empty where nothing tells."""

    def __bool__(self) -> bool:
        return bool(self.wanted or self.outcome)

    @property
    def line(self) -> Joined | Message:
        """Both lines as one, for lists."""
        lines = [_joined(parts) for parts in (self.wanted, self.outcome) if parts]
        return _signed(Joined(lines, "；"), (*self.wanted, *self.outcome))


def in_a_row(parts: tuple[SummaryPart, ...]) -> Joined | Message:
    """A line of a summary."""
    return _signed(_joined(parts), parts)


def _joined(parts: Iterable[SummaryPart]) -> Joined:
    return Joined([part.message for part in parts], "，")


def _signed(line: Joined, parts: Iterable[SummaryPart]) -> Joined | Message:
    """The line with a sign where a language model wrote some of it."""
    return Message("大模型摘要：{line}", line=line) if any(part.by_model for part in parts) else line
