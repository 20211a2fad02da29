"""The one text normaliser, for matching, for search and for error rates.

``normalise`` keeps a map back to the original, because a quote always shows what the engine wrote. ``canonical`` goes
further, for comparing two texts: it also writes every spoken number in digits.
"""

import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache

import opencc

from callqa.numerals import DIGITS, NUMERALS, in_digits, number_value, plain_decimal

NUMBER = re.compile(f"[{NUMERALS}]+")
POINT = re.compile(r"(?<=\d)[.:．：](?=\d)")
LARGE_DECIMAL = re.compile(f"[{NUMERALS}]+点[{''.join(DIGITS)}0-9]+[万亿]+")
PARTICLE = re.compile(
    "(?<![显顯卓昭土编編原专專译譯巨名合遗遺拙撰彰知])(?<!(?<![讨討谈談议議辩辯争爭评評])[论論])著"
    "(?!名(?![字单單额額片])|作(?![响響声聲])|[称稱述者]|[录錄][规規项項]|[书書]立|有《)"
)
"""著 where simplified script writes 着 (抬著, 执著), which no converter does; in 著名, 显著 and the like it stays."""


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
    for index, original in enumerate(PARTICLE.sub("着", text) if "著" in text else text):
        for character in _normal_character(original):
            characters.append(character)
            offsets.append(index)
    return NormalText("".join(characters), tuple(offsets))


def canonical(text: str) -> str:
    """Normalised text with numbers in digits, however they were spoken or written; for comparing texts.

    Decimals and times keep their point as 点: 3.5 and 三点五 are 3点5, 10:30 and 十点半 are 10点30, 3.5万 is 35000.

    >>> canonical("一百二十六块，电话幺三八"), canonical("126块，电话138")
    ('126块电话138', '126块电话138')
    """
    percent = re.sub(r"(?<![0-9.])((?=\.*[0-9])[0-9.]+)\s*[%％]", r"百分之\1", text)
    plain = normalise(POINT.sub("点", percent)).text
    whole = LARGE_DECIMAL.sub(_in_full, plain)
    digits = NUMBER.sub(lambda match: in_digits(match[0]), whole)
    return re.sub("(?<=[0-9]点)半", "30", digits)


def _in_full(decimal: re.Match[str]) -> str:
    value = number_value(decimal[0])
    return decimal[0] if value is None else plain_decimal(value)


def simplified(text: str) -> str:
    """The text in simplified script, word by word (乾燥 becomes 干燥, 乾隆 stays; 抬著 becomes 抬着, 著名 stays)."""
    return PARTICLE.sub("着", _converted(text))


def _converted(text: str) -> str:
    return str(_converter().convert(text))


@lru_cache(maxsize=1)
def _converter() -> opencc.OpenCC:
    return opencc.OpenCC("t2s")  # tw2s would mend 抬著, but reads 么 as 幺


@lru_cache(maxsize=65536)
def _normal_character(character: str) -> str:
    folded = unicodedata.normalize("NFKC", character).lower()
    return "".join(_converted(c) for c in folded if c.isalnum())
