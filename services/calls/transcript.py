"""The transcript of a call as it is read on a screen: turns in pieces, some of them doubtful, some of them evidence."""

from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby, pairwise
from typing import NamedTuple

from callqa.types import Evidence, Turn
from callqa.words import word_spans
from services.calls.mends import Hint, mends

DOUBTFUL = 0.7
"""Probability under which a word is shown as one that may have been misheard."""


class Quote(NamedTuple):
    """Evidence with a name that a page can point at."""

    id: str
    evidence: Evidence
    title: str = ""
    """Of the item whose words were due there, where the evidence is that they were not said."""


class Segment(NamedTuple):
    """A piece of a turn's text that is one thing all through."""

    text: str
    chance: float | None
    """That its sounds are right, where that is doubtful."""
    quotes: tuple[str, ...]
    """Ids of the quotes that it belongs to."""
    heard: str | None = None
    """What the engine wrote, where it was mended."""
    hint: Hint | None = None
    """What it sounds like of the agent's number or the ticket; no check has seen that."""
    unsaid: tuple[str, ...] = ()
    """Titles of the items whose words were due here; then there is no text."""


def segments(turn: Turn, quotes: Iterable[Quote], hints: Sequence[Hint] = ()) -> tuple[Segment, ...]:
    """The text of the turn in pieces, as few as possible; together they are the text."""
    mended = mends(turn)
    quotes_here = [quote for quote in quotes if quote.evidence.turn_index == turn.index]
    doubts = [(start, end, word.probability) for word, start, end in word_spans(turn) if word.probability < DOUBTFUL]
    spoken = [
        (
            start,
            Segment(
                turn.text[start:end],
                _chance(doubts, start),
                tuple(q.id for q in quotes_here if _holds(q.evidence, start)),
                next((mend.heard for mend in mended if mend.start <= start < mend.end), None),
                next((hint for hint in hints if hint.start <= start < hint.end), None),
            ),
        )
        for start, end in pairwise(_edges(turn, quotes_here, [*doubts, *mended, *hints]))
    ]
    pieces = sorted([*_unsaid(quotes_here), *spoken], key=lambda piece: piece[0])
    return tuple(_joined(piece for _, piece in pieces))


def _unsaid(quotes: Sequence[Quote]) -> list[tuple[int, Segment]]:
    """A piece without text for each place where words were due, with the place."""
    at: dict[int, list[Quote]] = {}
    for quote in quotes:
        if quote.evidence.unsaid:
            at.setdefault(quote.evidence.char_start, []).append(quote)
    return [
        (place, Segment("", None, tuple(q.id for q in due), unsaid=tuple(dict.fromkeys(q.title for q in due))))
        for place, due in at.items()
    ]


def _edges(turn: Turn, quotes: Sequence[Quote], places: Sequence[tuple[int, int, *tuple[object, ...]]]) -> list[int]:
    edges = {0, len(turn.text)}
    edges.update(edge for quote in quotes for edge in (quote.evidence.char_start, quote.evidence.char_end))
    edges.update(edge for start, end, *_ in places for edge in (start, end))
    return sorted(edge for edge in edges if 0 <= edge <= len(turn.text))


def _chance(doubts: Sequence[tuple[int, int, float]], at: int) -> float | None:
    return next((probability for start, end, probability in doubts if start <= at < end), None)


def _holds(evidence: Evidence, at: int) -> bool:
    return evidence.char_start <= at < evidence.char_end


def _joined(pieces: Iterable[Segment]) -> Iterator[Segment]:
    """Neighbours that differ in nothing are one."""
    for rest, group in groupby(pieces, key=lambda piece: piece[1:]):
        yield Segment("".join(piece.text for piece in group), *rest)
