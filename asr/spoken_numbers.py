"""Numbers that everybody at a hotline knows, mended by their sound where they are said.

A small engine writes 一二三次五十名服务热线 or 123450名服务热线 for 一二三四五市民服务热线, 三零腰腰 for 三零幺幺. What
stands beside a number tells what it is: the words behind a hotline's, the verb before an emergency number, 工号 or
号为您服务 around an agent's. A digit that was written is never made another one: it may be what was said. Nothing is
added, and nothing left out but a stroke within a hotline's number (123-450名服务热线), so each word keeps its times.
"""

import re
from collections.abc import Iterator, Sequence
from functools import lru_cache

import numpy as np
import numpy.typing as npt

from asr.hotwords import sounds_of
from callqa.numerals import DIGITS
from callqa.syllables import CLOSE, DIGIT_READINGS, NEAR, distances, sound_of

HOTLINE = "12345"
EMERGENCY = ("110", "119", "120")
SHORTEST_HOTLINE = 4  # digits; shorter numbers are mended behind 打 and its like alone
NAMES = (
    "市民服务热线", "市民热线", "政务服务便民热线", "政务服务热线", "政务热线", "便民服务热线", "便民热线",
    "政府服务热线", "政府热线", "服务热线", "热线", "服务平台",
)  # fmt: skip
"""What a hotline's number is followed by; the longest first that may be taken for another."""
DIALLED = re.compile("(?:拨打|拨|打(?:一下|个|了|过|的)?|报|呼叫|叫|接通|联系|致电)(?:这个)?$")
ANNOUNCED = re.compile(f"(?:上海|浦东|我们|这里是|这是|我是|{DIALLED.pattern})$")
AGENT_ENDS = re.compile("[，。？！、,.?! ]|号|[为位][您你]|很高兴|请问|竭诚|话务|坐席|客服|$")
AGENT_ROLE = re.compile("号(?=话务|坐席|接线|客服|工作人员|[为位][您你]服务|很高兴|竭诚)")
AGENT_LINK = re.compile("(?:就?是|[：:，, ])?")
AGENT_BEGINS = re.compile("(?:^|[，。？！、,.?! ]|[线是])$")
AGENT_DIGITS = range(6, 2, -1)
AGENT_NUMBER = "工号"
STROKE = re.compile("(?<=[0-9])[-‐-―－](?=[0-9])")
NO_DIGIT = frozenset("是已以就吧把起也要有又让而")
"""Words that stand before or after a number more often than they are a digit of it misspelt."""

SPOKEN = tuple((DIGIT_READINGS[d], d) for d in DIGIT_READINGS) + (("yao", "1"),)
SOUNDS = np.array([sound_of(reading) for reading, _ in SPOKEN])
VALUES = "".join(digit for _, digit in SPOKEN)
CHINESE = "零一二三四五六七八九"
SHI = sound_of("shi")


class SpokenNumbers:
    """The numbers of one hotline."""

    def __init__(self, numbers: Sequence[str] = ()) -> None:
        """``numbers``: the hotline's own, in digits, beside `HOTLINE` and `EMERGENCY`."""
        known = dict.fromkeys((HOTLINE, *EMERGENCY, *numbers))
        self._hotlines = [number for number in known if len(number) >= SHORTEST_HOTLINE]
        self._short = [number for number in known if len(number) < SHORTEST_HOTLINE]

    def mend(self, text: str) -> str:
        """``text`` with these numbers as they were meant; as long as before."""
        if not any(map(_digit_of, text)):
            return text
        heard = _Heard(text)
        for number in self._hotlines:
            heard.mend_hotline(number)
        for number in self._short:
            heard.mend_short(number)
        heard.mend_agents()
        return heard.text

    def strokes(self, text: str) -> tuple[int, ...]:
        """Where a stroke stands in a hotline's number, as if that were somebody's; its name has to stand behind it."""
        return tuple(match.start() for match in STROKE.finditer(text) if self._divides(text, match.start()))

    def _divides(self, text: str, at: int) -> bool:
        mended = self.mend(text[:at] + text[at + 1 :])
        digits = "".join(_digit_of(c) or " " for c in mended)
        return any(
            digits.startswith(number, start) and mended.startswith(NAMES, start + len(number))
            for number in self._hotlines
            for start in range(max(at - len(number) + 1, 0), at)
        )


