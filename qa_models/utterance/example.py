"""What an utterance classifier reads: one line and the other speaker's line before it."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Line:
    """An utterance in its context."""

    text: str
    before: str = ""
    """What the other speaker said just before; empty where nothing is known."""


@dataclass(frozen=True, slots=True)
class Example:
    """A line whose label is known."""

    line: Line
    label: str
    group: str
    """Examples of one group are alike, so they are never trained and measured on apart. ``a1-17``: the part before the
    hyphen is who wrote them."""

    @property
    def author(self) -> str:
        return self.group.partition("-")[0]
