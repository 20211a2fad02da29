"""Numbers that lead to somebody: telephones, identity and bank cards, plates, and any other long number."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

from callqa.number_rules import HALF_WIDTH, PHONE, TYPED_GAP, WRITTEN_DAY, in_groups
from callqa.personal import PersonalKind
from callqa.types import Turn
from qa_models.facts.dictation import LANDLINE, D, dictated, digits_of, segments
from qa_models.facts.mismatch import Place
from qa_models.personal.asked import ASKS_NUMBER, answers
from qa_models.personal.plates import plates

LONG = 7  # digits; nobody's number is shorter, and of a longer one nothing stays
SHORT = 3  # digits that are taken for a part of a number where one is being dictated
AROUND = 2  # turns after a number in which it is read back and mended
PUBLIC = re.compile("11[0-9]|12[0-9]|1[0-2][0-9]{3}|9[56][0-9]{3,4}")
"""Numbers that everybody may know: 110, 12345, 10086, 962777."""
LABEL = re.compile(
    "(?:电话|手机|号码|联系方式|座机|身份证|证件|证号|卡号|卡|账号|账户|社保|医保|微信|尾号|单号|编号|户号|车牌|牌照|车号|"
    "(?:最?后|末尾?|前|开头|中间)(?:面|的)?[一二两三四五六七八]?位?)(?:号码?|数)?(?:应该|就|的|[是为叫:：，,\\s])*$"
)
WORK_NUMBER = re.compile("(?:工号|坐席|客服|话务员|接线员)(?:号|应该|就|的|[是为叫:：，,\\s])*$")
AGENT_AFTER = re.compile("号?(?:为您|话务|坐席|接线|客服|很高兴|竭诚)")
CUES: tuple[tuple[PersonalKind, re.Pattern[str]], ...] = (
    ("id_number", re.compile("身份证|证件|证号")),
    ("bank_card", re.compile("银行卡|卡号|账号|账户|储蓄卡|信用卡")),
    ("plate", re.compile("车牌|牌照|车号|[这辆]车")),
    ("number", re.compile("单号|编号|户号|保单|合同号|订单|社保|医保")),
    ("phone", re.compile("电话|手机|座机|联系")),
)
RUN = re.compile(f"[{D}]{{{LONG},}}")
GAP = "[^。？?！!；;年月日号点分时元块路弄室楼栋十百千万亿个人名次天岁节件套条辆台棵]"
DIGIT = f"(?:[{D.replace('一', '')}]|一(?=[{D}])|(?<=[{D}])一)"  # 一共 is none
BROKEN = re.compile(f"{DIGIT}(?:{GAP}{{0,4}}?{DIGIT}){{3,}}")
"""Digits of which an engine wrote some as other words; one half of it and more are digits."""
GROUPS = re.compile(f"[{D}]+")
CLAUSES = re.compile("[，,。.、？?！!；;\\s]")
FEW = 3  # characters beside the digits: 是三七吧
CLAUSE_END = re.compile("[，,。.、？?！!；;\\s话码机是打]")
MOBILE_LENGTH = 11
ACCOUNT = re.compile("[A-Za-z0-9._+-]+@[A-Za-z0-9.-]+|(?:微信|QQ)号?(?:是|:|：)?[A-Za-z0-9_-]{5,}", re.IGNORECASE)
LAST_SIGN = re.compile("[\\s，,]*(?:[xXＸ叉]|[艾爱埃诶哎]克斯)")
ID_DIGITS = 18
CHECK_DIGITS, WEIGHTS = "10X98765432", tuple(pow(2, 17 - i, 11) for i in range(17))
BORN = re.compile("(?:19|20)[0-9]{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12][0-9]|3[01])")
CARD_DIGITS = range(16, 20)
LONGEST_PHONE = 12
MONEY = ("元", "块", "万")


def numbers(turns: Sequence[Turn], agent_id: str, filed: str) -> Iterator[tuple[PersonalKind, Place]]:
    """Every such number and its parts, over however many turns. ``filed``: the ticket's telephone number."""
    yield from (("plate", place) for place in plates(turns))
    typed = [(digits, place) for turn in turns for digits, place in _typed(turn)]
    turns = [_without_days(turn) for turn in turns]
    agent_digits = "".join(c for c in agent_id if c.isascii() and c.isdigit())
    asked = answers(turns, ASKS_NUMBER)
    known = {re.sub(r"\D", "", filed)}
    dictated_in: set[int] = set()
    for number in dictated(turns):
        places = (
            number.places
            if number.whole
            else [place for place in number.places if not _known_to_all(place, agent_digits)]
        )
        if number.whole or sum(len(digits_of(place.text)) for place in places) >= LONG:
            known.add(number.digits)
            dictated_in.update(place.turn.index for place in places)
            for group in _by_turn(places):
                yield _kind(group, number.digits, turns), _to_the_end(_widened(group))
    for turn in turns:
        for match in RUN.finditer(turn.text.translate(HALF_WIDTH)):
            dictated_in.add(turn.index)
            place = _widened(Place(turn, *match.span()))
            yield _kind(place, digits_of(match[0]), turns), place
    for digits, place in typed:
        known.add(digits)
        dictated_in.add(place.turn.index)
        yield _kind(place, digits, turns), place
    near = {i + step for i in dictated_in for step in range(-1, AROUND + 1)} | asked
    for turn in turns:
        parts = list(_parts(turn, turns, agent_digits, known, near))
        yield from parts
        near |= {turn.index + step for step in range(1, AROUND + 1) if parts}  # a dictation goes on
        if turn.confidence is not None:
            for place in _broken(turn, agent_digits, SHORT + 1 if turn.index in near else LONG):
                yield _kind(place, "", turns), place
        yield from (("number", Place(turn, *match.span())) for match in ACCOUNT.finditer(turn.text))


