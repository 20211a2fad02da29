"""Finds phrases by how they sound, with tolerance, and says where they stand in the original text.

Approximate substring search over syllables: a wrong sound costs its distance, a missing or an extra syllable 1, a
filler (嗯, 那个) almost nothing. ``similarity = 1 - cost / (length - 1)``, so that short phrases must fit better. Every
phrase of a check is searched in the whole text at once (`qa_models.alignment`).
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
from callqa.words import word_spans
from qa_models.alignment import (
    EXTRA,
    FILLER,
    WALL,
    Costs,
    Sounds,
    Speech,
    Wanted,
    compiled,
    first_syllable,
    substring_costs,
)
from qa_models.phrases import AGENT_NUMBER, EXACT, Pattern, Phrases, expressions, patterns

FILLERS = re.compile("那个|就是说|[嗯呃额啊哦噢喔哎唉诶呀嘛呢]")
ROUNDING = 0.01  # costs below this are equal to zero
VAGUE_PROBABILITY = 0.67  # one in three such words is another one


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


def find(
    phrases: Phrases,
    turns: Sequence[Turn],
    agent_id: str = "",
    least: float | None = None,
    void: Sequence[Hit] = (),
) -> tuple[Hit, ...]:
    """Where a phrase was said or may have been said (similarity >= ``least``, or doubt), in the order of the call.

    Of places that overlap only the most alike counts, and then the one of the longest phrase. Nothing is found that
    touches a place of ``void``; a shorter phrase beside it is.
    """
    personal = any(AGENT_NUMBER in phrase for phrase in phrases.phrases)
    number = "".join(c for c in agent_id if c.isascii() and c.isdigit()) if personal else ""
    entries = _entries(phrases.phrases, number)
    hits: list[Hit] = []
    sounding = _find_sound(entries, turns, least or phrases.doubt, void)
    for hit in (*_find_spelling(entries.spelt, number, turns), *sounding):
        if not any(hit.overlaps(other) for other in (*hits, *void)):
            hits.append(hit)
    return tuple(sorted(hits, key=lambda hit: (hit.turn.index, hit.start)))


@lru_cache(maxsize=8192)
def sounds_of(text: str) -> Syllables:
    return syllables(text)


@lru_cache(maxsize=8192)
def spelling_of(text: str) -> NormalText:
    return normalise(text)


@dataclass(frozen=True, slots=True)
class Entries:
    """A family of phrases, made ready for searching."""

    spelt: tuple[str, ...]
    sounding: tuple[Pattern, ...]
    arrays: Wanted | None
    """Of ``sounding``; ``None`` without any."""


@lru_cache(maxsize=4096)
def _entries(phrases: tuple[str, ...], number: str) -> Entries:
    """Without an agent number, phrases that ask for it are left out."""
    usable = tuple(p for p in phrases if number or AGENT_NUMBER not in p)
    sounding = patterns(tuple(p for p in usable if not p.startswith(EXACT)), number)
    return Entries(tuple(p for p in usable if p.startswith(EXACT)), sounding, compiled(sounding) if sounding else None)


def _find_spelling(phrases: tuple[str, ...], number: str, turns: Sequence[Turn]) -> tuple[Hit, ...]:
    hits = []
    for turn in turns:
        normal = spelling_of(turn.text)
        for phrase, expression in expressions(phrases, number):
            for match in expression.finditer(normal.text):
                hits.append(Hit(turn, *normal.span(*match.span()), 1.0, phrase))
    return tuple(hits)


def _find_sound(entries: Entries, turns: Sequence[Turn], doubt: float, void: Sequence[Hit]) -> tuple[Hit, ...]:
    with_sounds = [(turn, sounds_of(turn.text)) for turn in turns]
    wanted, arrays = entries.sounding, entries.arrays
    if arrays is None or not any(len(spoken) for _, spoken in with_sounds):
        return ()
    speech = Speech(*(np.concatenate(parts) for parts in zip(*(_walled(turn) for turn in turns), strict=True)))
    places = [(turn, span) for turn, spoken in with_sounds for span in (*spoken.spans, (0, 0))]
    limits = _limits(arrays, doubt)
    rows, costs = substring_costs(arrays, speech, limits)
    scale = np.maximum(arrays.lengths - 1, 1)
    likely = np.flatnonzero((costs[:, 1:] <= limits[rows, None]).any(axis=1))
    valleys = [
        (float(costs[i, end] / scale[rows[i]]), int(rows[i]), end)
        for i in likely
        for end in _valleys(costs[i], limits[rows[i]])
    ]
    hits: list[Hit] = []
    taken = np.array([any(_within(place, hit) for hit in void) for place in places], dtype=np.bool_)
    for share, row, end in sorted(valleys):
        if taken[end - 1]:
            continue
        exact = share < ROUNDING
        if exact:
            first = end - len(wanted[row].tokens)
        else:
            first = first_syllable(wanted[row], speech.upto(end), share * float(scale[row]))
        if not taken[first:end].any():
            taken[first:end] = True
            (turn, (begin, _)), (_, (_, finish)) = places[first], places[end - 1]
            hits.append(Hit(turn, begin, finish, round(1 - max(0.0, share), 3), wanted[row].phrase))
    return tuple(hits)


def _within(place: tuple[Turn, tuple[int, int]], hit: Hit) -> bool:
    turn, (start, end) = place
    return turn.index == hit.turn.index and start < hit.end and hit.start < end


def _limits(arrays: Wanted, doubt: float) -> Costs:
    """What each pattern may cost."""
    return ((1 - doubt) * np.maximum(arrays.lengths - 1, 1) + ROUNDING).astype(np.float32)


def _walled(turn: Turn) -> tuple[Sounds, Costs, npt.NDArray[np.bool_]]:
    """The parts of a turn's `Speech`, with a wall behind the turn."""
    sounds, extra = _skippable(turn.text)
    vague = np.zeros(len(sounds), dtype=np.bool_)
    if places := _vague_characters(turn):
        vague[:-1] = [start in places for start, _ in sounds_of(turn.text).spans]
    return sounds, extra, vague


@lru_cache(maxsize=8192)
def _skippable(text: str) -> tuple[Sounds, Costs]:
    spoken = sounds_of(text)
    fillers = {index for match in FILLERS.finditer(text) for index in range(*match.span())}
    costs = [FILLER if start in fillers else EXTRA for start, _ in spoken.spans]
    return np.append(spoken.sounds, OTHER).astype(np.int16), np.array([*costs, WALL], dtype=np.float32)


def _vague_characters(turn: Turn) -> set[int]:
    """Where the words stand that the engine was not sure of."""
    vague = ((start, end) for word, start, end in word_spans(turn) if word.probability < VAGUE_PROBABILITY)
    return {character for start, end in vague for character in range(start, end)}


def _valleys(costs: Costs, limit: np.float32) -> list[int]:
    """The cheapest place of each stretch at or under the limit."""
    under = np.flatnonzero(costs[1:] <= limit) + 1
    stretches = np.split(under, np.flatnonzero(np.diff(under) > 1) + 1)
    return [int(stretch[costs[stretch].argmin()]) for stretch in stretches if len(stretch)]
