"""The one text normaliser, for matching, for search and for error rates.

``normalise`` keeps a map back to the original, because a quote always shows what the engine wrote. ``canonical`` goes
further, for comparing two texts: it also writes every spoken number in digits.
"""

import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache

import opencc

DIGITS = dict(zip("〇零一二三四五六七八九幺两", (0, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 1, 2), strict=True))
UNITS = {"十": 10, "百": 100, "千": 1000, "万": 10**4, "亿": 10**8}
NUMBER = re.compile(f"[0-9{''.join(DIGITS)}{''.join(UNITS)}]+")


@dataclass(frozen=True, slots=True)
class NormalText:
    """Normalised text and where each of its characters came from."""

    text: str
    offsets: tuple[int, ...]
    """``offsets[i]`` is the index in the original of ``text[i]``; as long as ``text``."""

    def span(self, start: int, end: int) -> tuple[int, int]:
        """The stretch of the original that became ``text[start:end]`` (which must not be empty)."""
        return self.offsets[start], self.offsets[end - 1] + 1


def normalise(text: str) -> NormalText:
    """Simplified characters, half width, lower case; without spaces and punctuation.

    >>> normalise("您好，ＴＥＬ 工號3028。").text
    '您好tel工号3028'
    """
    characters: list[str] = []
    offsets: list[int] = []
    for index, original in enumerate(text):
        for character in _normal_character(original):
            characters.append(character)
            offsets.append(index)
    return NormalText("".join(characters), tuple(offsets))


def canonical(text: str) -> str:
    """Normalised text with numbers in digits, however they were spoken or written; for comparing texts.

    >>> canonical("一百二十六块，电话幺三八"), canonical("126块，电话138")
    ('126块电话138', '126块电话138')
    """
    percent = re.sub(r"([0-9.]+)\s*[%％]", r"百分之\1", text)
    return NUMBER.sub(lambda match: _in_digits(match[0]), normalise(percent).text)


def simplified(text: str) -> str:
    """The text in simplified script, word by word (乾燥 becomes 干燥, 乾隆 stays)."""
    return str(_converter().convert(text))


@lru_cache(maxsize=1)
def _converter() -> opencc.OpenCC:
    return opencc.OpenCC("t2s")  # tw2s would mend 抬著, but reads 么 as 幺


@lru_cache(maxsize=65536)
def _normal_character(character: str) -> str:
    folded = unicodedata.normalize("NFKC", character).lower()
    return "".join(simplified(c) for c in folded if c.isalnum())


def _in_digits(run: str) -> str:
    """One run of number characters. Units without a digit (千万, 万一) are words, not numbers, and stay."""
    if not any(c in UNITS for c in run):
        return "".join(c if c.isascii() else str(DIGITS[c]) for c in run)
    tokens: list[str] = re.findall(f"[0-9]+|[{''.join(DIGITS)}{''.join(UNITS)}]", run)
    if tokens[0] in UNITS and tokens[0] != "十":
        return tokens[0] + (_in_digits("".join(tokens[1:])) if tokens[1:] else "")
    return str(_value(tokens))


def _value(tokens: list[str]) -> int:
    """Value of a number with units: 二十三, 3万5, 一百零六, 十五.

    A digit after a unit of a hundred or more counts one unit lower, as it is said: 三千五 is 3500.
    """
    total = section = digit = 0
    last_unit = 1
    for token in tokens:
        if token in ("零", "〇"):
            last_unit = 1
        elif token in UNITS:
            unit = UNITS[token]
            if unit >= UNITS["万"]:
                total, section = total + (section + digit) * unit, 0
            else:
                section += (digit or 1) * unit
            digit, last_unit = 0, unit
        else:
            digit = digit * 10 ** len(token) + (int(token) if token.isascii() else DIGITS[token])
    colloquial = last_unit // 10 if last_unit >= UNITS["百"] and digit < 10 else 1
    return total + section + digit * colloquial
