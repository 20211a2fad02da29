"""Mismatches of ticket and call: which field differs, how sure that is, and where it can be heard."""

from collections.abc import Iterable
from dataclasses import dataclass

from callqa.types import Evidence, Turn
from callqa.words import word_spans
from qa_models.evidence import quote

WELL_HEARD = 0.85
"""Probability of words, or confidence of a turn without words, from which a single mention counts."""


@dataclass(frozen=True, slots=True)
class Place:
    """A stretch of a turn: ``turn.text[start:end]``."""

    turn: Turn
    start: int
    end: int

    @property
    def text(self) -> str:
        return self.turn.text[self.start : self.end]

    @property
    def evidence(self) -> Evidence:
        return quote(self.turn, self.start, self.end)

    @property
    def typed(self) -> bool:
        """Whether no engine made this text, so that nothing in it was misheard."""
        return self.turn.confidence is None

    @property
    def clear(self) -> bool:
        """Whether the engine was sure of these words."""
        if self.typed:
            return True
        within = [w.probability for w, a, b in word_spans(self.turn) if a < self.end and self.start < b]
        return (min(within) if within else self.turn.confidence or 0.0) >= WELL_HEARD


def established(places: Iterable[Place]) -> bool:
    """Whether this was said: in a text no engine made, or in two turns independently of each other."""
    places = list(places)
    return any(p.typed for p in places) or len({p.turn.index for p in places}) > 1


def shown(places: Iterable[Place]) -> tuple[Evidence, ...]:
    """At most three places, in order."""
    return tuple(place.evidence for place in sorted(places, key=lambda p: (p.turn.index, p.start))[:3])
