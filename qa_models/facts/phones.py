"""Telephone numbers followed through a call to their last value, and the one in the ticket compared with them."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from callqa.types import FieldMismatch, Role, Turn
from qa_models.facts.cues import answer_to, corrects, denies
from qa_models.facts.dictation import MOBILE, Dictated, common_digits, dictated, independent
from qa_models.facts.mismatch import Place, shown

FIELD = "contact_phone"
TAIL = re.compile("(?:尾号|最后|末尾|末|后)(?:是|的|那|[两三四五]位|数|,|，)*$")
HEAD = re.compile("(?:前面|开头|前)(?:是|的|那|[三四七]位|,|，)*$")
MIDDLE = re.compile("中间(?:是|的|那|[四两]位|,|，)*$")
OTHERS = re.compile(
    "(?:物业|他们|他的|她的|对方|店里|店家|商家|公司|居委|派出所|单位|经理|房东|中介|老板|您可以[打拨]|[拨打]打?|热线)"
    "[^，。,.]{0,6}(?:电话|号码|手机|座机)?[^，。,.]{0,3}$|"
    "[他她](?:的|自己的?|本人的?|家的?)?(?:电话|号码|手机)[^。]{0,8}$"
)
DISPLAY = re.compile(
    "(?:来电|现在)的?(?:号码|电话|手机)|这个(?:号码|手机|电话(?!不是|(?:算是?)?白打|打[了过进]|里|的(?:事|内容)|我?一?挂))|"
    "(?:号码|电话|手机)就?(?:是|用)?(?:这个|现在)|本机|打进来的"
)
ALIKE = 4  # digits two wordings of one number may differ in
MOBILE_LENGTH = 11
WELL_ENOUGH = 0.8  # confidence of a turn
SHORTEST = 7  # digits of a telephone number


@dataclass
class Telephone:
    """One number of the call and what became of it."""

    value: str
    dictations: list[Dictated]
    """Where ``value`` was said, in order."""
    accepted: set[str] = field(default_factory=set)
    """Other values that were heard or agreed on and never taken back."""
    retracted: set[str] = field(default_factory=set)

    @property
    def places(self) -> list[Place]:
        return [place for dictation in self.dictations for place in dictation.places]

    @property
    def may_be_callers(self) -> bool:
        """Whether it can be the citizen's: said by them or confirmed to them, and not called somebody else's."""
        first = self.dictations[0].places[0]
        return not OTHERS.search(first.turn.text[: first.start])

    def become(self, value: str, dictation: Dictated, *, instead: bool) -> None:
        if value == self.value:
            self.dictations.append(dictation)
            return
        (self.retracted if instead else self.accepted).add(self.value)
        self.accepted.discard(value)
        self.value, self.dictations = value, [dictation]


def telephones(turns: Sequence[Turn], spoken: Iterable[Dictated] | None = None) -> tuple[Telephone, ...]:
    """The numbers of a call, each with its last value."""
    turns = tuple(turns)
    numbers: list[Telephone] = []
    for dictation in dictated(turns) if spoken is None else spoken:
        last = numbers[-1] if numbers else None
        if dictation.whole:
            _whole(dictation, numbers, turns)
        elif last is not None and len(dictation.digits) <= len(last.value):
            _part(dictation, last, turns)
    return tuple(numbers)


def _whole(dictation: Dictated, numbers: list[Telephone], turns: tuple[Turn, ...]) -> None:
    same = next((t for t in reversed(numbers) if _alike(t.value, dictation.digits)), None)
    if same is None:
        same = numbers[-1] if numbers and _takes_back(dictation, numbers[-1], turns) else None
    if same is None:
        numbers.append(Telephone(dictation.digits, [dictation]))
    elif same.value == dictation.digits:
        same.dictations.append(dictation)
    elif dictation.role == "agent":
        _read_back(dictation, same, turns)
    else:
        same.become(dictation.digits, dictation, instead=_takes_back(dictation, same, turns))


def _read_back(dictation: Dictated, number: Telephone, turns: tuple[Turn, ...]) -> None:
    """The agent reads another number than was said: what the citizen answers decides, and what was said before."""
    if number.dictations[-1].role == "agent" and corrects(_before(dictation)):
        number.become(dictation.digits, dictation, instead=True)
        return
    answer = answer_to(dictation.places[-1].turn, turns)
    if answer is not None and denies(answer):
        number.retracted.add(dictation.digits)
    else:
        number.accepted.add(dictation.digits)


def _part(dictation: Dictated, number: Telephone, turns: tuple[Turn, ...]) -> None:
    """Some digits said again: a correction replaces them, anything else only supports the number or says nothing."""
    value = _spliced(number.value, dictation)
    if value == number.value:
        if len(dictation.digits) >= 3:
            number.dictations.append(dictation)
        return
    if value is None or number.may_be_callers is False:
        return
    if _takes_back(dictation, number, turns):
        number.become(value, dictation, instead=True)


def _spliced(value: str, dictation: Dictated) -> str | None:
    """The number with the dictated digits put where they were said to stand, or where they fit best."""
    part, before = dictation.digits, _before(dictation)
    n = len(part)
    if TAIL.search(before):
        start = len(value) - n
    elif HEAD.search(before):
        start = 0
    elif MIDDLE.search(before):
        start = 3
    else:
        if n < 3:
            return None
        fits = [(sum(a != b for a, b in zip(value[i:], part, strict=False)), -i) for i in range(len(value) - n + 1)]
        worst, at = min(fits)
        if worst > n // 2:
            return None
        start = -at
    return value[:start] + part + value[start + n :]


def _takes_back(dictation: Dictated, number: Telephone, turns: tuple[Turn, ...]) -> bool:
    """Whether words of correction lie between what was said before and this."""
    last, first = number.dictations[-1].places[-1], dictation.places[0]
    if last.turn.index == first.turn.index:
        return corrects(first.turn.text[last.end : first.start])
    between = [
        t
        for t in turns
        if last.turn.index < t.index < first.turn.index and (t.role == dictation.role or dictation.role == "agent")
    ]
    own_words = first.turn.text[: first.start]
    rest = last.turn.text[last.end :] if last.turn.role == dictation.role else ""
    return corrects(own_words) or denies(first.turn) or any(corrects(t.text) for t in between) or corrects(rest)


def _before(dictation: Dictated) -> str:
    return dictation.places[0].turn.text[: dictation.places[0].start]


def _alike(first: str, other: str) -> bool:
    if len(first) != len(other):
        longer, shorter = sorted((first, other), key=len, reverse=True)
        return longer.endswith(shorter) and len(shorter) >= SHORTEST
    return sum(a != b for a, b in zip(first, other, strict=True)) <= min(ALIKE, len(first) // 2 - 1)


def compare_phone(filed: str, turns: Sequence[Turn], *, expected: bool) -> list[FieldMismatch]:
    """The ticket's telephone number with those of the call. ``expected``: an empty field is a fault if one was said."""
    spoken = dictated(turns)
    numbers = telephones(turns, spoken)
    written = [digits for part in re.split("[/、,，;；]", filed) if len(digits := re.sub(r"\D", "", part)) >= SHORTEST]
    if not written:
        return _missing(numbers, turns) if expected and not filed.strip() else []
    mismatches = [_compare(number, numbers, spoken, turns) for number in written]
    return [m for m in mismatches if m]


