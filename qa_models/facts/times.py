"""Times of events: days, months, parts of the day and clock times, resolved against the day of the call."""

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from math import ceil, floor

from callqa.number_rules import HALF_WIDTH
from callqa.numerals import NUMERALS, exact_digits
from callqa.types import FieldMismatch, Turn
from qa_models.facts.mismatch import Place, established, shown

FIELD = "event_time"
N = f"[{NUMERALS}]{{1,4}}"
PARTS = {
    "dawn": "凌晨|后半夜",
    "night": "半夜|深夜|夜里|夜间|午夜",
    "morning": "清晨|早上|早晨|一早|大早|今早|上午|早高峰|早",
    "noon": "中午|午间|午饭",
    "afternoon": "下午|午后",
    "evening": "傍晚|晚上|今晚|昨晚|前晚|当晚|每晚|晚间|晚高峰|晚",
}
NEIGHBOURS = {
    "dawn": {"evening", "night", "dawn", "morning"},
    "night": {"evening", "night", "dawn", "morning"},
    "morning": {"dawn", "morning", "noon", "night"},
    "noon": {"morning", "noon", "afternoon"},
    "afternoon": {"noon", "afternoon", "evening"},
    "evening": {"afternoon", "evening", "night", "dawn"},
}
PART = re.compile("|".join(f"(?P<{name}>{words})" for name, words in PARTS.items()))
GREETING = re.compile("(?:早上|上午|中午|下午|晚上)好")
DAYS = {"大前": -3, "前": -2, "昨": -1, "今": 0}
YEARS = {"前": -2, "去": -1, "今": 0}
DAY = re.compile(
    "(?P<day>大前|前|昨|今)(?:天|日|晚|夜|早|儿)(?!起)|"
    f"刚才|刚刚|(?:几|十几|{N}|半)个?分钟(?:之|以)?前|(?:几|十几)个?(?:小时|钟头)(?:之|以)?前"
)
WEEKDAY = re.compile(
    "(?P<back>上上|上|这|本|每|下)?(?:一)?个?(?:周|星期|礼拜)(?P<day>[一二三四五六日天1-6末])(?!个|期)"
)
DATE = re.compile(
    f"(?:(?P<year>{N}|今|去|前)年)?(?P<month>{N})月(?:份|(?P<day>{N})[日号])?|"
    f"(?P<back>上个?|这个?|本|当)月(?P<only>{N})[日号]"
)
WRITTEN_DATE = re.compile("(?<![0-9])(?:20[0-9]{2}[-/.])?(1[0-2]|0?[1-9])[-/.](3[01]|[12][0-9]|0?[1-9])(?![0-9/-])")
"""As tickets have it; made 10月20日 before it is looked at."""
AGO = re.compile(f"(?P<n>{N}|半)(?P<more>多)?个?(?P<unit>天|周|礼拜|星期|月|小时|钟头)(?:之前|以前|前)")
HOLIDAY = re.compile(
    "国庆|中秋|春节|过年|元旦|五一(?=节|假|期间|劳动|那|前|后|的)|清明|端午|长假|假期|暑假|寒假|放假|除夕|元宵"
)
CLOCK = re.compile(
    f"(?<![{NUMERALS}.几:])(?P<hour>{N})(?:(?:点|时)(?:钟|整)?(?P<rest>半|[一三]刻|(?!多|左|多)(?:零|过)?{N}分?)?|"
    f"[:：](?P<minute>[0-5][0-9]))"
    "(?!儿|点|期|代|半[个天])(?P<about>多|左右|许|不到|差不多)?"
)
PAIR = re.compile(f"(?<![{NUMERALS}])([1-9]|1[0-9]|2[0-4])[、到至~-](?=[0-9]{{1,2}}[点时])")
ABOUT_HOURS = re.compile("[一两二三四五六七八九十]?(?:[一两]二|[一二两]三|三四|四五|五六|六七|七八|八九|九十)")
VAGUE_AFTER = re.compile("多|缺|差|左右|许|不到|前后|以后|之后|光景|样子")
VAGUE_BEFORE = re.compile(f"大概|大约|差不多|约|快|不到|将近|可能|好像|[差缺]{N}分(?:钟)?$")
SPAN = re.compile("月[^月]{0,4}[至到~—-]")
WANTED = re.compile("不要|希望|要求|应该|能不能|规定|工作日|答复|回复|联系您|再打|之内")
NOT_A_TIME = re.compile("办法|意见|要求|建议|问题|声音|希望|诉求|情况|原因|都|也|没|不")


