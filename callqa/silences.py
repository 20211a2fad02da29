"""Stretches of a call in which nobody speaks."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from callqa.types import Conversation, Seconds, Turn


@dataclass(frozen=True, slots=True)
class Silence:
    """A stretch between two turns in which nobody speaks."""

    before: Turn
    after: Turn
    start: Seconds
    end: Seconds

    @property
    def duration(self) -> Seconds:
        return self.end - self.start


def silences(conversation: Conversation, longer_than: Seconds) -> tuple[Silence, ...]:
    """In order. The time before the first and after the last turn is not the conversation's."""
    silent = []
    for last, turn in _neighbours(conversation.turns):
        if turn.start - last.end > longer_than:
            silent.append(Silence(last, turn, last.end, turn.start))
    return tuple(silent)


def _neighbours(turns: Sequence[Turn]) -> Iterable[tuple[Turn, Turn]]:
    """Each turn with the one before it that ends last."""
    last: Turn | None = None
    for turn in turns:
        if last is not None:
            yield last, turn
        if last is None or turn.end >= last.end:
            last = turn
