"""Number plates, as they are written and as they are spoken: 沪A12345, 沪诶幺二三四五, 户比地零二七六八.

A plate is a province, a letter, and five signs, at most two of them letters; of an electric car six, the first or the
last of them a letter (GA 36-2018). An engine writes a letter that was named as whatever character has its sound.
"""

import re
from collections.abc import Iterator, Sequence

from callqa.number_rules import HALF_WIDTH
from callqa.numerals import DIGITS
from callqa.syllables import sound_of
from callqa.types import Turn
from qa_models.facts.amounts import PROVINCES
from qa_models.facts.dictation import digits_of
from qa_models.facts.mismatch import Place
from qa_models.match import sounds_of

NAMES = {
    "A": "ei, e, ai", "B": "bi", "C": "xi", "D": "di", "E": "yi", "F": "ai fu", "G": "ji", "H": "ai chi, ei chi, ai qi",
    "J": "jie, zhei", "K": "kai, ke", "L": "ai le, ai lou", "M": "ai mu, ai mou", "N": "en", "P": "pi",
    "Q": "qiu, kiu", "R": "a er, a", "S": "ai si", "T": "ti", "U": "you", "V": "wei", "W": "da bu liu, da bu liao",
    "X": "ai ke si, cha", "Y": "wai", "Z": "zei, zei de, zi",
}  # fmt: skip
"""How the letters are named, in pinyin."""
LETTER_OF = {
    tuple(sound_of(syllable) for syllable in name.split()): letter
    for letter, names in NAMES.items()
    for name in names.split(", ")
}
LONGEST_NAME = max(map(len, LETTER_OF))
PROVINCE_SOUNDS = frozenset(int(sound) for sound in sounds_of(PROVINCES).sounds)
CAR = re.compile("车|牌照|[这那一两几]辆")
EARLIER = 3  # turns before in which the car was talked of: a question, an answer, and what is read back
BETWEEN = re.compile("[\\s，,·•.、—-]?")
ALL_HALF_WIDTH = HALF_WIDTH | {ord("Ａ") + n: ord("A") + n for n in range(26)}
TAIL, ELECTRIC = 5, 6
MOST_LETTERS = 2
HOTLINE = "12345"

Sign = tuple[str, int]
"""A letter or a digit, and where it ends."""


def plates(turns: Sequence[Turn]) -> Iterator[Place]:
    """Where a plate stands. A province alone makes one; without it, or by sound alone, a car has to be talked of."""
    for place, turn in enumerate(turns):
        talked_of = any(CAR.search(t.text) for t in turns[max(place - EARLIER, 0) : place + 1])
        text = turn.text.translate(ALL_HALF_WIDTH)
        end = 0
        for start in range(len(text)):
            if start >= end and (plate_end := _plate(text, start, talked_of)):
                end = plate_end
                yield Place(turn, start, end)


def _plate(text: str, start: int, talked_of: bool) -> int | None:
    """Where a plate ends that begins here."""
    at, spelt = start, text[start] in PROVINCES
    named = spelt or (not text[start].isascii() and set(sounds_of(text[start]).sounds.tolist()) <= PROVINCE_SOUNDS)
    if named:
        at = _past(text, start + 1)
    elif not talked_of or not text[start].isascii() or text[start - 1 : start].isascii() and text[start - 1].isalnum():
        return None
    letter = _letter(text, at)
    if letter is None or not (talked_of or (named and text[at].isascii())):
        return None
    end = _tail(text, letter[1])
    return None if end and not spelt and digits_of(text[letter[1] : end]) == HOTLINE else end


def _tail(text: str, at: int) -> int | None:
    """Where five or six signs end; ``None`` when there are fewer, or more."""
    signs, ends = "", []
    while len(signs) <= ELECTRIC and (sign := _sign(text, _past(text, at))):
        at = sign[1]
        signs += sign[0]
        ends.append(at)
    if len(signs) > ELECTRIC and _sign(text, _past(text, ends[TAIL - 1])) and signs[:7].isdigit():
        return None
    electric = signs[:ELECTRIC]
    n = ELECTRIC if len(electric) == ELECTRIC and (electric[0].isalpha() or electric[-1].isalpha()) else TAIL
    plate = signs[:n]
    if len(plate) < n or sum(c.isalpha() for c in plate) > MOST_LETTERS:
        return None
    return ends[n - 1]


def _past(text: str, at: int) -> int:
    """Behind one pause."""
    pause = BETWEEN.match(text, at)
    return pause.end() if pause else at


def _sign(text: str, at: int) -> Sign | None:
    if at < len(text) and (text[at].isdigit() or text[at] in DIGITS):
        return str(DIGITS.get(text[at], text[at])), at + 1
    return _letter(text, at)


def _letter(text: str, at: int) -> Sign | None:
    """A letter, written or named."""
    if at >= len(text):
        return None
    if text[at].isascii():
        return (text[at].upper(), at + 1) if text[at].isalpha() else None
    for n in range(min(LONGEST_NAME, len(text) - at), 0, -1):
        spelt = text[at : at + n]
        if not spelt.isascii() and (letter := LETTER_OF.get(tuple(int(s) for s in sounds_of(spelt).sounds))):
            return letter, at + n
    return None