def _without_days(turn: Turn) -> Turn:
    """With other signs in the place of days, which are nobody's number."""
    return replace(turn, text=WRITTEN_DAY.sub(lambda day: "日" * len(day[0]), turn.text))


def _typed(turn: Turn) -> Iterator[tuple[str, Place]]:
    """Numbers between any strokes, 139/1234/5678. Sums are written so, too, so they must have a number's form."""
    text = turn.text.translate(HALF_WIDTH)

    def whole(digits: str, start: int) -> bool:
        landline = LANDLINE.fullmatch(digits) and LABEL.search(text[:start])
        return bool(PHONE.fullmatch(digits) or landline or (is_id_number(digits) and BORN.fullmatch(digits, 6, 14)))

    for hit in in_groups(text, TYPED_GAP, whole):
        if text[hit.end : hit.end + 1] not in MONEY:
            yield hit.value, _to_the_end(Place(turn, hit.start, hit.end))


def _known_to_all(place: Place, agent_digits: str) -> bool:
    """A hotline's number, or the one by which the agent is known here."""
    digits = digits_of(place.text)
    before, after = place.turn.text[: place.start], place.turn.text[place.end :]
    public = PUBLIC.fullmatch(digits) or WORK_NUMBER.search(before) or AGENT_AFTER.match(after)
    return bool(public) or (agent_digits != "" and digits == agent_digits)


def _by_turn(places: Sequence[Place]) -> Iterator[Place]:
    """One place for each turn, with the pauses between its groups."""
    for index in dict.fromkeys(place.turn.index for place in places):
        places_of_turn = [place for place in places if place.turn.index == index]
        yield Place(places_of_turn[0].turn, places_of_turn[0].start, places_of_turn[-1].end)


def _to_the_end(place: Place) -> Place:
    """With the X of an identity card."""
    more = LAST_SIGN.match(place.turn.text, place.end)
    return Place(place.turn, place.start, more.end()) if more else place