class _Heard:
    """A text, and which digits its characters may be by their sound."""

    def __init__(self, text: str) -> None:
        self.text = text
        sounds = sounds_of(text)
        self._digit = [_digit_of(c) for c in text]
        self._apart = distances()[sounds[:, None], SOUNDS]
        """Shape (n_characters, n_readings): how far each character is from each reading of a digit."""
        tens = [i for i in range(1, len(text)) if text[i] == "0" and self._digit[i - 1]]
        sounds[tens] = SHI  # 50名 is 五十名
        self._sounds = sounds

    def mend_hotline(self, number: str) -> None:
        for start in range(len(self.text) - len(number) + 1):
            end = start + len(number)
            if not self._fits(number, start, NEAR, (len(number) + 1) // 2) or self._is_digit(start - 1):
                continue
            name = next((name for name in NAMES if self._sounds_like(name, end)), "")
            if name or (ANNOUNCED.search(self.text[:start]) and not self._is_digit(end)):
                self._write(start, self._spelt(number, start) + name)

    def mend_short(self, number: str) -> None:
        for start in range(1, len(self.text) - len(number) + 1):
            alone = not self._is_digit(start + len(number))
            if alone and self._fits(number, start, CLOSE, 1) and DIALLED.search(self.text[:start]):
                self._write(start, self._spelt(number, start))

    def mend_agents(self) -> None:
        """Numbers of agents, whoever they are: only their digits are known."""
        for start in self._agent_places():
            for length in AGENT_DIGITS:
                if AGENT_ENDS.match(self.text, start + length) and (number := self._digits(start, length)):
                    self._write(start, self._spelt(number, start))
                    break
        for role in AGENT_ROLE.finditer(self.text):
            for length in AGENT_DIGITS:
                start = role.start() - length
                if start >= 0 and AGENT_BEGINS.search(self.text[:start]) and (number := self._digits(start, length)):
                    self._write(start, self._spelt(number, start))
                    break

    def _agent_places(self) -> Iterator[int]:
        """Where numbers begin behind what sounds like 工号."""
        for start in range(len(self.text) - 2):
            if (self._sounds[start : start + 2] == _sounds(AGENT_NUMBER)).all():
                link = AGENT_LINK.match(self.text, start + 2)
                yield link.end() if link else start + 2

    def _digits(self, start: int, length: int) -> str:
        """The number that stands there, if each character is or sounds like a digit, and half of them are; else ""."""
        if start + length > len(self.text):
            return ""
        places = range(start, start + length)
        if sum(bool(self._digit[i]) for i in places) < max(2, (length + 1) // 2):
            return ""
        if any(self.text[i] in NO_DIGIT for i in (places[0], places[-1])):
            return ""
        number = [self._digit[i] or self._alike(i) for i in places]
        return "".join(number) if all(number) else ""

    def _alike(self, i: int) -> str:
        """The digit that sounds as this character does."""
        nearest = int(self._apart[i].argmin())
        return VALUES[nearest] if self._apart[i, nearest] == 0 else ""

    def _fits(self, number: str, start: int, most: float, least_digits: int) -> bool:
        """Whether the number may stand there: what was written as a digit is its digit, the rest sounds alike."""
        places = range(start, start + len(number))
        if any(self._digit[i] and self._digit[i] != digit for i, digit in zip(places, number, strict=True)):
            return False
        if sum(bool(self._digit[i]) for i in places) < least_digits:
            return False
        others = [(i, digit) for i, digit in zip(places, number, strict=True) if not self._digit[i]]
        return sum(self._distance(i, digit) for i, digit in others) <= most

    def _distance(self, i: int, digit: str) -> float:
        return min(float(self._apart[i, k]) for k, value in enumerate(VALUES) if value == digit)

    def _sounds_like(self, words: str, start: int) -> bool:
        heard = self._sounds[start : start + len(words)]
        if len(heard) < len(words):
            return False
        apart = distances()[heard, _sounds(words)]
        return float(apart.max()) <= NEAR and float(apart.sum()) <= CLOSE * (len(words) - 1)

    def _is_digit(self, i: int) -> bool:
        return 0 <= i < len(self.text) and bool(self._digit[i])

    def _spelt(self, number: str, start: int) -> str:
        """The number in the digits that stand there already; 三零腰腰 becomes 三零一一, 30腰腰 3011."""
        there = self.text[start : start + len(number)]
        latin = any(c.isascii() for c, digit in zip(there, self._digit[start:], strict=False) if digit)
        return "".join(
            written if known else digit if latin else CHINESE[int(digit)]
            for written, known, digit in zip(there, self._digit[start:], number, strict=False)
        )

    def _write(self, start: int, piece: str) -> None:
        self.text = self.text[:start] + piece + self.text[start + len(piece) :]
        self._digit[start : start + len(piece)] = [_digit_of(c) for c in piece]


def _digit_of(character: str) -> str:
    """``"3"`` for 3 and 三; "" for what is no digit."""
    return character if character in DIGIT_READINGS else str(DIGITS[character]) if character in DIGITS else ""


@lru_cache(maxsize=64)
def _sounds(words: str) -> npt.NDArray[np.int64]:
    return sounds_of(words)
