"""Phrases that people look for in calls, by sound: what they type, and where it is in a text.

An index knows a text as its pairs of neighbouring syllables, in which sounds that accents mix up are one. A phrase is
found there by the pairs of its variants; `Phrase.places` then says where exactly, and how alike it is.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import IntEnum
from functools import lru_cache
from itertools import pairwise, product
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
import pypinyin

from callqa.keys import content_key
from callqa.numerals import DIGITS, UNITS, in_digits
from callqa.syllables import OTHER, accents, sound_of, syllables
from callqa.text import NUMBER, canonical, normalise

Pairs = npt.NDArray[np.int32]

TWO_DIGITS = re.compile(r"(?<![0-9])[1-9][0-9](?![0-9])")
CHINESE_DIGITS = str.maketrans("0123456789", "零一二三四五六七八九")


class Likeness(IntEnum):
    """How a place in a text is like what was looked for; the smaller, the more."""

    SPELLED = 0
    """Written alike; numbers in digits or in words are one."""
    SOUNDS = 1
    """Other characters of the same sound."""
    ACCENT = 2
    """Sounds that accents mix up, or another reading of a character with several."""


class Place(NamedTuple):
    """Where a phrase is in a text: ``text[start:end]``."""

    start: int
    end: int
    likeness: Likeness


@dataclass(frozen=True, slots=True)
class Syllable:
    """One syllable of a phrase."""

    character: str
    sound: int
    """As it is read in this phrase."""
    classes: frozenset[int]
    """Of accents: its own, and those of the character's other readings, for a text may read it so."""


@dataclass(frozen=True)
class Phrase:
    """Words that are looked for together, as typed."""

    text: str
    variants: tuple[tuple[Syllable, ...], ...]
    """More than one way to say it: 24 is 二十四 by itself, 二四 in a longer number; 五百 is written 500."""

    @property
    def n_syllables(self) -> int:
        """Of the shortest way to say it."""
        return min(map(len, self.variants), default=0)

    def patterns(self) -> list[list[frozenset[int]]]:
        """For each variant of n syllables, the pairs that may stand at each of n - 1 places."""
        return [
            [
                frozenset(a * _n_classes() + b for a, b in product(first.classes, other.classes))
                for first, other in pairwise(variant)
            ]
            for variant in self.variants
        ]

    def places(self, text: str) -> list[Place]:
        """Where the phrase is in ``text``, in order. Of places that overlap, the one that is more alike."""
        if not self.may_be_in(text):
            return []
        apart: list[Place] = []
        for place in sorted(self._all_places(text), key=lambda place: (place.likeness, place.start)):
            if all(place.end <= other.start or other.end <= place.start for other in apart):
                apart.append(place)
        return sorted(apart)

    def may_be_in(self, text: str) -> bool:
        """Whether it is worth a closer look: each character by itself, in any of its readings, says so.

        Costs a tenth of `places`, for readings in their words are slow; it is wrong in one direction only.
        """
        normal = normalise(text).text
        if TWO_DIGITS.search(normal):
            return True  # its syllables are more than its characters
        classes = [_classes_of(character) for character in normal]
        return any(
            all(not syllable.classes.isdisjoint(may) for syllable, may in zip(variant, classes[at:], strict=False))
            for variant in self.variants
            for at in range(len(classes) - len(variant) + 1)
        )

    def _all_places(self, text: str) -> Iterator[Place]:
        spoken = syllables(text)
        classes = accents()[spoken.sounds].tolist()
        for start, variant in product(range(len(spoken)), self.variants):
            end = start + len(variant)
            if end <= len(spoken) and all(c in s.classes for c, s in zip(classes[start:end], variant, strict=True)):
                spans = spoken.spans[start:end]
                likeness = self._likeness(variant, spoken.sounds[start:end].tolist(), text, spans)
                if likeness is not None:
                    yield Place(spans[0][0], spans[-1][1], likeness)

    def _likeness(
        self, variant: tuple[Syllable, ...], sounds: list[int], text: str, spans: tuple[tuple[int, int], ...]
    ) -> Likeness | None:
        if canonical(text[spans[0][0] : spans[-1][1]]) == canonical(self.text):
            return Likeness.SPELLED
        alike = Likeness.SOUNDS
        for syllable, sound, (start, end) in zip(variant, sounds, spans, strict=True):
            if normalise(text[start:end]).text == syllable.character:
                continue
            if sound == OTHER:
                return None  # two characters that nobody can read need not sound alike
            if sound != syllable.sound:
                alike = Likeness.ACCENT
        return alike


def pairs_of(text: str) -> Pairs:
    """The pairs of neighbouring syllables of ``text``, shape (n - 1,) for n syllables, (0,) for less than two.

    Must not be changed: equal texts share one array.
    """
    return _pairs_of(normalise(text).text)


def sounds_key() -> str:
    """Key of how texts become pairs; an index made otherwise has to be made anew."""
    return content_key(accents().tolist())


def phrase(text: str) -> Phrase:
    """The phrase that ``text`` spells; without syllables it is found nowhere."""
    one_by_one = TWO_DIGITS.sub(lambda two: two[0].translate(CHINESE_DIGITS), text)
    written = NUMBER.sub(lambda run: in_digits(run[0]) if not UNITS.keys().isdisjoint(run[0]) else run[0], text)
    ways = dict.fromkeys((text, one_by_one, written))
    return Phrase(text, tuple(filter(None, (tuple(_syllables(way)) for way in ways))))


def phrases(query: str) -> tuple[Phrase, ...]:
    """One for each of the words between blanks; punctuation alone is none."""
    return tuple(parsed for parsed in map(phrase, query.split()) if parsed.n_syllables)


def _syllables(text: str) -> Iterator[Syllable]:
    spoken = syllables(text)
    classes = accents()
    for sound, (start, end) in zip(spoken.sounds.tolist(), spoken.spans, strict=True):
        character = normalise(text[start:end]).text
        readings = {sound} if character in DIGITS or not character else {sound, *_readings(character)}
        yield Syllable(character, sound, frozenset(classes[list(readings)].tolist()))


@lru_cache(maxsize=8192)
def _classes_of(character: str) -> frozenset[int]:
    """Of accents: those of all that the character can be read as."""
    return frozenset().union(*(syllable.classes for syllable in _syllables(character)))


@lru_cache(maxsize=8192)
def _readings(character: str) -> frozenset[int]:
    """All sounds that a character can have."""
    if character.isascii():
        return frozenset()
    readings = pypinyin.pinyin(character[:1], style=pypinyin.NORMAL, heteronym=True, errors="ignore")
    return frozenset(sound for choices in readings for reading in choices if (sound := sound_of(reading)) != OTHER)


@lru_cache(maxsize=65536)  # people say the same short things all day
def _pairs_of(normal: str) -> Pairs:
    classes = accents()[syllables(normal).sounds].astype(np.int32)
    pairs = classes[:-1] * _n_classes() + classes[1:]
    pairs.setflags(write=False)
    return pairs


@lru_cache(maxsize=1)
def _n_classes() -> int:
    return int(accents().max()) + 1
