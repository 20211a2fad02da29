"""Finds phrases by how they sound, with tolerance, and says where they stand in the original text.

Approximate substring search over syllables: a wrong sound costs its distance, a missing or an extra syllable 1, a
filler (嗯, 那个) almost nothing. ``similarity = 1 - cost / length``. Every phrase of a check is searched in the whole
text at once: one step for each syllable of the longest phrase, on arrays of shape (phrases, syllables of the text).
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import numpy.typing as npt

from callqa.syllables import OTHER, Syllables, syllables
from callqa.text import NormalText, normalise
from callqa.types import Turn
from qa_models.phrases import EXACT, Pattern, Phrases, expressions, patterns, token_distances

Costs = npt.NDArray[np.float32]

EXTRA, MISSING, FILLER, GAP = 1.0, 1.0, 0.1, 0.05
"""Cost of an extra syllable in the text, one missing from it, a filler, and a syllable in a gap of the phrase."""
WALL = 32.0  # cost of crossing from one turn into the next: more than any phrase may cost
FILLERS = re.compile("那个|就是说|[嗯呃额啊哦噢喔哎唉诶呀嘛呢]")
EQUAL = 0.01  # costs below this are rounding
SHORT = 2  # so few syllables are easily hit by chance, so they must sound equal


@dataclass(frozen=True, slots=True)
class Hit:
    """A phrase found in a turn: ``turn.text[start:end]``."""

    turn: Turn
    start: int
    end: int
    similarity: float
    phrase: str

    @property
    def quote(self) -> str:
        return self.turn.text[self.start : self.end]

    def overlaps(self, other: "Hit") -> bool:
        return self.turn.index == other.turn.index and self.start < other.end and other.start < self.end


def find(phrases: Phrases, turns: Sequence[Turn], agent_id: str = "") -> tuple[Hit, ...]:
    """Every place where a phrase was said or may have been said (similarity >= doubt); places may overlap."""
    number = "".join(c for c in agent_id if c.isascii() and c.isdigit())
    entries = phrases.phrases if number else tuple(p for p in phrases.phrases if "{agent_number}" not in p)
    spelled = tuple(p for p in entries if p.startswith(EXACT))
    sounded = tuple(p for p in entries if not p.startswith(EXACT))
    return _find_spelling(spelled, number, turns) + _find_sound(patterns(sounded, number), turns, phrases.doubt)


def best(hits: Sequence[Hit]) -> tuple[Hit, ...]:
    """Of hits that overlap only the most alike and then the longest; in the order of the call."""
    kept: list[Hit] = []
    for hit in sorted(hits, key=lambda h: (-h.similarity, h.start - h.end, h.turn.index, h.start, h.phrase)):
        if not any(hit.overlaps(other) for other in kept):
            kept.append(hit)
    return tuple(sorted(kept, key=lambda h: (h.turn.index, h.start)))


@lru_cache(maxsize=8192)
def sounds_of(text: str) -> Syllables:
    return syllables(text)


@lru_cache(maxsize=8192)
def spelling_of(text: str) -> NormalText:
    return normalise(text)


def _find_spelling(phrases: tuple[str, ...], number: str, turns: Sequence[Turn]) -> tuple[Hit, ...]:
    hits = []
    for turn in turns:
        normal = spelling_of(turn.text)
        for phrase, expression in expressions(phrases, number):
            for match in expression.finditer(normal.text):
                hits.append(Hit(turn, *normal.span(*match.span()), 1.0, phrase))
    return tuple(hits)


def _find_sound(wanted: tuple[Pattern, ...], turns: Sequence[Turn], doubt: float) -> tuple[Hit, ...]:
    heard = [(turn, sounds_of(turn.text)) for turn in turns]
    places = [(turn, span) for turn, said in heard for span in (*said.spans, None)]
    if not wanted or not any(len(said) for _, said in heard):
        return ()
    sounds = np.concatenate([np.append(said.sounds, OTHER) for _, said in heard])
    extra = np.concatenate([_extra_costs(turn.text, said) for turn, said in heard])
    costs = substring_costs(wanted, sounds, extra)
    hits = []
    for row, pattern in enumerate(wanted):
        length = len(pattern.tokens)
        limit = EQUAL if length <= SHORT else (1 - doubt) * length + EQUAL
        for end in _valleys(costs[row], limit):
            first = _first_syllable(pattern, sounds[:end], extra[:end])
            (turn, begin), (_, finish) = places[first], places[end - 1]
            if begin and finish:
                similarity = max(0.0, 1 - float(costs[row, end]) / length)
                hits.append(Hit(turn, begin[0], finish[1], round(similarity, 3), pattern.phrase))
    return tuple(hits)


def _extra_costs(text: str, said: Syllables) -> Costs:
    """What skipping each syllable of a turn costs, and last the wall behind the turn."""
    costs = np.full(len(said) + 1, EXTRA, dtype=np.float32)
    costs[-1] = WALL
    fillers = {index for match in FILLERS.finditer(text) for index in range(*match.span())}
    if fillers:
        for index, (start, _) in enumerate(said.spans):
            if start in fillers:
                costs[index] = FILLER
    return costs


def substring_costs(wanted: Sequence[Pattern], sounds: npt.NDArray[np.int16], extra: Costs) -> Costs:
    """Least cost of each pattern ending at each place; shape (patterns, syllables + 1).

    ``wanted`` must be sorted by length, longest first. Row i holds the cost of the first i tokens; the search starts
    anywhere for free.
    """
    return _table(wanted, sounds, extra, np.zeros((len(wanted), len(sounds) + 1), dtype=np.float32))


def _table(wanted: Sequence[Pattern], sounds: npt.NDArray[np.int16], extra: Costs, row: Costs) -> Costs:
    used, tokens = np.unique([token for pattern in wanted for token in pattern.tokens], return_inverse=True)
    wrong = token_distances()[np.ix_(used, sounds)]
    wrong[:, extra == WALL] = WALL
    ordered = _padded(wanted, tokens)
    walk = np.concatenate([[0], np.cumsum(extra)]).astype(np.float32)
    stroll = np.concatenate([[0], np.cumsum(np.where(extra == WALL, WALL, np.minimum(extra, GAP)))]).astype(np.float32)
    lengths = np.array([len(pattern.tokens) for pattern in wanted])
    result = np.empty_like(row)
    for i in range(lengths.max()):
        active = int((lengths > i).sum())
        step = np.empty((active, row.shape[1]), dtype=np.float32)
        step[:, 0] = row[:active, 0] + MISSING
        np.minimum(row[:active, :-1] + wrong[ordered[:active, i]], row[:active, 1:] + MISSING, out=step[:, 1:])
        done = int((lengths > i + 1).sum())
        result[done:active] = step[done:]
        gaps = np.array([pattern.gaps[i] for pattern in wanted[:done]], dtype=bool)
        ways = np.where(gaps[:, None], stroll, walk)
        row = np.minimum.accumulate(step[:done] - ways, axis=1) + ways
    return result


def _padded(wanted: Sequence[Pattern], tokens: npt.NDArray[np.intp]) -> npt.NDArray[np.intp]:
    table = np.zeros((len(wanted), max(len(pattern.tokens) for pattern in wanted)), dtype=np.intp)
    start = 0
    for row, pattern in enumerate(wanted):
        table[row, : len(pattern.tokens)] = tokens[start : start + len(pattern.tokens)]
        start += len(pattern.tokens)
    return table


def _valleys(costs: Costs, limit: float) -> list[int]:
    """The cheapest place of each stretch at or under the limit."""
    under = np.flatnonzero(costs[1:] <= limit) + 1
    stretches = np.split(under, np.flatnonzero(np.diff(under) > 1) + 1)
    return [int(stretch[costs[stretch].argmin()]) for stretch in stretches if len(stretch)]


def _first_syllable(pattern: Pattern, sounds: npt.NDArray[np.int16], extra: Costs) -> int:
    """Where the phrase that ends with the last of these syllables began: the same search, backwards."""
    gaps = (*reversed(pattern.gaps[:-1]), False)
    backwards = Pattern(pattern.phrase, tuple(reversed(pattern.tokens)), gaps)
    reach = len(pattern.tokens) * (2 + int(1 / GAP) * any(gaps))
    end, sounds, extra = len(sounds), sounds[::-1][:reach], extra[::-1][:reach]
    anchored = np.full((1, len(sounds) + 1), WALL, dtype=np.float32)
    anchored[0, 0] = 0
    return end - int(_table([backwards], sounds, extra, anchored)[0].argmin())
