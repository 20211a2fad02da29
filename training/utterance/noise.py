"""Text as a speech recogniser may write it: mostly other characters of the same sound."""

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, replace

import numpy as np

from callqa.syllables import distances, syllables
from callqa.text import normalise
from qa_models.utterance.line import Line

SAME, NEAR, LOST = 0.75, 0.15, 0.06  # of the errors; the rest are syllables nobody said
NEAR_DISTANCE = 0.5


@dataclass(frozen=True)
class Mishearing:
    """Characters by sound, with how often each is written."""

    characters: dict[int, tuple[str, ...]]
    weights: dict[int, tuple[float, ...]]
    near: dict[int, tuple[int, ...]]
    """Sounds that are easily mistaken for another one."""

    @classmethod
    def of(cls, texts: Iterable[str]) -> "Mishearing":
        """Errors are made of the characters of these texts."""
        counts: dict[int, Counter[str]] = defaultdict(Counter)
        for text in texts:
            plain = normalise(text).text
            spoken = syllables(plain)
            for sound, (start, end) in zip(spoken.sounds.tolist(), spoken.spans, strict=True):
                counts[sound][plain[start:end]] += 1
        table, known = distances(), sorted(counts)
        return cls(
            {sound: tuple(characters) for sound, characters in counts.items()},
            {sound: tuple(n / characters.total() for n in characters.values()) for sound, characters in counts.items()},
            {s: tuple(o for o in known if o != s and table[s, o] <= NEAR_DISTANCE) for s in known},
        )

    def line(self, line: Line, rate: float, rng: np.random.Generator) -> Line:
        """The line with about so large a share of its syllables wrong."""
        return replace(line, text=self.text(line.text, rate, rng), before=self.text(line.before, rate, rng))

    def text(self, text: str, rate: float, rng: np.random.Generator) -> str:
        plain = normalise(text).text
        spoken = syllables(plain)
        pieces = []
        for sound, (start, end) in zip(spoken.sounds.tolist(), spoken.spans, strict=True):
            written = plain[start:end]
            pieces.append(self._wrong(sound, written, rng) if rng.random() < rate else written)
        return "".join(pieces)

    def _wrong(self, sound: int, written: str, rng: np.random.Generator) -> str:
        fate = rng.random()
        if fate < SAME:
            others = [c for c in self.characters.get(sound, ()) if c != written]
            return others[rng.integers(len(others))] if others else written
        if fate < SAME + NEAR:
            near = self.near.get(sound, ())
            return self._written(near[rng.integers(len(near))], rng) if near else written
        if fate < SAME + NEAR + LOST:
            return ""
        sounds = tuple(self.characters)
        return written + self._written(sounds[rng.integers(len(sounds))], rng)

    def _written(self, sound: int, rng: np.random.Generator) -> str:
        return str(rng.choice(self.characters[sound], p=self.weights[sound]))
