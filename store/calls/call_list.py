"""Lists of calls: a page, a capped count, or all rows, of whatever filter and order.

A page is found in two steps. The first walks one index in the order of the list and hardly reads anything else; the
second fetches the page's rows. A page goes on from a row of another one, so the hundredth costs what the first does.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Connection, Row, func, literal, select, tuple_

from store.calls.call_plan import plan_calls
from store.calls.call_query import CallQuery
from store.calls.call_terms import LAST_OUTCOME, AppealStatus, last_outcome
from store.db.cursors import Place, read_cursor, write_cursor
from store.people.calibration import open_calls
from store.tables.call_list import call_list
from store.tables.calls import rubric
from store.tables.joins import HeldRange, among, held_ranges
from store.tables.people import appeal

STATUS = {outcome: status for status, outcome in LAST_OUTCOME.items()}
PAGE = 50
CAP = 1000
AT_ONCE = 1000  # rows of an export that are read in one step
SHOWN = (
    "call_id", "named", "started_at", "agent_id", "team", "category", "request_type", "line", "direction", "seconds",
    "total", "needs_review", "fatal", "verdicts",
)  # fmt: skip


UNJUDGED: dict[str, Any] = {
    "total": None, "needs_review": False, "fatal": False, "verdicts": "", "rubric_key": "", "appeals": (),
}  # fmt: skip
"""Of calls that people judge blind just now."""


class ListedCall(NamedTuple):
    """A call as a list shows it, with the sheet that counts; as if nobody had judged it while people do so blind."""

    call_pk: int
    call_id: str
    started_at: datetime
    """In UTC, to the second."""
    agent_id: str
    team: str
    category: str
    request_type: str
    line: str
    direction: str
    seconds: float
    """Of audio."""
    total: float | None
    needs_review: bool
    fatal: bool
    verdicts: str
    rubric_key: str
    """Of the rubric that has an item for each letter of the verdicts."""
    held: bool
    """The score waits unpublished for a release."""
    appeals: tuple[AppealStatus, ...]
    """One for each item of the call that was appealed against."""


class Page(NamedTuple):
    rows: list[ListedCall]
    before: str
    """Cursor of the page before this one; "" when this is the first."""
    after: str
    """Cursor of the next page; "" when this is the last."""


def page_of(c: Connection, query: CallQuery, cursor: str = "", size: int = PAGE) -> Page:
    """Up to ``size`` rows, from the top or from another page's cursor. Raises `FilterError` for a cursor of no page."""
    place = read_cursor(cursor, query.sort, _types(query)) if cursor else None
    rows = _rows(c, query, place, size + 1)
    more, rows = len(rows) > size, rows[:size]
    if place and place.back:
        rows.reverse()
    before = rows and place and (more or not place.back)
    after = rows and (more or (place and place.back))
    return Page(
        rows,
        write_cursor(query.sort, _place(query, rows[0], back=True)) if before else "",
        write_cursor(query.sort, _place(query, rows[-1], back=False)) if after else "",
    )


def count_of(c: Connection, query: CallQuery, cap: int = CAP) -> int:
    """How many calls the list has; ``cap`` + 1 stands for more than ``cap``."""
    calls, columns, _ = plan_calls(c, query, counting=True)
    some = calls.order_by(*_directed(columns[-2:], down=True)).limit(cap + 1).subquery()  # sorted: walks the index
    return c.scalar(select(func.count()).select_from(some)) or 0


def rows_of(c: Connection, query: CallQuery) -> Iterator[ListedCall]:
    """All rows in the order of the list; few are in memory at a time."""
    place = None
    while rows := _rows(c, query, place, AT_ONCE):
        yield from rows
        place = _place(query, rows[-1], back=False)


def _rows(c: Connection, query: CallQuery, place: Place | None, n: int) -> list[ListedCall]:
    """The next ``n`` rows beyond the place, in the direction in which it goes."""
    back = place is not None and place.back
    down = query.order.down != back
    calls, columns, _ = plan_calls(c, query)
    if place:
        here, there = tuple_(*columns), tuple_(*map(literal, place.values))
        calls = calls.where(here < there if down else here > there)
    page = calls.order_by(*_directed(columns, down)).limit(n).subquery()
    shown = (*call_list.c[SHOWN], rubric.c.rubric_key, *call_list.c["rubric_id", "call_score_id"])
    wanted = select(*shown).join_from(page, call_list, call_list.c.call_id == page.c.call_id).join(rubric)
    return _listed(c, c.execute(wanted.order_by(*_directed(page.c[query.order.columns], down))).all())


def _directed(columns: Iterable[ColumnElement[Any]], down: bool) -> list[ColumnElement[Any]]:
    return [column.desc() if down else column for column in columns]


def _listed(c: Connection, rows: Iterable[Row[Any]]) -> list[ListedCall]:
    rows, ranges = list(rows), held_ranges(c)
    appeals: defaultdict[int, list[AppealStatus]] = defaultdict(list)
    of_calls = among(appeal.c.call_id, [row.call_id for row in rows])
    for pk, outcome in c.execute(select(appeal.c.call_id, last_outcome()).where(of_calls).order_by(appeal.c.id)):
        appeals[pk].append(STATUS[outcome])
    listed = (ListedCall._make((*row[:-2], _is_held(row, ranges), tuple(appeals.get(row.call_id, ())))) for row in rows)
    blind = open_calls(c)
    return [row._replace(**UNJUDGED) if row.call_id in blind else row for row in listed]


def _is_held(row: Row[Any], ranges: Iterable[HeldRange]) -> bool:
    return any(row.rubric_id == r.rubric_pk and r.first <= row.call_score_id <= r.last for r in ranges)


def _place(query: CallQuery, row: ListedCall, back: bool) -> Place:
    values = {"started_at": int(row.started_at.timestamp()), "call_id": row.call_pk, "total": row.total or 0.0}
    return Place(tuple(values[name] for name in query.order.columns), back)


def _types(query: CallQuery) -> tuple[type, ...]:
    return tuple(float if name == "total" else int for name in query.order.columns)
