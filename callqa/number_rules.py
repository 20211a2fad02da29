"""The rules by which `callqa.numbers` finds each kind of number. Each takes a whole text and gives what it found."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from decimal import Decimal
from itertools import pairwise
from typing import Literal

from callqa.numerals import NUMERALS, exact_digits, in_digits, number_value, plain_decimal

Kind = Literal["phone", "identifier", "house", "date", "time", "money", "percent", "count"]


@dataclass(frozen=True, slots=True)
class Hit:
    """What a rule found."""

    value: str
    start: int
    end: int
    written: str


HALF_WIDTH = str.maketrans("０１２３４５６７８９．：％，－／", "0123456789.:%,-/")
D = "[0-9〇零一二三四五六七八九幺]"
N = f"[{NUMERALS}]+"
ONE_WORD = "(?:一[直下个些起般定会再共样切边旦向时律块家位次天年路群堆点]|两[个位家次天年])"
NUMBER = f"(?:[0-9]{{1,3}}(?:,[0-9]{{3}})+(?![0-9,])|{N}(?:[.点](?!{ONE_WORD}){N})?)"
START = f"(?<![{NUMERALS}.点几])(?!(?<=(?<![人户分次])数)十)"  # 几十, 数十
PAUSE = r"[\s,、。.\-—嗯呃哦]"
BETWEEN_DIGITS = r"\s()（）+\-‐-―−－.．·・•‧,，、:：/／∕\\＼|｜_＿~～\u200b-\u200f\u202a-\u202e"
"""What may stand between the digits of one number as people type it (139/1234/5678), marks that nobody sees included.

