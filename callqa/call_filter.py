"""What people ask of a list of calls, checked where it comes in: a form, a link, a saved filter."""

import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import date
from math import isfinite
from typing import Literal, get_args

from callqa.days import Days
from callqa.errors import FilterError
from callqa.people import plain_id

AppealFilter = Literal["", "any", "open", "accepted", "rejected"]
APPEALS: tuple[AppealFilter, ...] = get_args(AppealFilter)
Sort = Literal["newest", "oldest", "lowest", "highest"]
SORTS: tuple[Sort, ...] = get_args(Sort)
MAX_VALUES, MAX_LENGTH = 200, 100
"""Of a list of names, and of each name."""
YEARS = range(2000, 2200)

Params = Mapping[str, Sequence[str]]
"""Names and values as a link has them; a name may come several times."""


@dataclass(frozen=True, slots=True)
class CallFilter:
    """Which calls are wanted: those that meet everything which is asked for. What is left out is not asked for."""

    agent: tuple[str, ...] = ()
    """Any of these; likewise below."""
    team: tuple[str, ...] = ()
    line: tuple[str, ...] = ()
    category: tuple[str, ...] = ()
    request_type: tuple[str, ...] = ()
    days: Days = Days()
    failed: str = ""
    """Id of an item that was violated, and counts."""
    undecided: str = ""
    """Id of an item that waits for a person."""
    low: float | None = None
    """Least total; calls without a total are left out, likewise below."""
    high: float | None = None
    review: bool = False
    """Only calls that wait for a person."""
    fatal: bool = False
    """Only calls with a fatal item violated, whether or not somebody confirmed it."""
    appeal: AppealFilter = ""
    call: str = ""
    """How the call's id begins."""

    @classmethod
    def read(cls, params: Params) -> "CallFilter":
        """From a link's parameters; names that are no part of a filter are ignored. Raises `FilterError`."""
        low, high = _total(params, "low"), _total(params, "high")
        if low is not None and high is not None and low > high:
            raise FilterError("low", f"最低分 {low:g} 高于最高分 {high:g}，请对调")
        first, last = _day(params, "first"), _day(params, "last")
        if first and last and first > last:
            raise FilterError("first", f"开始日期 {first} 晚于结束日期 {last}，请对调")
        wanted = _text(params, "appeal")
        appeal = next((state for state in APPEALS if state == wanted), None)
        if appeal is None:
            raise FilterError("appeal", f"没有“{wanted}”这种申诉状态，请重新选择")
        return cls(
            **{name: _texts(params, name) for name in ("team", "line", "category", "request_type")},
            agent=tuple(dict.fromkeys(map(plain_id, _texts(params, "agent")))),
            days=Days(first, last),
            failed=_text(params, "failed"),
            undecided=_text(params, "undecided"),
            low=low,
            high=high,
            review=_flag(params, "review"),
            fatal=_flag(params, "fatal"),
            appeal=appeal,
            call=_text(params, "call"),
        )

    def params(self) -> dict[str, list[str]]:
        """What `read` makes the same filter of; only what is asked for."""
        found: dict[str, list[str]] = {}
        for field in fields(self):
            match getattr(self, field.name):
                case Days() as days:
                    found |= {"first": [f"{days.first}"]} if days.first else {}
                    found |= {"last": [f"{days.last}"]} if days.last else {}
                case bool() as asked:
                    found |= {field.name: ["yes"]} if asked else {}
                case float() as total:
                    found[field.name] = [f"{total}".removesuffix(".0")]
                case tuple() as names if names:
                    found[field.name] = list(names)
                case str() as text if text:
                    found[field.name] = [text]
        return found


def read_sort(text: str) -> Sort:
    """Raises `FilterError`; "" is the usual one."""
    for sort in SORTS:
        if sort == (text or SORTS[0]):
            return sort
    raise FilterError("sort", "没有这种排序方式，请重新选择")


def _texts(params: Params, name: str) -> tuple[str, ...]:
    """Each once, in the order in which they came. A form's empty field asks for nothing."""
    values = tuple(dict.fromkeys(filter(None, map(str.strip, params.get(name, ())))))
    if len(values) > MAX_VALUES:
        raise FilterError(name, f"最多选择 {MAX_VALUES} 项")
    for value in values:
        if len(value) > MAX_LENGTH or any(unicodedata.category(character)[0] == "C" for character in value):
            raise FilterError(name, f"内容过长（最多 {MAX_LENGTH} 字）或含有无法显示的字符，请重新填写")
    return values


def _text(params: Params, name: str) -> str:
    values = _texts(params, name)
    if len(values) > 1:
        raise FilterError(name, "只能填写一项")
    return values[0] if values else ""


def _flag(params: Params, name: str) -> bool:
    text = _text(params, name)
    if text not in ("", "yes"):
        raise FilterError(name, "只能是 yes（是）或空（否）")
    return text == "yes"


def _total(params: Params, name: str) -> float | None:
    text = _text(params, name)
    try:
        total = float(text) if text else None
    except ValueError:
        raise FilterError(name, f"分数“{text}”不是数字，请填写 0 到 100 之间的数") from None
    if total is not None and not (isfinite(total) and 0 <= total <= 100):
        raise FilterError(name, "分数请填写 0 到 100 之间的数")
    return total


def _day(params: Params, name: str) -> date | None:
    text = _text(params, name)
    try:
        day = date.fromisoformat(text) if text else None
    except ValueError:
        raise FilterError(name, f"日期“{text}”无法识别，请写成 2026-11-03") from None
    if day and day.year not in YEARS:
        raise FilterError(name, f"日期请填写 {YEARS[0]} 至 {YEARS[-1]} 年之间的")
    return day
