"""The list of calls, by whatever filter and order, a page at a time."""

from dataclasses import dataclass
from typing import Annotated
from urllib.parse import urlencode

from fastapi import Query
from starlette.responses import RedirectResponse, Response

from callqa.call_filter import CallFilter, Sort, read_sort
from callqa.errors import FilterError
from services.context import titles_of
from store import Connection
from store.calls.call_list import CAP, count_of, page_of
from store.calls.call_menus import Menus
from store.calls.call_query import CallQuery
from store.people import saved_filters as saved
from web.access.request_context import Context, RequestContext
from web.access.roles import Permission
from web.access.visibility import visibility_of
from web.calls.view import (
    CallRow,
    Choice,
    Head,
    SetFilter,
    call_row,
    head_of,
    list_href,
    quick_days,
    set_filters,
    sheet_of,
)
from web.routing import Area

area = Area("call")


@dataclass(frozen=True, slots=True)
class SavedLink:
    """A filter that the person keeps."""

    pk: int
    name: str
    href: str


@dataclass(frozen=True, slots=True)
class CallList:
    """A page of the list."""

    rows: tuple[CallRow, ...]
    count: int
    """How many calls the list has, `capped` at most."""
    capped: bool
    """There are more than ``count``."""
    asked: dict[str, list[str]]
    """The filter as the form has it, also one that was refused."""
    filters: tuple[SetFilter, ...]
    sort: Sort
    by_time: Head
    by_total: Head
    days: tuple[Choice, ...]
    menus: Menus
    items: dict[str, str]
    """Titles by the ids of items, of all rubrics."""
    saved: tuple[SavedLink, ...]
    query: str
    """The list's parameters, as its files and saved filters take them."""
    previous: str
    """Address of the page before; "" when this is the first."""
    next: str
    problem: str
    """Why the filter was refused; "" when it was not."""
    problem_field: str


@area.page("/calls", "calls/list.html", Permission.CALLS)
def calls(
    context: Context, sort: Annotated[str, Query(max_length=20)] = "", at: Annotated[str, Query(max_length=300)] = ""
) -> CallList | Response:
    params = context.request.query_params
    if not all(value.strip() for _, value in params.multi_items()) and not context.request.url.path.endswith(".json"):
        # A form sends its empty fields, too; links that people send on are without them.
        return RedirectResponse(_without_empty(context), 303)
    given = {name: params.getlist(name) for name in params}
    try:
        query = CallQuery(
            context.desk.rubric_set[0].zone, CallFilter.read(given), visibility_of(context.who), read_sort(sort)
        )
        return _page(context, query, at)
    except FilterError as refused:
        return _refused(context, given, refused)


def _page(context: RequestContext, query: CallQuery, at: str) -> CallList:
    rubric_set, asked, sort = context.desk.rubric_set, query.filter, query.sort
    titles = titles_of(rubric_set)
    with context.desk.store.read() as c:
        page = page_of(c, query, at)
        whole = not page.before and not page.after
        count = len(page.rows) if whole else count_of(c, query)
        own = _saved(context, c)
    shown = tuple(call_row(call, sheet_of(rubric_set, call), titles) for call in page.rows)
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
        saved=own,
        query=list_href(asked, sort).removeprefix("/calls").removeprefix("?"),
        previous=list_href(asked, sort, page.before) if page.before else "",
        next=list_href(asked, sort, page.after) if page.after else "",
        problem="",
        problem_field="",
    )


def _refused(context: RequestContext, given: dict[str, list[str]], refused: FilterError) -> CallList:
    """The form as it was filled in, and what is wrong with it."""
    with context.desk.store.read() as c:
        own = _saved(context, c)
    menus = context.desk.figures.menus(visibility_of(context.who))
    usual = CallFilter()
    by_time, by_total = head_of(usual, "newest", "newest", "oldest"), head_of(usual, "newest", "lowest", "highest")
    return CallList(
        (), 0, False, given, (), "newest", by_time, by_total, (), menus, titles_of(context.desk.rubric_set), own, "",
        "", "", context.refusal(refused), refused.field,
    )  # fmt: skip


def _saved(context: RequestContext, c: Connection) -> tuple[SavedLink, ...]:
    return tuple(SavedLink(one.pk, one.name, _saved_href(one.params)) for one in saved.filters_of(c, context.who.name))


def _saved_href(params: dict[str, list[str]]) -> str:
    """Also of a filter that an older version has kept: what is no longer understood is left out."""
    try:
        return list_href(CallFilter.read(params), read_sort("".join(params.get("sort", ())[:1])))
    except FilterError:
        return "/calls"


def _without_empty(context: RequestContext) -> str:
    kept = [(name, value) for name, value in context.request.query_params.multi_items() if value.strip()]
    return f"/calls?{urlencode(kept)}" if kept else "/calls"
