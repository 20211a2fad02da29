"""Mishearing: a text as a speech recogniser may write it, for training on text that was never recognised.

Whisper base writes one character in five of telephone speech wrong; of these somewhat less than half sound right
(`docs/measured.md`, human speech). Errors come in stretches, and what is written is mostly a common word.
"""

import random
import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from callqa.numerals import NUMERALS, exact_digits
from callqa.syllables import N_SYLLABLES, NEAR, OTHER, accents, distances
from qa_models.category.features import segmenter
from qa_models.match import sounds_of

KINDS = {"word": 35, "same": 20, "near": 25, "any": 5, "lost": 10, "more": 5}
"""How often an error is a common word that an accent says alike, a character of the same or of a near sound, any
character, none, or one too many."""
STRETCH = 0.5  # how often an error follows an error
UNPUNCTUATED = 0.5  # how often an engine leaves punctuation out
COMMON_WORDS = 12_000
PUNCTUATION = re.compile("[，。？！、；,.?!;]")
NUMBER = re.compile(f"[{NUMERALS}]{{2,}}")


@dataclass(frozen=True)
class MishearingModel:
    same: Mapping[int, str]
    """For each sound the characters that have it, as often as they are written."""
    near: Mapping[int, Sequence[int]]
    """For each sound those that are taken for it, and have characters."""
    words: Mapping[tuple[int, int], Sequence[str]]
    """Common words of two characters, by what they are in an accent (`callqa.syllables.accents`)."""

    def writes(self, text: str, chance: random.Random, errors: float) -> str:
        """The text with about this share of its characters wrong, and with digits for numbers."""
        plain = PUNCTUATION.sub("", text) if chance.random() < UNPUNCTUATED else text
        plain = NUMBER.sub(lambda match: exact_digits(match[0]) or match[0], plain)
        spoken, characters = sounds_of(plain), list(plain)
        sounds, starts = spoken.sounds.tolist(), [start for start, _ in spoken.spans]
        begin = (1 - STRETCH) * errors / (1 - errors)  # so that in the long run this share is wrong
        place, wrong = 0, False
        while place < len(sounds):
            wrong = chance.random() < (STRETCH if wrong else begin)
            place += self._write_wrong(characters, sounds[place:], starts[place:], chance) if wrong else 1
        return "".join(characters)

    def _write_wrong(
        self, characters: list[str], sounds: Sequence[int], starts: Sequence[int], chance: random.Random
    ) -> int:
        """Write what comes next wrong; returns how many sounds that were."""
        kind = chance.choices(list(KINDS), list(KINDS.values()))[0]
        sound, start = sounds[0], starts[0]
        if kind == "word" and starts[1:2] == [start + 1] and (words := self._alike(sounds[0], sounds[1])):
            characters[start : start + 2] = chance.choice(words)
            return 2
        if kind == "lost":
            characters[start] = ""
        elif kind == "more":
            characters[start] += chance.choice(self.same[chance.choice(list(self.same))])
        elif kind == "any":
            characters[start] = chance.choice(self.same[chance.choice(list(self.same))])
        elif kind == "near" and sound in self.near:
            characters[start] = chance.choice(self.same[chance.choice(self.near[sound])])
        elif sound in self.same:
            characters[start] = chance.choice(self.same[sound])
        return 1

    def _alike(self, first: int, other: int) -> Sequence[str]:
        return self.words.get((int(accents()[first]), int(accents()[other])), ())


def mishearing_of(texts: Iterable[str]) -> MishearingModel:
    """One that knows the characters of these texts, and the commonest words of the language."""
    same = homophones(texts)
    known = np.array(sorted(sound for sound in same if sound < N_SYLLABLES), np.intp)
    far = distances()[np.ix_(known, known)]
    near = {int(s): known[(row > 0) & (row <= NEAR)].tolist() for s, row in zip(known, far, strict=True)}
    return MishearingModel(same, {sound: others for sound, others in near.items() if others}, _common_words())


def homophones(texts: Iterable[str]) -> Mapping[int, str]:
    """For each sound the characters that have it, as often as they occur in ``texts``."""
    by_sound: dict[int, list[str]] = defaultdict(list)
    for text in texts:
        spoken = sounds_of(text)
        for sound, (start, end) in zip(spoken.sounds.tolist(), spoken.spans, strict=True):
            if sound != OTHER and end - start == 1:
                by_sound[sound].append(text[start])
    return {sound: "".join(characters) for sound, characters in by_sound.items()}


def _common_words() -> Mapping[tuple[int, int], Sequence[str]]:
    pairs = [(-count, word) for word, count in segmenter().FREQ.items() if len(word) == 2 and count]
    words: dict[tuple[int, int], list[str]] = defaultdict(list)
    for _, word in sorted(pairs)[:COMMON_WORDS]:
        sounds = sounds_of(word).sounds
        if len(sounds) == len(word):
            words[int(accents()[sounds[0]]), int(accents()[sounds[1]])].append(word)
    return words
