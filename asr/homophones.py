"""Homophones: the characters that a recogniser may have meant, which sound the same, or nearly."""

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pypinyin
from pypinyin.constants import PHRASES_DICT
from pypinyin.contrib.tone_convert import to_tone3

from asr.language_model import N_SPECIAL, LanguageModel
from callqa.syllables import N_SYLLABLES, distances, sound_of

LEAST_FREQUENT = -13.0  # nats; rarer characters are candidates only of themselves
USUAL = 0.05  # of a character's phrases must have a reading for it to count
NO_READING: frozenset[str] = frozenset()
MAX_SAME, MAX_NEAR = 24, 12  # candidates for one sound, the most frequent ones
NEAREST = 0.25  # how far another syllable may lie; only one accent's other sound (zh, z; in, ing) does not lie further


@dataclass(frozen=True)
class Candidates:
    """What one sound may have been, the most frequent first."""

    ids: npt.NDArray[np.int64]
    """Shape (k,), of the language model's characters."""
    distances: npt.NDArray[np.float32]
    """Shape (k,), 0 for the same syllable."""
    log_frequency: float
    """Nats: how often any character of the same syllable is written."""


class Homophones:
    """The characters of a language model by their sound."""

    def __init__(self, model: LanguageModel) -> None:
        logs = self._logs = model.levels[0].logs
        self._characters = [c for i, c in enumerate(model.characters) if logs[N_SPECIAL + i] > LEAST_FREQUENT]
        self._readings = usual_readings(self._characters)
        self._by_sound: dict[int, list[int]] = defaultdict(list)
        for id_, character in zip(model.ids("".join(self._characters)), self._characters, strict=True):
            for sound in {sound_of(reading.rstrip("012345")) for reading in self._readings[character]}:
                self._by_sound[sound].append(id_)
        self._candidates: dict[int, Candidates] = {}

    def candidates(self, sound: int) -> Candidates:
        """Characters that may have been meant by a sound of `callqa.syllables`."""
        if sound not in self._candidates:
            self._candidates[sound] = self._find(sound)
        return self._candidates[sound]

    def same_tone(self, first: str, other: str) -> bool:
        """Whether two characters share a reading, tone included."""
        return not self._readings.get(first, NO_READING).isdisjoint(self._readings.get(other, NO_READING))

    def _find(self, sound: int) -> Candidates:
        same = self._by_sound.get(sound, [])[:MAX_SAME]
        table = distances()[sound, :N_SYLLABLES]
        near = [
            (id_, float(table[other]))
            for other in np.flatnonzero((table > 0) & (table <= NEAREST)).tolist()
            for id_ in self._by_sound.get(other, [])
            if id_ not in same
        ]
        nearest = sorted(dict(near).items())[:MAX_NEAR]  # ids ascend from the most to the least frequent character
        ids = same + [id_ for id_, _ in nearest]
        frequencies = np.exp(self._logs[self._by_sound.get(sound, [])])
        return Candidates(
            np.array(ids, dtype=np.int64),
            np.array([0.0] * len(same) + [distance for _, distance in nearest], dtype=np.float32),
            float(np.log(frequencies.sum() + 1e-9)),
        )


def usual_readings(characters: Sequence[str]) -> dict[str, frozenset[str]]:
    """Readings with tone (``wei4``) of each character: the plain one, and those not rare in pypinyin's phrases.

    Dictionaries also list readings that nobody speaks (大 tai4, 提 di1); they would make strangers homophones.
    """
    counts: dict[str, Counter[str]] = defaultdict(Counter)
    for phrase, readings in PHRASES_DICT.items():
        for character, reading in zip(phrase, readings, strict=False):
            counts[character][reading[0]] += 1
    alone = [pypinyin.pinyin(character, style=pypinyin.TONE3)[0][0] for character in characters]
    return {
        character: frozenset(
            [plain, *(to_tone3(r) for r, n in counts[character].items() if n >= USUAL * counts[character].total())]
        )
        for character, plain in zip(characters, alone, strict=True)
    }
