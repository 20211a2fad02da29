"""Which calls a list holds, and in which order: a filter and what bounds it, as SQL that walks one index.

SQLite's planner knows little of how values are spread and takes any index it can. So here one fact is chosen whose
index is walked, and the others are set `aside`. Little is lost by that, for the indexes of all calls hold all facts.
PostgreSQL knows, and is left to choose.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, time, timedelta, tzinfo
from functools import cached_property
from typing import Any, Literal, NamedTuple

from sqlalchemy import ColumnElement, Connection, Select, and_, exists, false, func, or_, select, true
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import FunctionElement

from callqa.call_filter import CallFilter, Sort
from callqa.sight import EVERYTHING, Sight
from store.joins import held_ranges
from store.listing_tables import listing, listing_mark
from store.records_tables import appeal, appeal_step

FEW = 20
"""The calls of so many agents are sorted faster than they are found among all."""
NAMED_AT_MOST = 1000
"""Of the calls whose ids begin in one way, so many are looked at."""
AppealStatus = Literal["open", "rejected", "accepted"]
LAST_OUTCOME: dict[AppealStatus, str] = {"open": "forward", "rejected": "reject", "accepted": "accept"}
"""Of the steps of an appeal that stands so; one without steps is open."""


LAST_CHARACTER = "\U0010ffff"


class Order(NamedTuple):
    columns: tuple[str, ...]
    down: bool


ORDERS: dict[Sort, Order] = {
    "newest": Order(("started_at", "call_id"), True),
    "oldest": Order(("started_at", "call_id"), False),
    "lowest": Order(("total", "started_at", "call_id"), False),
    "highest": Order(("total", "started_at", "call_id"), True),
}
"""Calls without a total have no place in an order of totals."""


@dataclass(frozen=True)
class CallQuery:
    """What is asked, by whom, and in which order. The days of the filter begin and end in ``zone``."""

    zone: tzinfo
    filter: CallFilter = CallFilter()
    sight: Sight = EVERYTHING
    sort: Sort = "newest"

    @property
    def order(self) -> Order:
        return ORDERS[self.sort]

    @property
    def by_total(self) -> bool:
        return "total" in self.order.columns

    @cached_property
    def names(self) -> dict[str, tuple[str, ...]]:
        """The values that some facts may have, for what is asked and may be known; what is not in it may be any."""
        asked, sight = self.filter, self.sight
        found = {"agent_id": asked.agent, "team": asked.team, "line": asked.line, "category": asked.category}
        found = {name: values for name, values in (found | {"request_type": asked.request_type}).items() if values}
        known = {"agent_id": None if sight.agent_id is None else (sight.agent_id,), "team": sight.teams}
        for name, values in known.items():
            if values is not None:
                found[name] = tuple(value for value in values if value in found.get(name, values))
        return found

    @cached_property
    def walk(self) -> str:
        """The fact whose index is walked; "": the index of all calls, in the order of the list."""
        asked, names = self.filter, self.names
        few_agents = len(names.get("agent_id", ())) <= FEW and "agent_id" in names
        choices = {
            "call": bool(asked.call),
            "agent_id": few_agents,
            "appeal": bool(asked.appeal),
            "fatal": asked.fatal and not self.by_total,
            "mark": bool(asked.failed or asked.undecided) and not self.by_total,
            "category": len(names.get("category", ())) == 1 and not self.by_total,
            "team": len(names.get("team", ())) == 1 and not self.by_total,
            "needs_review": asked.review and not self.by_total,
        }
        return next((name for name, chosen in choices.items() if chosen), "")


class aside(FunctionElement[Any]):
    """A column that SQLite looks for in no index: its unary plus, which changes nothing else."""

    inherit_cache = True

    def __init__(self, column: ColumnElement[Any]) -> None:
        super().__init__(column)
        self.type = column.type


@compiles(aside)
def _as_it_is(element: aside, compiler: SQLCompiler, **options: Any) -> str:
    return compiler.process(element.clauses, **options)


@compiles(aside, "sqlite")
def _with_a_plus(element: aside, compiler: SQLCompiler, **options: Any) -> str:
    return f"+{compiler.process(element.clauses, **options)}"


def found(c: Connection, query: CallQuery) -> Select[Any]:
    """The calls of a query, unsorted: the columns of its order."""
    marks = [(item_id, mark) for mark in ("failed", "undecided") if (item_id := getattr(query.filter, mark))]
    wanted = select(*(walked(query, name) for name in query.order.columns))
    if query.walk == "mark":
        (item_id, mark), *marks = marks
        of_item = and_(listing_mark.c.item_id == item_id, listing_mark.c.mark == mark)
        wanted = wanted.join_from(listing_mark, listing).where(of_item)
    return wanted.where(
        *_facts(query),
        *_totals(query),
        *_days(query),
        *(_has_mark(item_id, mark) for item_id, mark in marks),
        *_looked_up(query.filter),
        *((~held(c),) if query.sight.published else ()),
    )


def walked(query: CallQuery, name: str) -> ColumnElement[Any]:
    """A column of the order, in the index that is walked."""
    table = listing_mark if query.walk == "mark" and name in listing_mark.c else listing
    return table.c[name]


def held(c: Connection) -> ColumnElement[bool]:
    """Whether the score of a listed call waits unpublished for a release."""
    score_id, rubric_id = listing.c.call_score_id, listing.c.rubric_id
    ranges = (and_(rubric_id == one.rubric_pk, score_id.between(one.first, one.last)) for one in held_ranges(c))
    return or_(false(), *ranges)


def _facts(query: CallQuery) -> Iterator[ColumnElement[bool]]:
    for name, values in query.names.items():
        column = listing.c[name] if name == query.walk else aside(listing.c[name])
        yield column == values[0] if len(values) == 1 else column.in_(values)
    for name, asked in (("needs_review", query.filter.review), ("fatal", query.filter.fatal)):
        if asked:
            yield (listing.c[name] if name == query.walk else aside(listing.c[name])).is_(true())


def _totals(query: CallQuery) -> Iterator[ColumnElement[bool]]:
    low, high = query.filter.low, query.filter.high
    total = listing.c.total if query.by_total and not query.walk else aside(listing.c.total)
    if query.by_total:
        yield total.is_not(None)
    if low is not None:
        yield total >= low
    if high is not None:
        yield total <= high


def _days(query: CallQuery) -> Iterator[ColumnElement[bool]]:
    """As moments, so that the index bounds them; a day begins at midnight where the hotline is."""
    days, at = query.filter.days, walked(query, "started_at")
    if query.walk in ("call", "appeal") or (query.by_total and not query.walk):
        at = aside(at)
    if days.first:
        yield at >= datetime.combine(days.first, time(), query.zone)
    if days.last:
        yield at < datetime.combine(days.last + timedelta(days=1), time(), query.zone)


def _has_mark(item_id: str, mark: str) -> ColumnElement[bool]:
    own = listing_mark.alias("own").c
    of_call = own.started_at == listing.c.started_at, own.call_id == listing.c.call_id
    return exists().where(own.item_id == item_id, own.mark == mark, *of_call)


def _looked_up(asked: CallFilter) -> Iterator[ColumnElement[bool]]:
    """What few calls have: their ids are looked up first."""
    if asked.call:
        named = listing.alias("named").c
        alike = named.named >= asked.call, named.named <= asked.call + LAST_CHARACTER  # PostgreSQL: no BETWEEN COLLATE
        calls = select(named.call_id).where(*alike).order_by(named.named).limit(NAMED_AT_MOST)
        yield listing.c.call_id.in_(calls)
    if asked.appeal:
        calls = select(appeal.c.call_id)
        if asked.appeal != "any":
            calls = calls.where(last_outcome() == LAST_OUTCOME[asked.appeal])
        yield listing.c.call_id.in_(calls)


def last_outcome() -> ColumnElement[str]:
    """Of an appeal's steps, in a query over appeals; "forward" before the first."""
    last = select(appeal_step.c.outcome).where(appeal_step.c.appeal_id == appeal.c.id)
    return func.coalesce(last.order_by(appeal_step.c.id.desc()).limit(1).correlate(appeal).scalar_subquery(), "forward")