For use in the character class of an expression.
"""
SPOKEN_GAP, TYPED_GAP = re.compile(f"{PAUSE}{{1,3}}"), re.compile(f"[{BETWEEN_DIGITS}]+")
IDIOMS = re.compile(
    "(?<![点二三四五六七八九])十分(?![钟之])|万[一分能]|(?<![0-9一二三四五六七八九两十百几])千万|百分百|双十[一二]|五角场|"
    "三心二意|不三不四|乱七八糟|七上八下|五花八门|四面八方|千方百计|九牛一毛|一五一十|三番[五两]次|三天两头|三更半夜|五颜六色|"
    "七嘴八舌|八九不离十|十全十美|一刀两断|一举两得|三言两语|颠三倒四|丢三落四|朝三暮四|低三下四|推三阻四|四分五裂|四通八达|"
    "五湖四海|七零八落|千家万户|成千上万|万无一失|一清二楚|一干二净|一心一意|独一无二|数一数二|一来二去|三三两两|接二连三|"
    "隔三差五|一问三不知|说一不二|三七二十一|(?<![零一二三四五六七八九幺0-9])七七八八(?![零一二三四五六七八九幺0-9])|三六九等|四二一家庭|一点半点|"
    "(?:星期|礼拜)[一二三四五六]+|周[一二三四五六]{2,}"
)

PHONE = re.compile(r"1[3-9][0-9]{9}|0(?:10|2[0-9])[2-9][0-9]{7}|0[3-9][0-9]{2}[2-9][0-9]{6,7}|[48]00[0-9]{7}")
MOST_GROUPS = 12  # as the longest telephone number has digits
CENTURY_DAY = "20[0-9]{2}[-/.](?:0?[1-9]|1[0-2])[-/.](?:0?[1-9]|[12][0-9]|3[01])"
WRITTEN_DAY = re.compile(f"(?<![0-9])(?<![0-9][-/.]){CENTURY_DAY}(?:[-–—~～]{CENTURY_DAY})?(?![-/.]?[0-9])")
"""A day of this century, or from one to another, as exports have it; no part of a longer number."""

DATES = tuple(
    re.compile(pattern)
    for pattern in (
        r"(?<![0-9])(?P<year>[0-9]{4})[-/](?P<month>[0-9]{1,2})[-/](?P<day>[0-9]{1,2})(?![0-9])",
        f"{START}(?:(?P<year>{D}{{4}})年)?(?P<month>(?!两){N})月(?:份|(?P<day>{N})[日号])?",
        f"{START}(?P<year>{D}{{4}})年",
        f"(?:(?<=[本下上每]个月)|(?<=[本下上每]月))(?P<day>{N})[日号](?![楼院门线])",
        f"{START}(?P<day>{N})[日号](?=上午|下午|早上|晚上|中午|凌晨|那天|之前|以前|左右|的时候)",
    )
)

MORNING, NOON, AFTERNOON, EVENING = (
    "凌晨|清晨|早上|早晨|今早|上午",
    "中午",
    "下午|傍晚",
    "晚上|夜里|半夜|今晚|昨晚|当晚",
)
TIME = re.compile(
    f"(?P<part>{MORNING}|{NOON}|{AFTERNOON}|{EVENING})?"
    f"(?:(?<![0-9:])(?P<h>[0-9]{{1,2}}):(?P<m>[0-5][0-9])(?![0-9])|"
    f"{START}(?P<hour>{N})点(?P<rest>半|整|钟|[一三]刻|(?!{ONE_WORD}){N}分?)?)"
)
AFTER_A_TIME = re.compile("多|左右|以前|之前|以后|之后|到|至|开始")
BEFORE_A_TIME = re.compile("(?:[今明昨前每]天|[今明昨]晚|早|晚|到|至|从|在|大概|大约|(?:现在|当时|时间|已经|都|才)是)$")
NO_HOUR = re.compile("要求|诉求|建议|意见|原因|理由|问题|希望|想法|内容|疑问|说明|情况|不满")  # points to make
A_BIT = re.compile(
    r"[也都用声音儿点]|小[事问]|不(?!到)|没(?!人)|办法|动静|(?![我你他她它咱就还才])\w{1,4}?[都也][没不无]"
)

MONEY = re.compile(
    f"[¥￥](?P<sum>{NUMBER})|"
    f"{START}(?P<yuan>{NUMBER})(?P<more>多|余|来)?(?:块(?![地砖板布牌石玻空田木广屏表肉蛋儿草])|元(?![旦宵素里桥]))"
    r"(?P<jiao>[1-9一二三四五六七八九](?=[毛角钱的每呢吧吗啊左和]|一[斤个度平吨]|(?!\w)))?[毛角]?钱?|"
    f"{START}(?P<mao>{N})[毛角](?=钱)钱"
)
PERCENT = re.compile(rf"百分之(?P<spoken>{NUMBER})|{START}(?P<signed>[0-9]+(?:\.[0-9]+)?) ?%")

LABELLED = re.compile(
    r"(?:工号|编号|单号|号码|尾号|卡号|证号|订单|后[三四六]位)(?P<link>(?:应该|就|的|[是为叫:,\s])*)"
    rf"(?P<digits>{D}(?:[\s\-]?{D})*+|{N})(?![{NUMERALS}几多余年月日点%块元个件天次位名吨斤])"
)
AGENT = re.compile(f"{START}(?P<digits>{D}{{3,}})(?=号(?:话务员|坐席|接线|客服|为您|很高兴))")
DIGIT_RUN = re.compile(rf"{START}(?P<digits>{D}(?:\s?{D}){{2,}})(?![{NUMERALS}])")
HOUSE = re.compile(
    f"{START}(?P<number>{N})(?P<unit>号楼|号院|号门|号(?![线码召称令])|支弄|弄|室(?![一两二三]厅)|楼|栋|幢|单元|层|座)"
)
MEASURE_UNITS = "栋幢层座室"  # also measure words: 一栋楼, 两座桥
ADDRESS_UNITS = ("号", "弄", "支弄", "室")
MEASURES = (
    "个(?![性体])|名|位|人|户|家|次|天|年|小时|分钟|秒|公里|千米|米|平方|公斤|斤|吨|辆|台|盏|条|遍|趟|张|套|间|周|岁|度|倍|届|路|件|"
    "起|棵|袋|箱|瓶|份|页|组|班|级|站|厘米|分贝|毫米|口(?!子)|只|号线|工作日"
)
NO_IDENTIFIER = re.compile(f"[.点%块元月线楼层栋幢座]|号楼|单元|{MEASURES}")
COUNT = re.compile(rf"{START}(?P<number>{NUMBER})(?P<follows>(?:多|余)?(?:{MEASURES})|多|余|左右|以上|(?!\w))?")


def _phones(text: str) -> Iterator[Hit]:
    """Mobiles, landlines with area code, 400 and 800 numbers; spoken in groups with pauses, or repeated."""
    return in_groups(text, SPOKEN_GAP, lambda digits, _: PHONE.fullmatch(digits) is not None)


def in_groups(text: str, gap: re.Pattern[str], whole: Callable[[str, int], bool]) -> Iterator[Hit]:
    """Numbers whose digits stand in groups with such gaps between them.

    ``whole`` is asked of the digits, and of the place where they begin, as soon as a group is added.
    """
    groups = [match.span() for match in re.finditer(f"{D}+", text)]
    first = 0
    while first < len(groups):
        for last in range(first, min(first + MOST_GROUPS, len(groups))):
            if last > first and not gap.fullmatch(text, groups[last - 1][1], groups[last][0]):
                break
            digits = "".join(in_digits(text[start:end]) for start, end in groups[first : last + 1])
            if whole(digits, groups[first][0]):
                yield Hit(digits, groups[first][0], groups[last][1], digits)
                first = last
                break
        first += 1


def _dates(text: str) -> Iterator[Hit]:
    for pattern in DATES:
        for match in pattern.finditer(text):
            year, month, day = (match.groupdict().get(name) or "" for name in ("year", "month", "day"))
            y, m, d = (exact_digits(part) if part else "" for part in (year, month, day))
            if y is None or m is None or d is None or not _is_date(y, m, d):
                continue
            value = (y or "-") + (f"-{m:0>2}" if m else "-" if d else "") + (f"-{d:0>2}" if d else "")
            yield Hit(value, *match.span(), _spelt(match[0]))


def _is_date(year: str, month: str, day: str) -> bool:
    in_range = (not month or 1 <= int(month) <= 12) and (not day or 1 <= int(day) <= 31)
    return in_range and (not year or year[:2] in ("19", "20"))


def _times(text: str) -> Iterator[Hit]:
    """Clock times; 下午一点到三点 is the afternoon both times."""
    part, last_end = "", -1
    for match in TIME.finditer(text):
        hour, minute = exact_digits(match["h"] or match["hour"]), _minute(match["m"] or match["rest"] or "")
        if not match["part"] and text[max(last_end, 0) : match.start()] not in ("到", "至", "-", "~"):
            part = ""
        part = match["part"] or part
        if hour is None or minute is None or int(hour) > 24 or not _is_time(match, text, part):
            continue
        start, last_end = match.start() + len(match["part"] or ""), match.end()
        clock = _hour(part, int(hour))
        yield Hit(f"{clock:02}:{minute:02}", start, last_end, _spelt(text[start:last_end]))


def _minute(rest: str) -> int | None:
    """Minutes after the hour; ``None`` when it is a decimal (三点五公里) or too many."""
    fixed = {"": 0, "整": 0, "钟": 0, "半": 30, "一刻": 15, "三刻": 45}
    if rest in fixed:
        return fixed[rest]
    digits = exact_digits(rest.removesuffix("分"))
    if digits is None or (len(rest) == 1 and rest not in "十"):
        return None
    return int(digits) if int(digits) < 60 else None


def _is_time(match: re.Match[str], text: str, part: str) -> bool:
    """Whether N点 is a time: 一点 is mostly "a bit", even in 晚上一点声音都没有, and two 点 can be points to make."""
    if match["m"] or match["rest"]:
        return True
    if part:
        return match["hour"] not in ("一", "1") or not A_BIT.match(text, match.end())
    if NO_HOUR.match(text, match.end()):
        return False
    following = AFTER_A_TIME.match(text, match.end())
    if match["hour"] in ("一", "1"):
        return bool(following and following[0] in ("多", "左右"))
    return bool(following or BEFORE_A_TIME.search(text, 0, match.start()))


def _hour(part: str, hour: int) -> int:
    """On the 24-hour clock: 下午三点 is 15, 晚上十二点 is 0, 晚上一点 is 1."""
    if part in EVENING.split("|"):
        return hour % 12 + 12 if 5 <= hour < 12 else hour % 12 if hour == 12 else hour
    later = (part in AFTERNOON.split("|") and hour < 12) or (part == NOON and hour < 4)
    return hour + 12 if later else hour % 24


def _sums(text: str) -> Iterator[Hit]:
    for match in MONEY.finditer(text):
        spoken = match["sum"] or match["yuan"] or match["mao"]
        value = number_value(spoken)
        bare = spoken == "一" and not match["jiao"] and not match[0].endswith("钱")
        if value is None or (bare and "块" in match[0]):
            continue
        tail = _spelt(match[0].replace(spoken, "", 1).lstrip("¥￥"))
        sign = match[0][0] if match["sum"] else ""
        worth = value / 10 if match["mao"] else value + Decimal(in_digits(match["jiao"] or "0")) / 10
        yield Hit(plain_decimal(worth), *match.span(), f"{sign}{plain_decimal(value)}{tail}")


def _percents(text: str) -> Iterator[Hit]:
    for match in PERCENT.finditer(text):
        spoken = match["spoken"] or match["signed"]
        value = Decimal(100) if spoken == "百" else number_value(spoken)
        if value is not None:
            yield Hit(plain_decimal(value), *match.span(), f"{plain_decimal(value)}%")


def _labelled(text: str) -> Iterator[Hit]:
    """Numbers behind 工号 and the like, and 3028号话务员. One digit (号码一直打不通) never is one."""
    for match in LABELLED.finditer(text):
        spoken = re.sub(r"[\s\-]", "", match["digits"])
        digits = in_digits(spoken) if re.fullmatch(f"{D}{{3,}}", spoken) else exact_digits(spoken)
        if digits and len(digits) >= (2 if re.search("[是为:]", match["link"]) else 3):
            yield Hit(digits, *match.span("digits"), digits)
    for match in AGENT.finditer(text):
        digits = in_digits(match["digits"])
        yield Hit(digits, *match.span("digits"), digits)


def _digit_runs(text: str) -> Iterator[Hit]:
    """Three and more digits with no measure: 一二三四五, 110."""
    for match in DIGIT_RUN.finditer(text):
        digits = exact_digits(re.sub(r"\s", "", match["digits"]))
        if digits and not NO_IDENTIFIER.match(text, match.end()):
            yield Hit(digits, *match.span("digits"), digits)


def _houses(text: str) -> Iterator[Hit]:
    for match in HOUSE.finditer(text):
        digits = exact_digits(match["number"])
        if digits and not (match["unit"] in MEASURE_UNITS and match["number"] in ("一", "两")) and not _is_list(match):
            yield Hit(f"{digits}{match['unit']}", *match.span(), f"{digits}{match['unit']}")


def _is_list(match: re.Match[str]) -> bool:
    """Whether ascending digits are several floors or blocks (二四六楼); a house or room may well be 一二六号."""
    listed = match["unit"] not in ADDRESS_UNITS and re.fullmatch("[一二三四五六七八九]{3,}", match["number"])
    digits = in_digits(match["number"])
    return bool(listed) and all(a < b for a, b in pairwise(digits))


def _counts(text: str) -> Iterator[Hit]:
    for match in COUNT.finditer(text):
        spoken = match["number"]
        value = number_value(spoken)
        if value is None or spoken == "一" or (match["follows"] is None and not spoken[0].isascii()):
            continue
        if not match["follows"] and len(spoken) == 1 and not spoken.isascii():
            continue
        if re.match("[0〇零][^.点]", spoken) or (match["follows"] == "年" and re.fullmatch(f"{D}{{2}}", spoken)):
            continue  # 零八年 is a year
        in_digits_already = len(spoken) == 1 or spoken.isascii()
        yield Hit(plain_decimal(value), *match.span("number"), spoken if in_digits_already else plain_decimal(value))


def _spelt(text: str) -> str:
    return re.sub(N, lambda run: in_digits(run[0]), text)


RULES: tuple[tuple[Kind, Callable[[str], Iterator[Hit]]], ...] = (
    ("phone", _phones),
    ("identifier", _labelled),
    ("date", _dates),
    ("time", _times),
    ("money", _sums),
    ("percent", _percents),
    ("house", _houses),
    ("identifier", _digit_runs),
    ("count", _counts),
)
"""In the order of precedence: what one rule found, the later ones leave alone."""
