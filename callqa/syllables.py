"""Text as it sounds: toneless Mandarin syllables with a distance that knows which sounds are mistaken for each other.

Whisper hears Mandarin far better than it spells it (工号三零二八为您服务 comes back as 公號3028位您服務), so phrases,
tickets and searches are compared by syllable. A syllable is a number, ``initial * len(FINALS) + final``, so that a
whole text is one array and its distances are one table look-up.
"""

import re
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import numpy.typing as npt
import pypinyin
from pypinyin.contrib.tone_convert import to_finals, to_initials
from pypinyin.seg.mmseg import seg
from scipy.sparse import csr_matrix
from scipy.sparse.csgraph import connected_components

from callqa.text import normalise

INITIALS = ("", *"b p m f d t n l g k h j q x zh ch sh r z c s".split())
FINALS = tuple(
    "a o e ê i u v ai ei ao ou an en ang eng ong er ia ie iao iou ian in iang ing iong "
    "ua uo uai uei uan uen uang ueng ve van vn".split()
)
N_SYLLABLES = len(INITIALS) * len(FINALS)
LETTERS = {letter: N_SYLLABLES + i for i, letter in enumerate("abcdefghijklmnopqrstuvwxyz")}
OTHER = N_SYLLABLES + len(LETTERS)  # a character with no known reading; far from everything, itself included
N_SOUNDS = OTHER + 1

CLOSE, NEAR, FAR = 0.25, 0.5, 0.7
"""Distances between two initials or two finals: one accent's other (zh, z), easily misheard (b, p), different."""
CLOSE_INITIALS = ("zh z", "ch c", "sh s", "n l", "l r", "f h")
# fmt: off
NEAR_INITIALS = (
    "b p", "d t", "g k", "j q", "q x", "z c", "zh ch", "c s", "ch sh", "m n", "j zh", "q ch", "x sh", "g h", "k h",
)
# fmt: on
CLOSE_FINALS = ("an ang", "en eng", "in ing", "ian iang", "uan uang", "uen ong", "eng ong", "o uo", "ueng ong")
# fmt: off
NEAR_FINALS = (
    "i v", "ie ve", "ian van", "in vn", "e o", "ai ei", "ou uo", "ao ou", "iao iou", "a ia", "a ua", "u v", "e er",
    "i ei", "uei ei", "uan an", "ian an",
)
# fmt: on
DIGIT_READINGS = dict(zip("0123456789", "ling yi er san si wu liu qi ba jiu".split(), strict=True))
RUN = re.compile(r"[0-9]+|[a-z]|[^0-9a-z]+")


@dataclass(frozen=True, slots=True)
class Syllables:
    """A text as sounds."""

    sounds: npt.NDArray[np.int16]
    """Shape (n,)."""
    spans: tuple[tuple[int, int], ...]
    """Where each sound stands in the original text: (first character, one past the last)."""

    def __len__(self) -> int:
        return len(self.spans)


def syllables(text: str) -> Syllables:
    """The sounds of ``text``: one for each Chinese character, digit and Latin letter; punctuation has none."""
    normal = normalise(text)
    sounds: list[int] = []
    spans: list[tuple[int, int]] = []
    for run in RUN.finditer(normal.text):
        for offset, width, reading in _readings(run[0]):
            start, end = normal.span(run.start() + offset, run.start() + offset + width)
            sounds.append(sound_of(reading))
            spans.append((start, end))
    return Syllables(np.array(sounds, dtype=np.int16), tuple(spans))


def sound_key(text: str) -> str:
    """The readings of ``text`` with spaces between, for indexes and error rates.

    >>> sound_key("陈辉路"), sound_key("工号3028")
    ('chen hui lu', 'gong hao san ling er ba')
    """
    return " ".join(reading for run in RUN.findall(normalise(text).text) for _, _, reading in _readings(run))


