"""Filters of a list of calls, checked where they come in: a form, a link, a saved filter."""

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
            raise FilterError("filter.scores_crossed", field="low", low=low, high=high)
        first, last = _day(params, "first"), _day(params, "last")
        if first and last and first > last:
            raise FilterError("filter.days_crossed", field="first", first_day=first, last_day=last)
        wanted = _text(params, "appeal")
        appeal = next((state for state in APPEALS if state == wanted), None)
        if appeal is None:
            raise FilterError("filter.appeal_unknown", field="appeal", wanted=wanted)
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
        params: dict[str, list[str]] = {}
        for field in fields(self):
            match getattr(self, field.name):
                case Days() as days:
                    params |= {"first": [f"{days.first}"]} if days.first else {}
                    params |= {"last": [f"{days.last}"]} if days.last else {}
                case bool() as asked:
                    params |= {field.name: ["yes"]} if asked else {}
                case float() as total:
                    params[field.name] = [f"{total}".removesuffix(".0")]
                case tuple() as names if names:
                    params[field.name] = list(names)
                case str() as text if text:
                    params[field.name] = [text]
        return params


def read_sort(text: str) -> Sort:
    """Raises `FilterError`; "" is the usual one."""
    for sort in SORTS:
        if sort == (text or SORTS[0]):
            return sort
    raise FilterError("filter.sort_unknown", field="sort")


def _texts(params: Params, name: str) -> tuple[str, ...]:
    """Each once, in the order in which they came. A form's empty field asks for nothing."""
    values = tuple(dict.fromkeys(filter(None, map(str.strip, params.get(name, ())))))
    if len(values) > MAX_VALUES:
        raise FilterError("filter.too_many", field=name, n=MAX_VALUES)
    for value in values:
        if len(value) > MAX_LENGTH or any(unicodedata.category(character)[0] == "C" for character in value):
            raise FilterError("filter.unreadable", field=name, n=MAX_LENGTH)
    return values


def _text(params: Params, name: str) -> str:
    values = _texts(params, name)
    if len(values) > 1:
        raise FilterError("filter.one_only", field=name)
    return values[0] if values else ""


def _flag(params: Params, name: str) -> bool:
    text = _text(params, name)
    if text not in ("", "yes"):
        raise FilterError("filter.yes_or_nothing", field=name)
    return text == "yes"


def _total(params: Params, name: str) -> float | None:
    text = _text(params, name)
    try:
        total = float(text) if text else None
    except ValueError:
        raise FilterError("filter.score_no_number", field=name, text=text) from None
    if total is not None and not (isfinite(total) and 0 <= total <= 100):
        raise FilterError("filter.score_out_of_range", field=name)
    return total


def _day(params: Params, name: str) -> date | None:
    text = _text(params, name)
    try:
        day = date.fromisoformat(text) if text else None
    except ValueError:
        raise FilterError("filter.no_day", field=name, text=text) from None
    if day and day.year not in YEARS:
        raise FilterError("filter.year_out_of_range", field=name, low=YEARS[0], high=YEARS[-1])
    return day
