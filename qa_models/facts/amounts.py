"""The figures of a ticket compared with those of the call: house numbers, sums, counts, plates."""

import re
from collections.abc import Sequence
from decimal import Decimal
from itertools import combinations

from callqa.numerals import in_digits_one_by_one
from callqa.types import FieldMismatch, Turn
from qa_models.facts.figures import ADDRESS, BARE, Figure, Said, compatible, figures
from qa_models.facts.mismatch import Place, established, shown

REASONS = {"place": "house_number_differs", "amount": "amount_differs"}
REWORDED = {"building": ("floor",), "floor": ("building",), "room": (), "lane": ()}
"""Classes that agents and citizens take for one another: 3楼 and 3号楼."""
LONG = 5  # digits of a number that counts nothing, at least
YEAR = 2  # digits of a year of the calendar, at least: 91年, 2024年
PROVINCES = "京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼"
SIGN = "[A-Za-z0-9零一二三四五六七八九幺]"
PLATE = re.compile(f"[{PROVINCES}][A-Za-z][\\s,，·.-]?{SIGN}(?:[\\s,，-]?{SIGN}){{4,5}}(?![0-9A-Za-z])")


def compare_figures(field: str, text: str, spoken: Sequence[Said]) -> list[FieldMismatch]:
    """Every figure of a ticket's field that the call contradicts by another of the same kind."""
    filed = [f for f in figures(PLATE.sub("", text)) if f.counts != BARE or field == "location" or _long(f)]
    return [m for figure in filed if (m := _compare(field, figure, filed, spoken))]


def _compare(field: str, figure: Figure, filed: Sequence[Figure], spoken: Sequence[Said]) -> FieldMismatch | None:
    valid = [s for s in spoken if not s.retracted]
    if any(_agrees(figure, s.figure) for s in valid) or _worked_out(figure, valid):
        return None
    rivals = [s for s in valid if _rivals(figure, s.figure) and not any(_agrees(f, s.figure) for f in filed)]
    if not rivals:
        return None
    at_a_place = figure.counts in ADDRESS or (figure.counts == BARE and not _long(figure))
    reason = REASONS["place" if at_a_place else "amount"]
    kinds = (BARE, *REWORDED.get(figure.counts, ()))
    elsewhere = any(s.figure.value == figure.value and s.figure.counts in kinds for s in valid)
    taken_back = any(s.retracted and s.figure.value == figure.value for s in spoken)
    groups = {s.figure.value: [r.place for r in rivals if r.figure.value == s.figure.value] for s in rivals}
    best = max(groups, key=lambda v: (established(groups[v]), _looks_like(figure.value, v), len(groups[v])))
    comparable = taken_back or len(groups) == 1 or _looks_like(figure.value, best)
    sure = established(groups[best]) and not elsewhere and comparable
    return FieldMismatch(field, reason, sure, shown(groups[best]))


def _agrees(filed: Figure, spoken: Figure) -> bool:
    if filed.counts == spoken.counts == "years" and _same_year(filed.value, spoken.value):
        return True
    if filed.value not in (spoken.value, spoken.digits):
        return False
    if compatible(filed.counts, spoken.counts) or spoken.counts in REWORDED.get(filed.counts, ()):
        return True
    return spoken.counts == BARE or (len(filed.value) > 2 and filed.counts in ADDRESS)


def _same_year(filed: str, spoken: str) -> bool:
    """1991年 and 九一年 are one."""
    longer, shorter = sorted((filed, spoken), key=len, reverse=True)
    return len(longer) == len("1991") and len(shorter) == len("91") and longer.endswith(shorter)


def _long(figure: Figure) -> bool:
    """Whether this is the number of a document, a ticket or a device."""
    return figure.counts == BARE and len(figure.value) >= LONG and figure.value.isdigit()


def _rivals(filed: Figure, spoken: Figure) -> bool:
    if _long(filed):
        return _long(spoken) and len(filed.value) == len(spoken.digits) and _looks_like(filed.value, spoken.digits)
    if filed.counts in ("room", BARE):
        return (
            (spoken.counts == "room" or spoken.room)
            and len(spoken.digits) == len(filed.value)
            and len(filed.value) in (3, 4)
        )
    if filed.counts == "money" and spoken.counts == BARE:
        return _sum(spoken) and _looks_like(filed.value, spoken.value)
    if filed.counts == "years" and (len(filed.value) >= YEAR) != (len(spoken.value) >= YEAR):
        return False  # a year of the calendar, and a number of years
    return filed.counts == spoken.counts


def _sum(figure: Figure) -> bool:
    """Whether a number with nothing behind it may be a sum: 还有三千五."""
    return figure.counts == BARE and (figure.counted or (figure.digits == figure.value and len(figure.value) <= 5))


def _looks_like(first: str, other: str) -> bool:
    """One digit more, less or other, or the same digits in another order."""
    if sorted(first) == sorted(other):
        return True
    if len(first) == len(other):
        return sum(a != b for a, b in zip(first, other, strict=True)) == 1
    longer, shorter = sorted((first, other), key=len, reverse=True)
    return len(longer) - len(shorter) == 1 and any(longer[:i] + longer[i + 1 :] == shorter for i in range(len(longer)))


def _worked_out(filed: Figure, spoken: Sequence[Said]) -> bool:
    """Whether an agent may have added, subtracted or multiplied figures of the call: 32节 less 7节 is 25节."""
    if filed.counts in ADDRESS or filed.counts == BARE:
        return False
    goal = Decimal(filed.value)
    bare = filed.counts == "money"
    of_kind = [
        Decimal(s.figure.value)
        for s in spoken
        if s.figure.counts == filed.counts or (bare and s.figure.counts == BARE and s.figure.counted)
    ]
    same = set(of_kind)
    others = {Decimal(s.figure.value) for s in spoken if s.figure.counts != BARE and len(s.figure.value) < 7}
    pairs = list(combinations(same, 2))
    if any(goal in (a + b, abs(a - b)) for a, b in pairs) or goal == sum(same):
        return True
    return sum(value * 2 == goal for value in of_kind) > 1 or any(a * b == goal for a in same for b in others if b > 1)


def compare_plates(field: str, text: str, turns: Sequence[Turn]) -> list[FieldMismatch]:
    """Number plates of a ticket's field with those of the call."""
    filed = [sign_value(match[0]) for match in PLATE.finditer(text)]
    if not filed:
        return []
    spoken = [Place(t, *match.span()) for t in turns if not t.flags for match in PLATE.finditer(t.text)]
    rivals = [p for p in spoken if sign_value(p.text) not in filed]
    if not rivals or all(value in {sign_value(p.text) for p in spoken} for value in filed):
        return []
    return [FieldMismatch(field, "amount_differs", established(rivals), shown(rivals))]


def sign_value(text: str) -> str:
    """A plate or the number of a document, without what stands between its signs."""
    return re.sub(r"\W", "", in_digits_one_by_one(text)).upper()
