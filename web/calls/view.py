"""The list of calls as its page shows it: rows, the filters that are set, and the links to other lists."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any
from urllib.parse import urlencode

from callqa.call_filter import CallFilter, Sort
from callqa.days import Days
from callqa.types import CallScore
from scoring import score_sheet
from services.context import RubricSet
from store.calls.call_list import ListedCall
from web.access.request_context import RequestContext

ASCENDING: tuple[Sort, ...] = ("oldest", "lowest")
APPEAL_WORDS = {"any": "有申诉", "open": "申诉处理中", "accepted": "申诉成立", "rejected": "申诉驳回"}


@dataclass(frozen=True, slots=True)
class CallRow:
    """A call in the list."""

    pk: int
    call_id: str
    started_at: datetime
    agent_id: str
    team: str
    category: str
    request_type: str
    seconds: float
    total: float | None
    failed: tuple[str, ...]
    """Titles of the items that were violated, and count; likewise below."""
    undecided: tuple[str, ...]
    needs_review: bool
    fatal: bool
    confirmed: bool
    """A person confirmed the fatal item."""
    held: bool
    appeals: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class SetFilter:
    """One thing that is asked for, and the list without it."""

    text: str
    href: str


@dataclass(frozen=True, slots=True)
class Choice:
    """A link to another list; ``here``: it is the one that is shown."""

    text: str
    href: str
    here: bool


@dataclass(frozen=True, slots=True)
class Head:
    """The head of a column that sorts the list."""

    href: str
    order: str
    """``ascending``, ``descending``, or "" when the list is sorted by something else."""


def sheet_of(rubric_set: RubricSet, call: ListedCall) -> CallScore | None:
    """The sheet behind a row; ``None`` of a rubric that is not in use any more."""
    for rubric_context in rubric_set:
        if rubric_context.keys.rubric_key == call.rubric_key:
            return score_sheet(call.call_id, call.verdicts, rubric_context.rubric, rubric_context.advisory)
    return None


def call_row(call: ListedCall, sheet: CallScore | None, titles: Mapping[str, str]) -> CallRow:
    failed, undecided = (sheet.failed, sheet.undecided) if sheet else ((), ())
    return CallRow(
        pk=call.call_pk,
        call_id=call.call_id,
        started_at=call.started_at,
        agent_id=call.agent_id,
        team=call.team,
        category=call.category,
        request_type=call.request_type,
        seconds=call.seconds,
        total=call.total,
        failed=tuple(titles.get(item, item) for item in failed),
        undecided=tuple(titles.get(item, item) for item in undecided),
        needs_review=call.needs_review,
        fatal=call.fatal,
        confirmed=sheet is not None and any(item.fatal and item.by_person for item in sheet.items),
        held=call.held,
        appeals=call.appeals,
    )


def list_href(asked: CallFilter, sort: Sort, at: str = "", path: str = "/calls") -> str:
    """The address of a list; what is usual is left out."""
    params = asked.params() | ({"sort": [sort]} if sort != "newest" else {}) | ({"at": [at]} if at else {})
    return f"{path}?{urlencode(params, doseq=True)}" if params else path


def head_of(asked: CallFilter, sort: Sort, first: Sort, second: Sort) -> Head:
    """The head of a column that sorts in one way at the first click, and in the other at the second."""
    order = "" if sort not in (first, second) else "ascending" if sort in ASCENDING else "descending"
    return Head(list_href(asked, second if sort == first else first), order)


def set_filters(
    context: RequestContext, asked: CallFilter, sort: Sort, titles: Mapping[str, str]
) -> tuple[SetFilter, ...]:
    """In words, each with the list without it."""
    both = (*_set_lists(context, asked), *_set_others(context, asked, titles))
    return tuple(SetFilter(text, list_href(rest, sort)) for text, rest in both)


def _set_lists(context: RequestContext, asked: CallFilter) -> Iterator[tuple[str, CallFilter]]:
    say = context.say
    labels = {"team": say("班组"), "agent": say("坐席"), "line": say("线路")}
    labels |= {"category": say("诉求类别"), "request_type": say("工单类型")}
    for name, label in labels.items():
        values: tuple[str, ...] = getattr(asked, name)
        for value in values:
            rest: dict[str, Any] = {name: tuple(other for other in values if other != value)}
            yield f"{label}：{value}" if context.who.language == "zh" else f"{label}: {value}", replace(asked, **rest)


def _set_others(
    context: RequestContext, asked: CallFilter, titles: Mapping[str, str]
) -> Iterator[tuple[str, CallFilter]]:
    say = context.say
    if asked.days != Days():
        yield _days_text(asked.days), replace(asked, days=Days())
    if asked.failed:
        yield say("不合格：{item}", item=titles.get(asked.failed, asked.failed)), replace(asked, failed="")
    if asked.undecided:
        yield say("待判：{item}", item=titles.get(asked.undecided, asked.undecided)), replace(asked, undecided="")
    if asked.low is not None or asked.high is not None:
        low, high = asked.low or 0, 100 if asked.high is None else asked.high
        yield say("得分 {low}–{high}", low=f"{low:g}", high=f"{high:g}"), replace(asked, low=None, high=None)
    if asked.review:
        yield say("待复核"), replace(asked, review=False)
    if asked.fatal:
        yield say("一票否决"), replace(asked, fatal=False)
    if asked.appeal:
        yield say(APPEAL_WORDS[asked.appeal]), replace(asked, appeal="")
    if asked.call:
        yield say("编号以 {call} 开头", call=asked.call), replace(asked, call="")


def quick_days(context: RequestContext, asked: CallFilter, sort: Sort, today: date) -> tuple[Choice, ...]:
    """Stretches of days that are asked for often."""
    yesterday = today - timedelta(days=1)
    month = Days.of_month(f"{today:%Y-%m}")
    stretches = {
        "昨天": Days(yesterday, yesterday),
        "近 7 天": Days(today - timedelta(days=7), today),
        "近 30 天": Days(today - timedelta(days=30), today),
        "本月": month,
        "上月": month.before or month,
        "全部日期": Days(),
    }
    return tuple(
        Choice(context.say(text), list_href(replace(asked, days=days), sort), asked.days == days)
        for text, days in stretches.items()
    )


def _days_text(days: Days) -> str:
    return f"{days.first or ''} – {days.last or ''}" if days.first != days.last else f"{days.first}"
