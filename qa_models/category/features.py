"""A text as numbers: how often which characters, words and sounds stand side by side in it.

Everything is a 32-bit hash, so a vocabulary is one sorted array. Words that carry no topic (的, 我们) are left out: the
messages that the shipped model learnt from came without them, and spoken text is full of them.
"""

import logging
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path
from zlib import crc32

import jieba
import numpy as np
import numpy.typing as npt

from callqa.syllables import OTHER
from callqa.text import simplified
from qa_models.match import sounds_of

STOP_WORDS = Path(__file__).parent / "stop_words.txt"
FIRST_CHINESE, LAST_CHINESE = 0x4E00, 0x9FFF
FAMILIES: tuple[tuple[str, range], ...] = (("characters", range(1, 5)), ("words", range(1, 3)), ("sounds", range(2, 4)))
"""What is counted: runs of one to four characters, one or two words, two or three toneless syllables."""

Keys = npt.NDArray[np.uint32]
Codes = npt.NDArray[np.uint64]
Places = npt.NDArray[np.intp]
Floats = npt.NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of text that counts ``weight`` times; no run goes from one piece into the next."""

    text: str
    weight: float = 1.0


@dataclass(frozen=True, slots=True)
class Runs:
    """One family's runs in a text, one by one; all of shape (n,)."""

    keys: Keys
    weights: Floats
    pieces: Places
    """Which piece each is in."""
    starts: Places
    """At which character of that piece it begins."""


@dataclass(frozen=True, slots=True)
class Counts:
    """One family's runs in a text, each kind of run once."""

    keys: Keys
    """Sorted, without repeats; shape (n,)."""
    counts: Floats
    """How often each is there, by weight; shape (n,)."""


@dataclass(frozen=True, slots=True)
class Reading:
    """The Chinese characters of a text, as numbers."""

    characters: Codes
    sounds: Codes
    starts: Places
    """Where each character stands in the text; shape (characters,)."""
    topical: npt.NDArray[np.bool_]
    """Whether it is in no stop word."""
    words: Codes
    word_starts: Places
    word_topical: npt.NDArray[np.bool_]


def count(pieces: Sequence[Piece], topical: bool = True) -> tuple[Counts, ...]:
    """The runs of a whole call or message, family by family; ``topical``: without stop words."""
    return tuple(counted(family_runs) for family_runs in runs(pieces, topical))


def counted(family_runs: Runs) -> Counts:
    unique, place = np.unique(family_runs.keys, return_inverse=True)
    return Counts(unique, np.bincount(place, family_runs.weights, len(unique)).astype(np.float32))


def runs(pieces: Sequence[Piece], topical: bool = True) -> tuple[Runs, ...]:
    """Family by family, with the place of each run."""
    readings = [read(piece.text) for piece in pieces]
    families = []
    for name, lengths in FAMILIES:
        lines = [_line(reading, name, topical) for reading in readings]
        sizes = [len(codes) for codes, _ in lines]
        owner = np.repeat(np.arange(len(lines)), sizes)
        codes = np.concatenate([codes for codes, _ in lines]) if lines else np.empty(0, np.uint64)
        starts = np.concatenate([starts for _, starts in lines]) if lines else np.empty(0, np.intp)
        weights = np.array([piece.weight for piece in pieces], np.float32)[owner]
        firsts, keys = _hashed(codes, owner, lengths, crc32(name.encode()))
        families.append(Runs(keys, weights[firsts], owner[firsts], starts[firsts]))
    return tuple(families)


def _line(reading: Reading, family: str, topical: bool) -> tuple[Codes, Places]:
    if family == "words":
        mask = reading.word_topical
        return (reading.words[mask], reading.word_starts[mask]) if topical else (reading.words, reading.word_starts)
    codes = reading.characters if family == "characters" else reading.sounds
    return (codes[reading.topical], reading.starts[reading.topical]) if topical else (codes, reading.starts)


def _hashed(codes: Codes, owner: Places, lengths: range, salt: int) -> tuple[Places, Keys]:
    """For all runs of these lengths inside one piece: where each begins, and its hash."""
    firsts, keys = [], []
    for length in lengths:
        n = len(codes) - length + 1
        if n <= 0:
            continue
        mixed = np.full(n, salt + length, np.uint64)
        for offset in range(length):
            mixed = (mixed ^ codes[offset : offset + n]) * np.uint64(0x9E3779B97F4A7C15)
            mixed ^= mixed >> np.uint64(29)
        whole = np.flatnonzero(owner[:n] == owner[length - 1 :])
        firsts.append(whole)
        keys.append((mixed[whole] >> np.uint64(16)).astype(np.uint32))
    if not keys:
        return np.empty(0, np.intp), np.empty(0, np.uint32)
    return np.concatenate(firsts), np.concatenate(keys)


@lru_cache(maxsize=2048)
def read(text: str) -> Reading:
    plain = simplified(text)
    stop = stop_words()
    words = [(at, word) for at, word in _words(plain) if FIRST_CHINESE <= ord(word[0]) <= LAST_CHINESE]
    word_topical = np.array([word not in stop for _, word in words], bool)
    lengths = np.array([len(word) for _, word in words], np.intp)
    word_starts = np.array([at for at, _ in words], np.intp)
    # Of a word with n characters: its start, its start + 1, …
    starts = np.repeat(word_starts, lengths) + np.arange(lengths.sum()) - np.repeat(lengths.cumsum() - lengths, lengths)
    spoken = sounds_of(text)
    sounds = np.full(max(len(text), len(plain)) + 1, OTHER, np.uint64)
    sounds[[start for start, _ in spoken.spans]] = spoken.sounds
    return Reading(
        np.frombuffer(plain.encode("utf-32-le"), np.uint32)[starts].astype(np.uint64),
        sounds[starts],
        starts,
        np.repeat(word_topical, lengths),
        np.array([_word_code(word) for _, word in words], np.uint64),
        word_starts,
        word_topical,
    )


def _words(text: str) -> Iterator[tuple[int, str]]:
    at = 0
    for word in segmenter().cut(text, HMM=False):
        yield at, word
        at += len(word)


@lru_cache(maxsize=65536)
def _word_code(word: str) -> int:
    return crc32(word.encode())


@cache
def stop_words() -> frozenset[str]:
    return frozenset(STOP_WORDS.read_text(encoding="utf-8").split())


@cache
def segmenter() -> jieba.Tokenizer:
    jieba.setLogLevel(logging.WARNING)
    segmenter = jieba.Tokenizer()
    segmenter.initialize()
    return segmenter