@dataclass(frozen=True, slots=True)
class Moment:
    """A time in a text. Exactly one of the first four is set."""

    days: frozenset[date] = frozenset()
    """It was one of these."""
    month: int | None = None
    part: str = ""
    clock: int | None = None
    """Minutes after midnight; see ``half``."""
    half: bool = False
    """Whether morning and afternoon are known."""
    about: bool = False
    place: tuple[int, int] = (0, 0)


Timed = tuple[Moment, Place]


def moments(text: str, today: date) -> tuple[Moment, ...]:
    """All times of a text."""
    plain = GREETING.sub(lambda match: " " * len(match[0]), text.translate(HALF_WIDTH))
    return (*_days(plain, today), *_parts(plain), *_clocks(plain))


def _days(text: str, today: date) -> Iterable[Moment]:
    for match in DAY.finditer(text):
        offset = DAYS[match["day"]] if match["day"] else 0
        yield Moment(days=frozenset({today + timedelta(offset)}), place=match.span())
    for match in WEEKDAY.finditer(text):
        if match["back"] not in ("每", "下"):
            yield Moment(days=_weekdays(match["back"] or "", match["day"], today), place=match.span())
    for match in AGO.finditer(text):
        if days := _ago(match, today):
            yield Moment(days=days, about=True, place=match.span())
    for match in DATE.finditer(text):
        yield from _dates(match, today)


def _weekdays(back: str, day: str, today: date) -> frozenset[date]:
    monday = today - timedelta(today.weekday())
    numbers = (5, 6) if day == "末" else ("一二三四五六日天".index(day) if day in "一二三四五六日天" else int(day) - 1,)
    weeks = {"上": (1,), "上上": (2,), "": (0, 1)}.get(back, (0,))
    days = {monday + timedelta(min(n, 6) - 7 * week) for n in numbers for week in weeks}
    return frozenset(d for d in days if d <= today) or frozenset(days)


def _ago(match: re.Match[str], today: date) -> frozenset[date]:
    half, unit = match["n"] == "半", match["unit"]
    digits = "1" if half else exact_digits(match["n"])
    if digits is None:
        return frozenset()
    n = 0.5 if half else int(digits)
    per, slack = {"天": (1.0, 0), "月": (30.0, 5), "小时": (1 / 24, 0), "钟头": (1 / 24, 0)}.get(unit, (7.0, 2))
    middle = round(n * per, 2)
    if middle > 3650:
        return frozenset()
    more = 7 if per >= 1 else 1
    slack = max(round(slack * n) if unit == "月" else slack, 1 if middle > 3 else 0, more if match["more"] else 0)
    # Half a day or thirty hours may reach back a day more, whatever o'clock it is.
    first, last = max(floor(middle) - slack, 0), ceil(middle) + slack
    return frozenset(today - timedelta(k) for k in range(first, last + 1))


def _dates(match: re.Match[str], today: date) -> Iterable[Moment]:
    month, day = match["month"], match["day"] or match["only"]
    if match["only"]:
        first = today.replace(day=1)
        month = str(((first - timedelta(1)) if (match["back"] or "").startswith("上") else first).month)
    m = exact_digits(month) if month else None
    if m is None or not 1 <= int(m) <= 12:
        return
    d = exact_digits(day) if day else None
    if not day:
        yield Moment(month=int(m), place=match.span())
    elif d is not None:
        days = [
            moment_day
            for year in _years(match["year"], today)
            if (moment_day := _date(year, int(m), int(d))) is not None
        ]
        yield Moment(days=frozenset(days), place=match.span())


