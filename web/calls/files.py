"""The list of calls as a file."""

import shutil
from collections.abc import Iterator
from pathlib import Path
from tempfile import mkdtemp

from starlette.background import BackgroundTask
from starlette.responses import FileResponse, Response, StreamingResponse

from callqa.call_filter import CallFilter, read_sort
from reports.call_list import csv_pieces, listed_rows, write_workbook
from reports.tables.columns import Row
from services.context import titles_of
from store import Connection
from store.calls.call_list import rows_of
from store.calls.call_query import CallQuery
from web.access.request_context import Context, RequestContext
from web.access.roles import Permission
from web.access.visibility import visibility_of
from web.calls.view import sheet_of
from web.routing import Area

WORKBOOK = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"

area = Area("call")


@area.get("/calls/list.csv", Permission.EXPORT)
def as_csv(context: Context) -> Response:
    """All rows, sent while they are read. Raises `FilterError`."""
    query = _query(context)
    context.log_action("calls_exported", by="CSV", **context.asked)

    def pieces() -> Iterator[str]:
        with context.desk.store.read() as c:
            yield from csv_pieces(_rows(context, c, query), context.desk.settings.zone)

    headers = {"Content-Disposition": f'attachment; filename="{_name(context)}.csv"'}
    return StreamingResponse(pieces(), media_type="text/csv; charset=utf-8", headers=headers)


@area.get("/calls/list.xlsx", Permission.EXPORT)
def as_workbook(context: Context) -> Response:
    """The first rows, as many as programs for workbooks bear. Raises `FilterError`."""
    query = _query(context)
    context.log_action("calls_exported", by="Excel", **context.asked)
    folder = Path(mkdtemp(prefix="callqa-list-"))
    forget = BackgroundTask(shutil.rmtree, folder, ignore_errors=True)
    try:
        with context.desk.store.read() as c:
            write_workbook(_rows(context, c, query), folder / "list.xlsx", "通话列表", context.desk.settings.zone)
    except BaseException:
        shutil.rmtree(folder, ignore_errors=True)
        raise
    return FileResponse(folder / "list.xlsx", media_type=WORKBOOK, filename=f"{_name(context)}.xlsx", background=forget)


def _query(context: RequestContext) -> CallQuery:
    params = context.request.query_params
    asked = CallFilter.read({name: params.getlist(name) for name in params})
    return CallQuery(context.desk.settings.zone, asked, visibility_of(context.who), read_sort(params.get("sort", "")))


def _rows(context: RequestContext, c: Connection, query: CallQuery) -> Iterator[Row]:
    rubric_set = context.desk.rubric_set
    return listed_rows(rows_of(c, query), lambda call: sheet_of(rubric_set, call), titles_of(rubric_set))


def _name(context: RequestContext) -> str:
    return f"calls-{context.desk.now().astimezone(context.desk.settings.zone):%Y%m%d-%H%M}"
