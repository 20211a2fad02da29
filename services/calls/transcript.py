"""The transcript of a call as it is read on a screen: turns in pieces, some of them doubtful, some of them evidence."""

from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby, pairwise
from typing import NamedTuple

from callqa.types import Evidence, Turn
from callqa.words import word_spans

DOUBTFUL = 0.7
"""Probability under which a word is shown as one that may have been misheard."""


class Quote(NamedTuple):
    """Evidence with a name that a page can point at."""

    id: str
    evidence: Evidence


class Segment(NamedTuple):
    """A piece of a turn's text that is one thing all through."""

    text: str
    chance: float | None
    """That its sounds are right, where that is doubtful."""
    quotes: tuple[str, ...]
    """Ids of the quotes that it belongs to."""


def segments(turn: Turn, quotes: Iterable[Quote]) -> tuple[Segment, ...]:
    """The text of the turn in pieces, as few as possible; together they are the text."""
    quotes_here = [quote for quote in quotes if quote.evidence.turn_index == turn.index]
    doubts = [(start, end, word.probability) for word, start, end in word_spans(turn) if word.probability < DOUBTFUL]
    pieces = (
        Segment(
            turn.text[start:end], _chance(doubts, start), tuple(q.id for q in quotes_here if _holds(q.evidence, start))
        )
        for start, end in pairwise(_edges(turn, quotes_here, doubts))
    )
    return tuple(_joined(pieces))


def _edges(turn: Turn, quotes: Sequence[Quote], doubts: Sequence[tuple[int, int, float]]) -> list[int]:
    edges = {0, len(turn.text)}
    edges.update(edge for quote in quotes for edge in (quote.evidence.char_start, quote.evidence.char_end))
    edges.update(edge for start, end, _ in doubts for edge in (start, end))
    return sorted(edge for edge in edges if 0 <= edge <= len(turn.text))


def _chance(doubts: Sequence[tuple[int, int, float]], at: int) -> float | None:
    return next((probability for start, end, probability in doubts if start <= at < end), None)


def _holds(evidence: Evidence, at: int) -> bool:
    return evidence.char_start <= at < evidence.char_end


def _joined(pieces: Iterable[Segment]) -> Iterator[Segment]:
    """Neighbours that differ in nothing are one."""
    for (chance, quotes), group in groupby(pieces, key=lambda piece: piece[1:]):
        yield Segment("".join(piece.text for piece in group), chance, quotes)
