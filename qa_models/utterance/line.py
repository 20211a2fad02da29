"""The line that an utterance classifier reads, with the other speaker's line before it."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Line:
    """An utterance in its context."""

    text: str
    before: str = ""
    """What the other speaker said just before; empty where nothing is known."""
