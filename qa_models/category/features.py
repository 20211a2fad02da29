"""A text as numbers: how often which characters, words and sounds stand side by side in it.

Everything is a 32-bit hash, so a vocabulary is one sorted array. Words that carry no topic (的, 我们) are left out: the
messages that the shipped model learnt from came without them, and spoken text is full of them.
"""

import logging
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path
from zlib import crc32

import jieba
import numpy as np
import numpy.typing as npt

from callqa.text import simplified
from qa_models.match import sounds_of

STOP_WORDS = Path(__file__).parent / "stop_words.txt"
FIRST_CHINESE, LAST_CHINESE = 0x4E00, 0x9FFF
FAMILIES: tuple[tuple[str, range], ...] = (("characters", range(1, 5)), ("words", range(1, 3)), ("sounds", range(2, 4)))
"""What is counted: runs of one to four characters, one or two words, two or three toneless syllables."""
Keys = npt.NDArray[np.uint32]
Codes = npt.NDArray[np.uint64]


@dataclass(frozen=True, slots=True)
class Counts:
    """One family's runs in a text."""

    keys: Keys
    """Sorted, without repeats; shape (n,)."""
    counts: npt.NDArray[np.float32]
    """How often each is there, weighted by who said it; shape (n,)."""


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of text that counts ``weight`` times."""

    text: str
    weight: float = 1.0


def count(pieces: Sequence[Piece], topical: bool = True) -> tuple[Counts, ...]:
    """The runs of a whole call or message, family by family; ``topical``: without stop words."""
    parts = [(codes_of(piece.text, topical), piece.weight) for piece in pieces]
    return tuple(
        _counted([(parts_of[family], weight) for parts_of, weight in parts], lengths, salt)
        for family, (salt, lengths) in enumerate((crc32(name.encode()), lengths) for name, lengths in FAMILIES)
    )


def _counted(parts: Iterable[tuple[Codes, float]], lengths: range, salt: int) -> Counts:
    keys: list[Keys] = []
    weights: list[npt.NDArray[np.float32]] = []
    for codes, weight in parts:
        for length in lengths:
            found = _runs(codes, length, salt)
            keys.append(found)
            weights.append(np.full(len(found), weight, np.float32))
    if not keys:
        return Counts(np.empty(0, np.uint32), np.empty(0, np.float32))
    unique, place = np.unique(np.concatenate(keys), return_inverse=True)
    return Counts(unique, np.bincount(place, np.concatenate(weights), len(unique)).astype(np.float32))


def _runs(codes: Codes, length: int, salt: int) -> Keys:
    """A hash of each ``length`` neighbours; shape (n - length + 1,)."""
    n = len(codes) - length + 1
    if n <= 0:
        return np.empty(0, np.uint32)
    mixed = np.full(n, salt + length, np.uint64)
    for offset in range(length):
        mixed = (mixed ^ codes[offset : offset + n]) * np.uint64(0x9E3779B97F4A7C15)
        mixed ^= mixed >> np.uint64(29)
    return (mixed >> np.uint64(16)).astype(np.uint32)


@lru_cache(maxsize=4096)
def codes_of(text: str, topical: bool) -> tuple[Codes, Codes, Codes]:
    """Characters, words and sounds of a text, each as an array of numbers."""
    plain = simplified(text)
    kept, words = _chinese(plain, stop_words() if topical else frozenset())
    characters = np.frombuffer(plain.encode("utf-32-le"), np.uint32)[kept].astype(np.uint64)
    spelt = np.array([_word_code(word) for word in words], np.uint64)
    said = sounds_of(text)
    here = np.zeros(len(text) + 1, bool)
    here[kept[kept < len(text)]] = True
    sounds = said.sounds[[here[start] for start, _ in said.spans]] if len(said) else said.sounds
    return characters, spelt, sounds.astype(np.uint64)


def _chinese(text: str, stop: frozenset[str]) -> tuple[npt.NDArray[np.intp], list[str]]:
    """Where the Chinese characters stand that belong to no stop word, and the words they make."""
    words: list[str] = []
    kept: list[int] = []
    at = 0
    for word in _segmenter().cut(text, HMM=False):
        end = at + len(word)
        if word not in stop and FIRST_CHINESE <= ord(word[0]) <= LAST_CHINESE:
            words.append(word)
            kept.extend(range(at, end))
        at = end
    return np.array(kept, np.intp), words


@lru_cache(maxsize=65536)
def _word_code(word: str) -> int:
    return crc32(word.encode())


@cache
def stop_words() -> frozenset[str]:
    return frozenset(STOP_WORDS.read_text(encoding="utf-8").split())


@cache
def _segmenter() -> jieba.Tokenizer:
    jieba.setLogLevel(logging.WARNING)
    segmenter = jieba.Tokenizer()
    segmenter.initialize()
    return segmenter
