"""Numbers with what they count or number: 18号, 402室, 6800元, 3个月. Followed through corrections and read-backs."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from callqa.number_rules import HALF_WIDTH, IDIOMS
from callqa.numerals import NUMERALS, UNITS, exact_digits, in_digits_one_by_one, number_value, plain_decimal
from callqa.types import Turn
from qa_models.facts.cues import CORRECTION, answer_to, denies
from qa_models.facts.dictation import HOMOPHONES
from qa_models.facts.mismatch import Place

CLASSES = {
    "building": "号楼|号院|号门|栋|幢|座|号(?!线|码|召|称|令|文|窗|柜|人)",
    "lane": "支弄|弄",
    "room": "室(?![一两二三]厅)",
    "unit": "单元",
    "floor": "楼(?![上下梯道栋])|层",
    "phase": "期(?![间限待望])",
    "group": "组|队",
    "money": "元|块(?!儿)(?:钱|多)?|万元|万块|美元",
    "months": "个多?月",
    "years": "年(?!级|轻)|周年",
    "days": "天(?!然)",
    "weeks": "个?(?:礼拜|星期)|周",
    "hours": "个?多?小时|个?钟头",
    "minutes": "分钟",
    "seconds": "秒",
    "area": "亩|平方米?|平米|个平方",
    "weight": "公斤|斤|吨",
    "length": "公里|米|厘米",
    "times": "次|趟|遍",
    "people": "名|位|个人|人|口人",
    "households": "户",
    "lessons": "节(?!日|能)",
    "vehicles": "辆|台",
    "trees": "棵",
    "pieces": "件|箱|袋|瓶|套|张|条|盏|根",
    "percent": "[%％]",
    "window": "号窗",
    "line": "号线",
    "bus": "路(?!口|边|灯|上|面|段|人|过|中|[一-龥]{0,2}公交站)",
    "table": "号桌|号柜",
}
TAIL = re.compile(f"(?P<tenths>[{NUMERALS}])(?![{NUMERALS}十百千万亿点个号年月日天])")
"""What is said behind the unit, without one of its own: 三十六块五, 一米八, 三公斤八."""
TAILED = ("money", "weight", "length")
UNIT = re.compile("(?P<more>多|余|几|来)?(?:" + "|".join(f"(?P<{name}>{unit})" for name, unit in CLASSES.items()) + ")")
COUNTED = ("people", "pieces", "vehicles", "trees", "households", "times")
"""Of these 一 is an article: 一名老太太 counts nobody."""
ADDRESS = ("building", "lane", "room", "unit", "floor", "phase", "group")
BARE = ""
"""The class of a number with nothing behind it: 十八号四零二."""
H = "".join(HOMOPHONES).replace("期", "")  # 三期十六栋 counts phases
RUN = re.compile(
    f"(?:[0-9]{{1,3}}(?:,[0-9]{{3}})+|[{NUMERALS}](?:[{NUMERALS}]|"
    f"[{H}](?=[{NUMERALS}]))*)(?:[.点][{NUMERALS}]+)?[万亿]?"
)
VAGUE = re.compile("另外?$|另有$|其余$|其他$|[几数多]$|[好大]$|第$|星期$|礼拜$|周$")
DATE_BEFORE = re.compile("月$|月份$")
DATE_AFTER = re.compile("月(?!饼|子)|点(?!多钱)|[:：][0-9]|年级")
NOT_THIS = re.compile("(?<!是)不是(?!说)(?:那个|在|叫)?$")
NEXT = 14  # characters after a correction in which the right number follows


@dataclass(frozen=True, slots=True)
class Figure:
    """A number in a text: 18 building, 6800 money."""

    value: str
    counts: str
    """A key of `CLASSES`, or `BARE`."""
    start: int
    end: int
    digits: str
    """As written one by one, for 四零二 without a unit."""
    counted: bool = False
    """It was said as a number and not digit by digit: 三百九十八."""
    room: bool = False
    """It stands right behind a house number: 十八号四零二."""


@dataclass(frozen=True, slots=True)
class Said:
    """A figure of a call."""

    figure: Figure
    place: Place
    retracted: bool

    @property
    def role(self) -> str:
        return self.place.turn.role


def figures(text: str) -> tuple[Figure, ...]:
    """All numbers of a text, in order, except approximations, idioms and words that merely hold a numeral."""
    plain = text.replace("，", "、").translate(HALF_WIDTH)  # only a half-width comma groups thousands
    idioms = [match.span() for match in IDIOMS.finditer(plain)]
    figures: list[Figure] = []
    for match in RUN.finditer(plain):
        if any(_within(match, a, b) for a, b in idioms) or VAGUE.search(plain[: match.start()]):
            continue
        if DATE_BEFORE.search(plain[: match.start()]) or DATE_AFTER.match(plain, match.end()):
            continue
        unit = UNIT.match(plain, match.end())
        counts = "percent" if plain[: match.start()].endswith("百分之") else unit.lastgroup or BARE if unit else BARE
        run = "".join(str(HOMOPHONES.get(c, c)) for c in match[0])
        value = _value(run)
        if value is None or (counts == BARE and len(run) == 1 and not run.isascii()):
            continue
        if counts in COUNTED and run == "一":
            continue
        end = unit.end() if unit else match.end()
        if counts in TAILED and "." not in value and (tail := TAIL.match(plain, end)) and plain[end - 1 : end] != "元":
            value, end = f"{value}.{in_digits_one_by_one(tail['tenths'])}", tail.end()
        room = counts == BARE and bool(figures) and _follows(figures[-1], plain, match.start())
        figures.append(Figure(value, counts, match.start(), end, in_digits_one_by_one(run), _counted(run), room))
    return tuple(figures)


def _within(match: re.Match[str], start: int, end: int) -> bool:
    """Whether an idiom takes part in a number; the 万一 of 一万一千二 does not."""
    return start < match.end() and match.start() < end and not match.start() < start


def _counted(run: str) -> bool:
    return any(c in UNITS for c in run)


def _follows(last: Figure, text: str, start: int) -> bool:
    return (
        last.counts in ("building", "unit", "lane")
        and re.fullmatch("[\\s，,、的]*", text[last.end : start]) is not None
    )


def _value(run: str) -> str | None:
    if not any(c in UNITS for c in run) and len(run) > 1 and "." not in run and "," not in run and "点" not in run:
        if run in ("两三", "三四", "四五", "五六", "六七", "七八", "八九", "一两", "一二"):
            return None
        return in_digits_one_by_one(run)
    value = number_value(run)
    if value is not None:
        return plain_decimal(value)
    return exact_digits(run) if run.isascii() else None


def said_figures(turns: Sequence[Turn]) -> tuple[Said, ...]:
    """The figures of a call, in order, each with whether it was taken back."""
    turns = tuple(turns)
    places = [(f, Place(t, f.start, f.end)) for t in turns if not t.flags for f in figures(t.text)]
    gone = _denied(places, turns)
    return tuple(Said(figure, place, i in gone or _taken_back(i, places)) for i, (figure, place) in enumerate(places))


def _taken_back(i: int, places: list[tuple[Figure, Place]]) -> bool:
    """Within one turn: 十八号，不对，是八十号, or 不是十八号."""
    figure, place = places[i]
    text = place.turn.text
    if NOT_THIS.search(text[: figure.start]):
        return True
    for later, elsewhere in places[i + 1 : i + 3]:
        same_turn = elsewhere.turn.index == place.turn.index
        if same_turn and compatible(figure.counts, later.counts) and later.value != figure.value:
            between = text[figure.end : later.start]
            return len(between) <= NEXT and CORRECTION.search(between) is not None and "不是" not in between[-3:]
    return False


def _denied(places: list[tuple[Figure, Place]], turns: tuple[Turn, ...]) -> set[int]:
    """What the agent read back and the citizen denied by giving another figure, and the same said before.

    A denial without a figure takes back what only the agent had said.
    """
    gone: set[int] = set()
    for i, (figure, place) in enumerate(places):
        if place.turn.role != "agent":
            continue
        answer = answer_to(place.turn, turns)
        if answer is None or not denies(answer):
            continue
        instead = [f for f, p in places if p.turn.index == answer.index and compatible(figure.counts, f.counts)]
        by_citizen = [j for j, (f, p) in enumerate(places[:i]) if p.turn.role != "agent" and f.value == figure.value]
        if any(f.value != figure.value and _alike(f.value, figure.value) for f in instead):
            if not any(f.value == figure.value and not NOT_THIS.search(answer.text[: f.start]) for f in instead):
                gone |= {i, *by_citizen}
        elif not instead and not by_citizen:
            gone.add(i)
    return gone


def _alike(first: str, other: str) -> bool:
    return abs(len(first) - len(other)) <= 1


def compatible(first: str, other: str) -> bool:
    """Whether two figures can number the same thing; a bare number can be a room's, a building's or a lane's."""
    if first == other:
        return True
    pair = {first, other}
    return pair <= {BARE, "room"} or pair <= {BARE, "building"} or pair <= {BARE, "lane"}
