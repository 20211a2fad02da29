"""Words a hotline says often, found by their sound."""

from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
import numpy.typing as npt

from callqa.errors import ConfigError
from callqa.settings import AsrSettings
from callqa.syllables import NEAR, OTHER, distances, syllables

LEXICON = Path(__file__).parent / "lexicons" / "hotline.txt"
FREE_SYLLABLES = 2  # must sound exactly right; each syllable more buys TOLERANCE
TOLERANCE = 0.25


class Hotwords:
    """A list of words, to be looked for in what was heard."""

    def __init__(self, words: Sequence[str]) -> None:
        by_length: dict[int, list[str]] = {}
        for word in dict.fromkeys(words):
            if len(word) > 1:  # a single character would claim all that sound like it
                by_length.setdefault(len(word), []).append(word)
        table = distances()
        self._table = np.where(table > NEAR, np.float32(np.inf), table)  # its last row is that of no sound, -1
        self._groups = [(group, np.stack([sounds_of(word) for word in group])) for group in by_length.values()]

    def find(self, sounds: npt.NDArray[np.int64]) -> Iterator[tuple[int, str, npt.NDArray[np.float32]]]:
        """(start, word, distance of each syllable) for every stretch that is heard nearly as a word is said."""
        for group, wanted in self._groups:
            length = wanted.shape[1]
            if length > len(sounds):
                continue
            windows = np.lib.stride_tricks.sliding_window_view(sounds, length)
            total = np.zeros((len(windows), len(group)), dtype=np.float32)
            for offset in range(length):
                total += self._table[windows[:, offset, None], wanted[None, :, offset]]
            for start, which in np.argwhere(total <= TOLERANCE * max(length - FREE_SYLLABLES, 0)).tolist():
                yield start, group[which], self._table[windows[start], wanted[which]]


def sounds_of(text: str) -> npt.NDArray[np.int64]:
    """One sound of `callqa.syllables` for each character, -1 for what is not one Chinese character with one sound."""
    text_syllables = syllables(text)
    sounds = np.full(len(text), -1, dtype=np.int64)
    for sound, (start, end) in zip(text_syllables.sounds.tolist(), text_syllables.spans, strict=True):
        if end - start == 1 and sound != OTHER and not text[start].isascii():
            sounds[start] = sound
    return sounds


def own_hotwords(settings: AsrSettings) -> tuple[str, ...]:
    """The hotline's own words. Raises `ConfigError` when their file cannot be read."""
    if settings.hotwords is None:
        return ()
    try:
        return read_hotwords(settings.hotwords)
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigError("hotwords.unreadable", path=settings.hotwords, kind=type(error).__name__) from error


def read_hotwords(path: Path) -> tuple[str, ...]:
    """One word a line; empty lines and lines that start with # are skipped."""
    lines = (line.strip() for line in path.read_text(encoding="utf-8-sig").splitlines())
    return tuple(line for line in lines if line and not line.startswith("#"))
