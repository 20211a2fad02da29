"""The list of calls by whatever filter and order, a page at a time or as a file; filters that people keep."""

import shutil
from collections.abc import Iterator
from pathlib import Path
from tempfile import mkdtemp
from typing import Annotated
from urllib.parse import parse_qs, urlencode

from fastapi import Form, Query
from starlette.background import BackgroundTask
from starlette.responses import FileResponse, RedirectResponse, Response, StreamingResponse

from callqa.call_filter import CallFilter, read_sort
from callqa.errors import FilterError, StoreError
from reports.call_list import csv_pieces, listed_rows, write_workbook
from reports.tables.columns import Row
from services.context import titles_of
from services.summary.summaries import summaries
from store import Connection
from store.calls.call_list import rows_of
from store.calls.call_query import CallQuery
from store.people import saved_filters
from web.access.request_context import Context, NotThere, RequestContext
from web.access.roles import Permission
from web.access.visibility import visibility_of
from web.calls.build import list_href, list_page, refused_list, sheet_of
from web.calls.view import CallList
from web.routing import Area, Then

WORKBOOK = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"

area = Area("call")


@area.page("/calls", "calls/list.html", Permission.CALLS)
def calls(
    context: Context, sort: Annotated[str, Query(max_length=20)] = "", at: Annotated[str, Query(max_length=300)] = ""
) -> CallList | Response:
    params = context.request.query_params
    if not all(value.strip() for _, value in params.multi_items()) and not context.request.url.path.endswith(".json"):
        # A form sends its empty fields, too; links that people send on are without them.
        return RedirectResponse(_without_empty(context), 303)
    values = {name: params.getlist(name) for name in params}
    try:
        query = CallQuery(
            context.desk.rubric_set[0].zone, CallFilter.read(values), visibility_of(context.who), read_sort(sort)
        )
        return list_page(context, query, at)
    except FilterError as refused:
        return refused_list(context, values, refused)


def _without_empty(context: RequestContext) -> str:
    filled = [(name, value) for name, value in context.request.query_params.multi_items() if value.strip()]
    return f"/calls?{urlencode(filled)}" if filled else "/calls"


@area.get("/calls/list.csv", Permission.EXPORT)
def as_csv(context: Context) -> Response:
    """All rows, sent while they are read. Raises `FilterError`."""
    query = _asked_query(context)
    context.log_action("calls_exported", by="CSV", **context.asked)

    def pieces() -> Iterator[str]:
        with context.desk.store.read() as c:
            yield from csv_pieces(_file_rows(context, c, query), context.desk.settings.zone, context.who.language)

    headers = {"Content-Disposition": f'attachment; filename="{_file_name(context)}.csv"'}
    return StreamingResponse(pieces(), media_type="text/csv; charset=utf-8", headers=headers)


@area.get("/calls/list.xlsx", Permission.EXPORT)
def as_workbook(context: Context) -> Response:
    """The first rows, as many as programs for workbooks bear. Raises `FilterError`."""
    query = _asked_query(context)
    context.log_action("calls_exported", by="Excel", **context.asked)
    folder = Path(mkdtemp(prefix="callqa-list-"))
    forget = BackgroundTask(shutil.rmtree, folder, ignore_errors=True)
    try:
        with context.desk.store.read() as c:
            rows, zone = _file_rows(context, c, query), context.desk.settings.zone
            write_workbook(rows, folder / "list.xlsx", context.say("通话列表"), zone, context.who.language)
    except BaseException:
        shutil.rmtree(folder, ignore_errors=True)
        raise
    return FileResponse(
        folder / "list.xlsx", media_type=WORKBOOK, filename=f"{_file_name(context)}.xlsx", background=forget
    )


def _asked_query(context: RequestContext) -> CallQuery:
    params = context.request.query_params
    asked = CallFilter.read({name: params.getlist(name) for name in params})
    return CallQuery(context.desk.settings.zone, asked, visibility_of(context.who), read_sort(params.get("sort", "")))


def _file_rows(context: RequestContext, c: Connection, query: CallQuery) -> Iterator[Row]:
    """Summaries are masked for everybody, as in all exports: files travel."""
    rubric_set = context.desk.rubric_set
    return listed_rows(
        rows_of(c, query),
        lambda call: sheet_of(rubric_set, call),
        lambda pks: summaries(rubric_set[0], c, pks, discreet=True),
        titles_of(rubric_set),
        context.agent_names,
    )


def _file_name(context: RequestContext) -> str:
    return f"calls-{context.desk.now().astimezone(context.desk.settings.zone):%Y%m%d-%H%M}"


@area.action("/calls/filters", Permission.CALLS)
def save_filter(
    context: Context,
    name: Annotated[str, Form(max_length=40)] = "",
    query: Annotated[str, Form(max_length=20_000)] = "",
) -> Then:
    """Keeps the list's filter and order, in place of one of the same name. Raises `FilterError`."""
    values = parse_qs(query)
    asked, sort = CallFilter.read(values), read_sort("".join(values.get("sort", ())[:1]))
    here, named = list_href(asked, sort), " ".join(name.split())
    if not named:
        return Then(here, context.say("请给筛选条件起个名称"), "refused")
    if not asked.params():
        return Then(here, context.say("还没有设定条件，没有可保存的"), "refused")
    try:
        with context.desk.store.write() as c:
            saved_filters.put_filter(c, context.who.name, named, asked.params() | {"sort": [sort]}, context.desk.now())
    except StoreError:
        return Then(here, context.say("最多保存 {n} 个筛选条件，请先删除不用的", n=saved_filters.MOST), "refused")
    return Then(here, context.say("已保存筛选条件“{name}”", name=named))


@area.action("/calls/filters/{pk:row}/delete", Permission.CALLS)
def delete_filter(context: Context, pk: int) -> Then:
    with context.desk.store.write() as c:
        if not saved_filters.delete_filter(c, context.who.name, pk):
            raise NotThere
    return Then("/calls", context.say("已删除筛选条件"))
