"""Addresses: house numbers with the road or estate before them, and the places that the ticket or the citizen names."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

from callqa.types import Turn
from qa_models.facts.figures import BARE, Figure, figures
from qa_models.facts.mismatch import Place
from qa_models.facts.places import ADDRESSES, AGREES, HEARD_AGREES, Name, Speech, is_name, names_in
from qa_models.personal.asked import ASKS_ADDRESS, answers
from qa_models.personal.digits import PUBLIC

GAP = 8  # characters between the parts of one address: 荷汀路268弄，叫荷汀雅苑，17号楼
APART = re.compile("[。？?！!；;]|[今昨明前]天|[上下这]个?(?:月|周|礼拜)|月|日期|因为|所以|但是")
ALWAYS = ("lane", "room")
BESIDE = ("unit", "floor", "phase", "group")
"""Classes that number other things, too: 2楼 is any floor."""
PARTS = (*ALWAYS, *BESIDE, "building", BARE)
STREETS = ("路", "街", "大道", "公路", "支路", "巷", "大街")
BLOCK = re.compile("(?:号楼|号院|号门|[栋幢])$")
ANY_BLOCK = re.compile("[一两][栋幢座]")
DAY_AFTER = re.compile(
    "早|上午|中午|下午|晚|夜|凌晨|那[天晚]|当[天晚]|开始|起|以[前后]|之[前后]|就|去|打|来|[到至]|线|窗|桌|柜|桥"
)
DAY_BEFORE = re.compile("[月周]份?$")
ROOM_AFTER = re.compile("[\\s，,]*[0-9零一二三四五六七八九幺]{3,4}(?![0-9零一二三四五六七八九幺])")
ROOM_DIGITS = (3, 4)
DWELLS = re.compile("住(?:在|的是)?$")
OF_ROOM = re.compile("的?[一-龥]?(?:老师|先生|女士|阿姨|邻居|住户|业主|租户|那[家户])")
LIVES = re.compile(
    "住(?:在|的是|址是?)?|[我咱]们?家(?:是|在)?|家里?在|地址[是在]?|小区(?:名字)?(?:是|叫)|户口在|门牌(?:号)?(?:是)?"
)
REACH = 16  # characters after such words in which the place is named
ALONG = re.compile("[沿临靠过]")
BUS = re.compile("公?交?[0-9零〇一二三四五六七八九十百幺]+")
OFFICE = re.compile(
    "(?:中心|局|所|站|委|会|院|馆|园|校|学|场|厦|店|厂|行|司|街道|镇|区|市|路口|门口|对面|旁边?|附近|[东南西北侧面])$"
)


@dataclass(frozen=True, slots=True)
class Hints:
    """What is known of a turn's numbers from outside of it."""

    asked: bool
    """The turn answers a question for an address."""
    filed: frozenset[tuple[str, str]]
    """Value and class of the ticket's figures."""
    agent: str
    """The agent's number, which is no room."""


@dataclass(frozen=True, slots=True)
class Filed:
    """What the ticket's location holds."""

    names: frozenset[str]
    numbers: frozenset[tuple[str, str]]
    """Value and class."""


@lru_cache(maxsize=256)
def _ticket(location: str) -> Filed:
    names = {name.text for name in _named(location)}
    numbers = frozenset((figure.value, figure.counts) for figure in figures(location))
    return Filed(frozenset(names | set(_estates(location))), numbers)


def addresses(turns: Sequence[Turn], speech: Speech, agent_id: str, filed: str) -> Iterator[Place]:
    """Where an address stands; ``speech`` is that of the turns, ``filed`` the ticket's location."""
    asked = answers(turns, ASKS_ADDRESS)
    ticket = _ticket(filed)
    places: list[Place] = []
    for turn in turns:
        names, hints = _named(turn.text), Hints(turn.index in asked, ticket.numbers, agent_id)
        places += [Place(turn, start, end) for start, end in _numbered(turn.text, names, hints)]
        private = names if hints.asked else [name for name in names if _lived_in(turn.text, name)]
        places += [Place(turn, name.start, name.end) for name in private]
    yield from places
    wanted = ticket.names | {name.text for place in places for name in _named(place.text)}
    limit = HEARD_AGREES if any(turn.confidence is not None for turn in turns) else AGREES
    for name in sorted(wanted):
        yield from speech.find(name, limit * (len(name) - 1) / len(name))


