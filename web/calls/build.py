"""The list of calls as its page shows it: from a filter to rows, links and menus."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import date, timedelta
from typing import Any
from urllib.parse import urlencode

from callqa.call_filter import CallFilter, Sort, read_sort
from callqa.days import Days
from callqa.errors import FilterError
from callqa.people import Role
from callqa.scores import CallScore
from callqa.summary import Summary
from scoring import score_sheet
from services.calls.fatal import listed_without_accusations
from services.context import RubricSet, titles_of
from services.summary.summaries import summaries
from store import Connection
from store.calls.call_list import CAP, ListedCall, count_of, page_of
from store.calls.call_query import CallQuery
from store.people import saved_filters as saved
from web.access.request_context import RequestContext
from web.access.roles import Permission
from web.access.visibility import visibility_of
from web.calls.view import CallList, CallRow, Choice, Head, SavedLink, SetFilter

ASCENDING: tuple[Sort, ...] = ("oldest", "lowest")
APPEAL_WORDS = {"any": "有申诉", "open": "申诉处理中", "accepted": "申诉成立", "rejected": "申诉驳回"}


def sheet_of(rubric_set: RubricSet, call: ListedCall) -> CallScore | None:
    """The sheet behind a row; ``None`` of a rubric that is not in use any more."""
    for rubric_context in rubric_set:
        if rubric_context.keys.rubric_key == call.rubric_key:
            return score_sheet(call.call_id, call.verdicts, rubric_context.rubric, rubric_context.advisory)
    return None


def call_row(call: ListedCall, sheet: CallScore | None, titles: Mapping[str, str], summary: Summary) -> CallRow:
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
        summary=summary.line,
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


def list_page(context: RequestContext, query: CallQuery, at: str) -> CallList:
    rubric_set, asked, sort = context.desk.rubric_set, query.filter, query.sort
    titles = titles_of(rubric_set)
    with context.desk.store.read() as c:
        page = page_of(c, query, at)
        whole = not page.before and not page.after
        count = len(page.rows) if whole else count_of(c, query)
        saved = saved_links(context, c)
        pks = [call.call_pk for call in page.rows]
        summary = summaries(rubric_set[0], c, pks, discreet=not context.may(Permission.PERSONAL))
    listed = ((call, sheet_of(rubric_set, call)) for call in page.rows)
    if context.who.role is Role.AGENT:
        listed = (listed_without_accusations(call, sheet) for call, sheet in listed)
    shown = tuple(call_row(call, sheet, titles, summary.get(call.call_pk, Summary())) for call, sheet in listed)
    today = context.desk.now().astimezone(rubric_set[0].zone).date()
    return CallList(
        rows=shown,
        count=min(count, CAP),
        capped=count > CAP,
        asked=asked.params(),
        filters=set_filters(context, asked, sort, titles),
        sort=sort,
        by_time=head_of(asked, sort, "newest", "oldest"),
        by_total=head_of(asked, sort, "lowest", "highest"),
        days=quick_days(context, asked, sort, today),
        menus=context.desk.figures.menus(query.visibility),
        items=titles,
        saved=saved,
        query=list_href(asked, sort).removeprefix("/calls").removeprefix("?"),
        previous=list_href(asked, sort, page.before) if page.before else "",
        next=list_href(asked, sort, page.after) if page.after else "",
        problem="",
        problem_field="",
    )


def refused_list(context: RequestContext, params: dict[str, list[str]], refused: FilterError) -> CallList:
    """The form as it was filled in, and what is wrong with it."""
    with context.desk.store.read() as c:
        saved = saved_links(context, c)
    menus = context.desk.figures.menus(visibility_of(context.who))
    usual = CallFilter()
    by_time, by_total = head_of(usual, "newest", "newest", "oldest"), head_of(usual, "newest", "lowest", "highest")
    return CallList(
        (), 0, False, params, (), "newest", by_time, by_total, (), menus, titles_of(context.desk.rubric_set), saved, "",
        "", "", context.refusal(refused), refused.field,
    )  # fmt: skip


def saved_links(context: RequestContext, c: Connection) -> tuple[SavedLink, ...]:
    return tuple(
        SavedLink(stored.pk, stored.name, _saved_href(stored.params))
        for stored in saved.filters_of(c, context.who.name)
    )


def _saved_href(params: dict[str, list[str]]) -> str:
    """Also of a filter that an older version has kept: what is no longer understood is left out."""
    try:
        return list_href(CallFilter.read(params), read_sort("".join(params.get("sort", ())[:1])))
    except FilterError:
        return "/calls"