@lru_cache(maxsize=1)
def distances() -> npt.NDArray[np.float32]:
    """How far apart two sounds are, 0 to 1; shape (N_SOUNDS, N_SOUNDS), symmetric."""
    initial = _part_distances(INITIALS, CLOSE_INITIALS, NEAR_INITIALS)
    final = _part_distances(FINALS, CLOSE_FINALS, NEAR_FINALS)
    both = initial[:, None, :, None] + final[None, :, None, :]
    table = np.ones((N_SOUNDS, N_SOUNDS), dtype=np.float32)
    table[:N_SYLLABLES, :N_SYLLABLES] = np.minimum(both, 1).reshape(N_SYLLABLES, N_SYLLABLES)
    letters = np.arange(N_SYLLABLES, OTHER)
    table[letters, letters] = 0
    table.setflags(write=False)
    return table


@lru_cache(maxsize=1)
def accents() -> npt.NDArray[np.intp]:
    """A class for each sound, shape (N_SOUNDS,): sounds that accents mix up (zh and z, in and ing) are of one class."""
    _, classes = connected_components(csr_matrix(distances() <= CLOSE))
    return np.asarray(classes, dtype=np.intp)


def syllable_names(text: str) -> list[str]:
    """How each sound of a text is read: 公号 is gong hao."""
    return [reading for run in RUN.findall(normalise(text).text) for _, _, reading in _readings(run)]


def _part_distances(parts: tuple[str, ...], close: tuple[str, ...], near: tuple[str, ...]) -> npt.NDArray[np.float32]:
    table = np.full((len(parts), len(parts)), FAR, dtype=np.float32)
    np.fill_diagonal(table, 0)
    for pairs, distance in ((near, NEAR), (close, CLOSE)):
        for pair in pairs:
            first, second = (parts.index(part) for part in pair.split())
            table[first, second] = table[second, first] = distance
    return table


def _readings(run: str) -> list[tuple[int, int, str]]:
    """(offset, width, reading) of each sound in a run of digits, one letter, or a run of other characters."""
    if run[0] in DIGIT_READINGS:
        return _number_readings(run)
    if run in LETTERS:
        return [(0, 1, run)]
    readings = [reading for word in seg.cut(run) for reading in _word_readings(word)]
    return [
        (offset, 1, DIGIT_READINGS["1"] if character == "幺" else reading)
        for offset, (character, reading) in enumerate(zip(run, readings, strict=True))
    ]


@lru_cache(maxsize=65536)
def _word_readings(word: str) -> tuple[str, ...]:
    """One reading for each character. Cached by word, because pypinyin itself is slow and knows polyphones by word."""
    return tuple(s[0] for s in pypinyin.pinyin(word, style=pypinyin.NORMAL, errors=_unknown))  # type: ignore[arg-type]


def _unknown(characters: str) -> list[list[str]]:
    return [["?"] for _ in characters]


def _number_readings(run: str) -> list[tuple[int, int, str]]:
    """Two digits are read as a number (24 is er shi si), other runs digit by digit, as phone and agent numbers are."""
    if len(run) != 2 or run[0] == "0":
        return [(offset, 1, DIGIT_READINGS[digit]) for offset, digit in enumerate(run)]
    tens, units = run[0], run[1]
    readings = [] if tens == "1" else [(0, 1, DIGIT_READINGS[tens])]
    readings.append((0, 2 if units == "0" else 1, "shi"))  # the 0 of 20 belongs to its shi
    return readings if units == "0" else [*readings, (1, 1, DIGIT_READINGS[units])]


@lru_cache(maxsize=4096)
def sound_of(reading: str) -> int:
    """The sound of one toneless reading (``zhuang``, or a Latin letter); ``OTHER`` when it is none."""
    if reading in LETTERS and len(reading) == 1 and reading not in FINALS:
        return LETTERS[reading]
    initial, final = to_initials(reading, strict=True), to_finals(reading, strict=True, v_to_u=False)
    if initial not in INITIALS or final not in FINALS:
        return OTHER
    return INITIALS.index(initial) * len(FINALS) + FINALS.index(final)