def _years(year: str | None, today: date) -> tuple[int, ...]:
    """The year that was said, 去 or 2025 or 二五; without one this and the last."""
    if year in YEARS:
        return (today.year + YEARS[year],)
    digits = exact_digits(year) if year else None
    if digits and len(digits) in (2, 4):
        return (int(digits) + (2000 if len(digits) == 2 else 0),)
    return today.year, today.year - 1


def _date(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None


def _parts(text: str) -> Iterable[Moment]:
    for match in PART.finditer(text):
        yield Moment(part=match.lastgroup or "", place=match.span())


def _clocks(text: str) -> Iterable[Moment]:
    part, last = "", -9
    for match in CLOCK.finditer(text):
        hour = exact_digits(match["hour"][-1] if ABOUT_HOURS.fullmatch(match["hour"]) else match["hour"])
        minute = match["minute"] or _minute(match["rest"] or "")
        if hour is None or minute is None or int(hour) > 24 or _no_time(match, text):
            continue
        near = list(PART.finditer(text, max(match.start() - 6, 0), match.start()))
        if near:
            part = near[-1].lastgroup or ""
        elif match.start() - last > 3:
            part = ""
        last = match.end()
        h = int(hour)
        known = h > 12 or (bool(part) and not (part in ("evening", "night") and h in (12, 1, 2, 3, 4, 5)))
        if known and h < 12 and (part in ("afternoon", "evening", "night") or (part == "noon" and h < 4)):
            h += 12
        elif part == "dawn" and h == 12:
            h = 0
        about = bool(match["about"] or VAGUE_BEFORE.search(text[max(match.start() - 5, 0) : match.start()]))
        about = about or VAGUE_AFTER.match(text, match.end()) is not None
        if ABOUT_HOURS.fullmatch(match["hour"]):
            yield Moment(clock=(h - 1) % 24 * 60, half=known, about=True, place=match.span())
        elif match["about"] == "多" and not match["rest"]:
            minute = "30"  # 十点多 is any time between ten and eleven
        yield Moment(clock=h % 24 * 60 + int(minute), half=known, about=about, place=match.span())


def _minute(rest: str) -> str | None:
    fixed = {"": "0", "半": "30", "一刻": "15", "三刻": "45"}
    if rest in fixed:
        return fixed[rest]
    digits = exact_digits(rest.removesuffix("分").lstrip("过零"))
    return digits if digits and int(digits) < 60 else None


def _no_time(match: re.Match[str], text: str) -> bool:
    """一点 is mostly "a bit"; a count of points to make is no time either."""
    if match["rest"] or match["minute"] or match["about"]:
        return False
    if match["hour"] in ("一", "两") and not PART.search(text[max(match.start() - 3, 0) : match.start()]):
        return match["hour"] == "一" or NOT_A_TIME.match(text, match.end()) is not None
    return NOT_A_TIME.match(text, match.end()) is not None and match["hour"] == "一"


def compare_time(filed: str, turns: Sequence[Turn], today: date) -> list[FieldMismatch]:
    """The ticket's time with the times of the call: clock times, days, months and parts of the day, each by itself."""
    wanted = moments(PAIR.sub(r"\1点到", WRITTEN_DATE.sub(r"\1月\2日", filed)), today)
    if not wanted:
        return []
    spoken = [(m, Place(t, *m.place)) for t in turns if not t.flags for m in moments(t.text, today)]
    spoken = [(m, place) for m, place in spoken if not _asked_for(place)]
    vague = any(HOLIDAY.search(t.text) for t in turns) or HOLIDAY.search(filed) is not None
    aspects = (
        _rivals([m for m in wanted if m.clock is not None], [s for s in spoken if s[0].clock is not None], _same_clock),
        _day_rivals(wanted, spoken, vague),
        _month_rivals(wanted, spoken, filed),
        _part_rivals(wanted, spoken),
    )
    for rivals in aspects:
        if groups := _grouped(rivals):
            best = max(groups, key=lambda places: (established(places), len(places)))
            return [FieldMismatch(FIELD, "time_differs", established(best), shown(best))]
    return []


def _grouped(rivals: Sequence[Timed]) -> list[list[Place]]:
    """Places where the same time was said."""
    groups: dict[object, list[Place]] = {}
    for m, place in rivals:
        groups.setdefault((m.days, m.month, m.part, m.clock), []).append(place)
    return list(groups.values())


def _asked_for(place: Place) -> bool:
    """Whether a time belongs to what is wanted: 早上七点以前不要放鞭炮."""
    clause = re.search("[^，,。？！；]*$", place.turn.text[: place.start])
    around = (clause[0] if clause else "") + re.split("[，,。？！；]", place.turn.text[place.end :])[0]
    return WANTED.search(around) is not None


def _rivals(wanted: Sequence[Moment], spoken: Sequence[Timed], same: Callable[[Moment, Moment], bool]) -> list[Timed]:
    """Where another time was said, if some wanted time was not."""
    if all(any(same(w, m) for m, _ in spoken) for w in wanted):
        return []
    return [(m, place) for m, place in spoken if not any(same(w, m) for w in wanted)]


def _same_clock(filed: Moment, spoken: Moment) -> bool:
    assert filed.clock is not None
    assert spoken.clock is not None
    day = 24 * 60 if filed.half and spoken.half else 12 * 60
    apart = (filed.clock - spoken.clock) % day
    return min(apart, day - apart) <= max(_slack(filed), _slack(spoken))


def _slack(moment: Moment) -> int:
    """Minutes that 左右 and 大概 leave open: half an hour of ten or half past ten, few of a quarter past ten."""
    assert moment.clock is not None
    if not moment.about:
        return 0
    return 30 if moment.clock % 30 == 0 else 15


def _day_rivals(wanted: Sequence[Moment], timed: Sequence[Timed], vague: bool) -> list[Timed]:
    days = [m for m in wanted if m.days]
    if not days or vague:
        return []
    spoken = [(m, place) for m, place in timed if m.days]
    spoken += [(m, place) for m, place in timed if m.month and any(d.month == m.month for w in days for d in w.days)]
    rivals = _rivals(days, spoken, _same_day)
    filed = {d.day for m in days for d in m.days}
    # An engine drops the 十 of 十一月: then only the day of the month tells.
    return [(m, p) for m, p in rivals if p.typed or not any(d.day in filed for d in m.days)]


def _same_day(filed: Moment, spoken: Moment) -> bool:
    if spoken.month:
        return any(d.month == spoken.month for d in filed.days)
    return bool(filed.days & spoken.days)


def _month_rivals(wanted: Sequence[Moment], timed: Sequence[Timed], filed: str) -> list[Timed]:
    """Months of the call that the ticket has not; 7月至9月 has the one between."""
    months = [m for m in wanted if m.month]
    rivals = _rivals(months, [s for s in timed if s[0].month], lambda a, b: a.month == b.month)
    if len(months) > 1 and SPAN.search(filed):
        first, last = (months[i].month or 0 for i in (0, -1))
        rivals = [(m, place) for m, place in rivals if not first <= (m.month or 0) <= last]
    return rivals


def _part_rivals(wanted: Sequence[Moment], timed: Sequence[Timed]) -> list[Timed]:
    parts = {m.part for m in wanted if m.part}
    spoken = [(m, place) for m, place in timed if m.part]
    near = set().union(*(NEIGHBOURS[part] for part in parts)) if parts else set()
    if not parts or any(m.part in near for m, _ in spoken):
        return []
    return spoken
