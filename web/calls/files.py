"""The list of calls as a file."""

import shutil
from collections.abc import Iterator
from pathlib import Path
from tempfile import mkdtemp

from starlette.background import BackgroundTask
from starlette.responses import FileResponse, Response, StreamingResponse

from callqa.call_filter import CallFilter, read_sort
from reports.call_list import csv_pieces, listed_rows, write_workbook
from reports.columns import Row
from services.context import titles_of
from store import Connection
from store.calls.call_list import rows_of
from store.calls.call_query import CallQuery
from web.access.request_context import Visit, Visiting
from web.access.roles import Permission
from web.access.visibility import sight_of
from web.calls.view import sheet_of
from web.routing import Area

WORKBOOK = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"

area = Area("call")


@area.get("/calls/list.csv", Permission.EXPORT)
def as_csv(visit: Visiting) -> Response:
    """All rows, sent while they are read. Raises `FilterError`."""
    query = _query(visit)
    visit.note("calls_exported", by="CSV", **visit.asked)

    def pieces() -> Iterator[str]:
        with visit.desk.store.read() as c:
            yield from csv_pieces(_rows(visit, c, query), visit.desk.settings.zone)

    headers = {"Content-Disposition": f'attachment; filename="{_name(visit)}.csv"'}
    return StreamingResponse(pieces(), media_type="text/csv; charset=utf-8", headers=headers)


@area.get("/calls/list.xlsx", Permission.EXPORT)
def as_workbook(visit: Visiting) -> Response:
    """The first rows, as many as programs for workbooks bear. Raises `FilterError`."""
    query = _query(visit)
    visit.note("calls_exported", by="Excel", **visit.asked)
    folder = Path(mkdtemp(prefix="callqa-list-"))
    forget = BackgroundTask(shutil.rmtree, folder, ignore_errors=True)
    try:
        with visit.desk.store.read() as c:
            write_workbook(_rows(visit, c, query), folder / "list.xlsx", "通话列表", visit.desk.settings.zone)
    except BaseException:
        shutil.rmtree(folder, ignore_errors=True)
        raise
    return FileResponse(folder / "list.xlsx", media_type=WORKBOOK, filename=f"{_name(visit)}.xlsx", background=forget)


def _query(visit: Visit) -> CallQuery:
    params = visit.request.query_params
    asked = CallFilter.read({name: params.getlist(name) for name in params})
    return CallQuery(visit.desk.settings.zone, asked, sight_of(visit.who), read_sort(params.get("sort", "")))


def _rows(visit: Visit, c: Connection, query: CallQuery) -> Iterator[Row]:
    book = visit.desk.book
    return listed_rows(rows_of(c, query), lambda call: sheet_of(book, call), titles_of(book))


def _name(visit: Visit) -> str:
    return f"calls-{visit.desk.now().astimezone(visit.desk.settings.zone):%Y%m%d-%H%M}"