def _named(text: str) -> list[Name]:
    return [
        n
        for n in names_in(text)
        if n.suffix in ADDRESSES and is_name(n.stem) and not ALONG.match(n.stem) and not BUS.fullmatch(n.stem)
    ]


def _estates(filed: str) -> Iterator[str]:
    """Names without a telling end before a house number: 佳信澜庭 of 瑞溪路佳信澜庭17号."""
    houses = [figure for figure in figures(filed) if figure.counts in (*ALWAYS, "building")]
    ends = [0, *(name.end for name in names_in(filed)), *(figure.end for figure in figures(filed))]
    for figure in houses:
        start = max(end for end in ends if end <= figure.start)
        text = re.sub(r"\W", "", filed[start : figure.start])
        if len(text) >= 3 and not OFFICE.search(text):
            yield text


def _lived_in(text: str, name: Name) -> bool:
    return any(match.end() <= name.start <= match.end() + REACH for match in LIVES.finditer(text))


def _numbered(text: str, names: Sequence[Name], hints: Hints) -> Iterator[tuple[int, int]]:
    """House numbers, each with the road, the estate and the numbers before it."""
    parts: list[tuple[int, int]] = []
    streets: list[int] = [name.end for name in names]
    ends = list(streets)
    for figure in figures(text):
        if figure.counts not in PARTS:
            continue
        before = streets if _plain(text, figure) else ends
        near = any(_beside(text, end, figure.start) for end in before)
        near = near or any(name.start == figure.end and name.suffix not in STREETS for name in names)
        if _is_part(text, figure, near, hints):
            starts = [name.start for name in names if _beside(text, name.end, figure.start)]
            parts.append((min([figure.start, *starts]), figure.end))
            ends.append(figure.end)
            if figure.counts in ("lane", "group"):
                streets.append(figure.end)
    yield from _joined(text, parts)


def _plain(text: str, figure: Figure) -> bool:
    """Whether it is a mere 18号, which may be a day, too."""
    return figure.counts == "building" and not BLOCK.search(text[figure.start : figure.end])


def _is_part(text: str, figure: Figure, near: bool, hints: Hints) -> bool:
    before, after = text[: figure.start], text[figure.end :]
    if figure.counts in ALWAYS:
        return not before.endswith("哪")
    if figure.counts == BARE:
        ordinary = (
            figure.counted
            or "点" in text[figure.start : figure.end]
            or figure.digits == hints.agent
            or PUBLIC.fullmatch(figure.digits)
        )
        private = figure.room or near or hints.asked or DWELLS.search(before) or OF_ROOM.match(after)
        return len(figure.digits) in ROOM_DIGITS and not ordinary and bool(private)
    if _plain(text, figure):
        day = DAY_AFTER.match(after) or DAY_BEFORE.search(before)
        known = near or hints.asked or ROOM_AFTER.match(after) or (figure.value, figure.counts) in hints.filed
        return not day and bool(known)
    if figure.counts == "building":
        return not ANY_BLOCK.fullmatch(text[figure.start : figure.end])
    return near or (hints.asked and figure.counts != "phase")


def _beside(text: str, end: int, start: int) -> bool:
    """Whether what stands between two parts leaves them one address."""
    return 0 <= start - end <= GAP and APART.search(text[end:start]) is None


def _joined(text: str, parts: Sequence[tuple[int, int]]) -> Iterator[tuple[int, int]]:
    last: tuple[int, int] | None = None
    for start, end in sorted(parts):
        if last and (start <= last[1] or _beside(text, last[1], start)):
            last = last[0], max(last[1], end)
        else:
            if last:
                yield last
            last = start, end
    if last:
        yield last
