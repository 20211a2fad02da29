"""Numbers as people say and recognisers write them: 幺三八, 138, 一百二十六号, 1 3 8, each kind in one canonical form.

`find_numbers` is for comparing (does the ticket's telephone number occur in the call?), `written` for reading. Both
keep where each number stands, because a quote always shows what was said. Texts are in simplified script.

Words that merely contain a numeral (一下, 十分, 万一, 三心二意), approximations (七八个, 十几块) and a single 一 before
a measure word are no numbers.
"""

from dataclasses import dataclass

from callqa.number_rules import HALF_WIDTH, IDIOMS, RULES, Kind
from callqa.numerals import in_digits_one_by_one


@dataclass(frozen=True, slots=True)
class Number:
    """One number in a text."""

    kind: Kind
    value: str
    """Canonical, for comparing. phone 13812345678; identifier 3028; house 126号; date 2026-03-05, 2026-03, 2026,
    --03-05, --03 or ---05 (what was not said is left out); time 15:30 (24 hours when the part of the day was said);
    money, percent and count 2500 or 3.5."""
    start: int
    end: int
    spoken: str
    """``text[start:end]``, as it stands in the original."""
    written: str
    """The same in digits, for reading: 126号, 3点半, 2500块, 30%. A count of one character stays as it is: 两."""


@dataclass(frozen=True, slots=True)
class Written:
    """A text with its numbers in digits, and where each of its characters came from."""

    text: str
    origins: tuple[tuple[int, int], ...]
    """``origins[i]`` is the stretch of the original that became ``text[i]``; as long as ``text``. Digits that were said
    one by one have one character each (三零二八), a number that was rewritten (一百二十六) is one stretch."""

    def span(self, start: int, end: int) -> tuple[int, int]:
        """The stretch of the original that became ``text[start:end]`` (which must not be empty)."""
        return self.origins[start][0], self.origins[end - 1][1]


def find_numbers(text: str) -> tuple[Number, ...]:
    """All numbers of a text, in order, none overlapping."""
    plain = text.translate(HALF_WIDTH)
    taken = [match.span() for match in IDIOMS.finditer(plain)]
    numbers: list[Number] = []
    for kind, rule in RULES:
        for hit in rule(plain):
            if all(hit.end <= start or end <= hit.start for start, end in taken):
                taken.append((hit.start, hit.end))
                numbers.append(Number(kind, hit.value, hit.start, hit.end, text[hit.start : hit.end], hit.written))
    return tuple(sorted(numbers, key=lambda number: number.start))


def written(text: str) -> Written:
    """The text with its numbers in digits, for reading; all else stays as it is.

    >>> written("工号三零二八，下午三点半，欠我两千五百块").text
    '工号3028，下午3点半，欠我2500块'
    """
    pieces: list[str] = []
    origins: list[tuple[int, int]] = []
    last = 0
    for number in find_numbers(text):
        pieces += [text[last : number.start], number.written]
        origins += [(i, i + 1) for i in range(last, number.start)]
        if in_digits_one_by_one(number.spoken.translate(HALF_WIDTH)) == number.written:
            origins += [(i, i + 1) for i in range(number.start, number.end)]
        else:
            origins += [(number.start, number.end)] * len(number.written)
        last = number.end
    origins += [(i, i + 1) for i in range(last, len(text))]
    return Written("".join([*pieces, text[last:]]), tuple(origins))