def _missing(numbers: Sequence[Telephone], turns: Sequence[Turn]) -> list[FieldMismatch]:
    for number in numbers:
        roles: set[Role] = {dictation.role for dictation in number.dictations}
        if number.may_be_callers and "citizen" in roles:
            return [FieldMismatch(FIELD, "phone_missing", independent(number.dictations), shown(number.places))]
    return []


def _compare(
    filed: str, numbers: Sequence[Telephone], spoken: Sequence[Dictated], turns: Sequence[Turn]
) -> FieldMismatch | None:
    if agreeing := next((n for n in numbers if _agrees(filed, n)), None):
        callers = [n for n in numbers if n.may_be_callers and n is not agreeing]
        doubtful = not agreeing.may_be_callers and callers
        return FieldMismatch(FIELD, "phone_differs", False, shown(callers[0].places)) if doubtful else None
    if near := next((n for n in numbers if _alike(n.value, filed) or filed in n.retracted), None):
        sure = (independent(near.dictations) or _unopposed(near, filed, spoken)) and filed not in near.accepted
        return FieldMismatch(FIELD, "phone_differs", sure, shown(near.places))
    return _compare_parts(filed, spoken) or _compare_others(filed, numbers, turns)


def _unopposed(number: Telephone, filed: str, spoken: Sequence[Dictated]) -> bool:
    """Whether a mobile number heard once stands alone: engines lose digits, and very rarely make eleven others."""
    parts = [part.digits for part in spoken if not part.whole and len(part.digits) >= SHORTEST - 1]
    mobile = MOBILE.fullmatch(number.value) is not None and all(
        len(dictation.digits) == MOBILE_LENGTH for dictation in number.dictations
    )
    heard_well = all(p.clear or (p.turn.confidence or 0) >= WELL_ENOUGH for p in number.places)
    return (
        mobile and heard_well and all(common_digits(part, filed) <= common_digits(part, number.value) for part in parts)
    )


def _agrees(filed: str, number: Telephone) -> bool:
    if filed in number.retracted and filed != number.value:
        return False
    # The first group may not have been heard: 22045581 of 13722045581.
    return any(filed == v or filed.endswith(v) or _tail(filed, v) for v in (number.value, *number.accepted))


def _tail(first: str, other: str) -> bool:
    """The same landline with and without its area code."""
    longer, shorter = sorted((first, other), key=len, reverse=True)
    return len(shorter) >= SHORTEST and longer.startswith("0") and longer.endswith(shorter)


def _compare_parts(filed: str, spoken: Sequence[Dictated]) -> FieldMismatch | None:
    """Where no whole number was understood: a number with lost or added digits, or the last four."""
    for dictation in spoken:
        if len(dictation.digits) >= len(filed) - 2 and not dictation.whole and len(dictation.digits) >= SHORTEST:
            lost = abs(len(dictation.digits) - len(filed))
            common = common_digits(dictation.digits, filed)
            if common < min(len(dictation.digits), len(filed)) and common + lost >= len(filed) - ALIKE:
                return FieldMismatch(FIELD, "phone_differs", False, shown(dictation.places))
            if common == min(len(dictation.digits), len(filed)):
                return None
    tails = [part for part in spoken if not part.whole and 3 <= len(part.digits) <= 5 and TAIL.search(_before(part))]
    wrong = [tail for tail in tails if not filed.endswith(tail.digits)]
    if tails and len(wrong) == len(tails):
        places = [place for part in wrong for place in part.places]
        return FieldMismatch(FIELD, "phone_differs", independent(wrong), shown(places))
    return None


def _compare_others(filed: str, numbers: Sequence[Telephone], turns: Sequence[Turn]) -> FieldMismatch | None:
    """Another number than any of the call: a fault, unless the number on the display may have been taken."""
    callers = [n for n in numbers if n.may_be_callers and any(dictation.role != "agent" for dictation in n.dictations)]
    if not callers:
        return None
    displayed = any(DISPLAY.search(turn.text) for turn in turns if turn.role != "citizen")
    last = callers[-1]
    return FieldMismatch(FIELD, "phone_differs", independent(last.dictations) and not displayed, shown(last.places))