def _parts(
    turn: Turn, turns: Sequence[Turn], agent_digits: str, known: set[str], near: set[int]
) -> Iterator[tuple[PersonalKind, Place]]:
    """Digits said one by one that belong to a number: behind its name, near a dictation, or alike."""
    for segment in segments(turn):
        first, last, digits = segment.first, segment.last, segment.digits
        before = turn.text[: first.start]
        labelled = LABEL.search(before) and (len(digits) >= SHORT or turn.index in near)
        if not labelled and all(_known_to_all(group, agent_digits) for group in segment.groups):
            continue
        place = _to_the_end(Place(turn, first.start, last.end))
        part = len(digits) >= SHORT and any(digits in number for number in known)
        dictation = turn.index in near and (len(digits) >= SHORT or _alone(place, len(digits)))
        if part or dictation or labelled:
            yield _kind(place, digits, turns), place


def _broken(turn: Turn, agent_digits: str, least: int) -> Iterator[Place]:
    """What sounds like a dictated number of which some digits were misheard, and ``least`` were not."""
    for match in BROKEN.finditer(turn.text.translate(HALF_WIDTH)):
        n = len(re.findall(f"[{D}]", match[0]))
        groups = [Place(turn, match.start() + g.start(), match.start() + g.end()) for g in GROUPS.finditer(match[0])]
        mostly = 2 * n >= len(re.sub(r"\W", "", match[0])) and not all(
            _known_to_all(group, agent_digits) for group in groups
        )
        if n >= least and mostly and len(groups) > 1:
            yield _widened(Place(turn, *match.span()))


def _widened(place: Place) -> Place:
    """With the words beside it that may be the digits which a heard mobile number lacks."""
    text, start, end = place.turn.text, place.start, place.end
    missing = MOBILE_LENGTH - len(re.findall(f"[{D}]", place.text))
    if place.turn.confidence is None or not 0 < missing <= MOBILE_LENGTH - LONG:
        return place
    while start > max(place.start - missing, 0) and not CLAUSE_END.match(text[start - 1]):
        start -= 1
    while end < min(place.end + missing, len(text)) and not CLAUSE_END.match(text[end]):
        end += 1
    return Place(place.turn, start, end)


def _alone(place: Place, n: int) -> bool:
    """Whether next to nothing else is said in the clause, or nothing at all in the turn when it is a single digit."""
    before, after = place.turn.text[: place.start], place.turn.text[place.end :]
    if n == 1:
        return not any(c.isalnum() for c in before + after)
    return len(CLAUSES.split(before)[-1]) + len(CLAUSES.split(after)[0]) <= FEW


def _kind(place: Place, digits: str, turns: Sequence[Turn]) -> PersonalKind:
    """What the number is called in its turn or the one before, nearest first; else what its length makes likely."""
    earlier = [turn.text for turn in turns if turn.index == place.turn.index - 1]
    for text in (place.turn.text[: place.start], *earlier):
        spots = [(match.start(), kind) for kind, cue in CUES for match in cue.finditer(text)]
        if spots:
            return max(spots)[1]
    if is_id_number(digits):
        return "id_number"
    return "bank_card" if is_bank_card(digits) else "number" if len(digits) > LONGEST_PHONE else "phone"


def is_id_number(digits: str) -> bool:
    """Whether the check digit of GB 11643 is right; of 17 digits, which lack the X, whether a birthday is in them."""
    if len(digits) == ID_DIGITS:
        return digits[-1] == CHECK_DIGITS[sum(int(d) * w for d, w in zip(digits[:-1], WEIGHTS, strict=True)) % 11]
    return len(digits) == ID_DIGITS - 1 and BORN.fullmatch(digits, 6, 14) is not None


def is_bank_card(digits: str) -> bool:
    """Whether it has the length of a card's number and Luhn's check digit."""
    doubled = [int(d) * (1 + i % 2) for i, d in enumerate(reversed(digits))]
    return len(digits) in CARD_DIGITS and sum(d // 10 + d % 10 for d in doubled) % 10 == 0
