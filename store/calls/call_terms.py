"""Terms of a query of calls in SQL: one for each fact, in a form that an index fits and in one that none does."""

from collections.abc import Callable, Iterator, Sequence
from datetime import timedelta
from functools import partial
from typing import Any, Literal, NamedTuple

from sqlalchemy import ColumnElement, and_, exists, func, select, true
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import FunctionElement

from callqa.call_filter import CallFilter
from store.calls.call_query import CallQuery
from store.tables.call_list import call_list, call_list_mark
from store.tables.people import appeal, appeal_step

NAMED_AT_MOST = 1000
"""Of the calls whose ids begin in one way, so many are looked at."""
LAST_CHARACTER = "\U0010ffff"
AppealStatus = Literal["open", "rejected", "accepted"]
LAST_OUTCOME: dict[AppealStatus, str] = {"open": "forward", "rejected": "reject", "accepted": "accept"}
"""Of the steps of an appeal that stands so; one without steps is open."""


class Term(NamedTuple):
    """One fact that is asked for."""

    name: str
    """A column of the call list, ``failed`` or ``undecided``."""
    plain: ColumnElement[bool]
    """Its own index can be walked; a mark's is that of `listing_mark`."""
    aside: ColumnElement[bool]
    """The same, answered for one call after the other."""
    in_time: bool
    """The index has these calls in the order of time."""
    also: str = ""
    """Another fact that the term holds for at the same time, so that it need not be asked besides."""


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


def terms(query: CallQuery) -> Iterator[Term]:
    """All facts that are asked for, or that bound what may be known."""
    asked, names = query.filter, _names(query)
    for name, values in names.items():
        in_time = len(values) == 1 and name in ("agent_id", "team", "category")
        yield _term(name, partial(_one_of, values), in_time)
    for name, wanted in (("needs_review", asked.review), ("fatal", asked.fatal)):
        if wanted:
            yield _term(name, lambda column: column.is_(true()), in_time=True)
    if asked.low is not None or asked.high is not None:
        yield _term("total", lambda column: _between(column, asked.low, asked.high))
    if asked.days.first or asked.days.last:
        yield _term("started_at", lambda column: on_days(query, column), in_time=True)
    for mark, item_id in (("failed", asked.failed), ("undecided", asked.undecided)):
        if item_id:
            yield _mark_term(mark, item_id, names.get("team", ()))


def on_days(query: CallQuery, started_at: ColumnElement[Any]) -> ColumnElement[bool]:
    """Whether a call is of the days, which begin at midnight where the hotline is. Whole seconds are kept."""
    since, end = query.filter.days.moments(query.zone)
    return _between(started_at, since, end and end - timedelta(seconds=1))


def id_terms(asked: CallFilter) -> Iterator[ColumnElement[bool]]:
    """What few calls have: their numbers are looked up first."""
    if asked.call:
        named = call_list.alias("named").c
        alike = named.named.between(asked.call, asked.call + LAST_CHARACTER)
        yield call_list.c.call_id.in_(select(named.call_id).where(alike).order_by(named.named).limit(NAMED_AT_MOST))
    if asked.appeal:
        calls = select(appeal.c.call_id)
        if asked.appeal != "any":
            calls = calls.where(last_outcome() == LAST_OUTCOME[asked.appeal])
        yield call_list.c.call_id.in_(calls)


def last_outcome() -> ColumnElement[str]:
    """Of an appeal's steps, in a query over appeals; "forward" before the first."""
    last = select(appeal_step.c.outcome).where(appeal_step.c.appeal_id == appeal.c.id)
    return func.coalesce(last.order_by(appeal_step.c.id.desc()).limit(1).correlate(appeal).scalar_subquery(), "forward")


def _names(query: CallQuery) -> dict[str, tuple[str, ...]]:
    """The values that some facts may have; what is not in it may be any."""
    asked, visibility = query.filter, query.visibility
    facts = {"agent_id": asked.agent, "team": asked.team, "category": asked.category}
    facts |= {"request_type": asked.request_type, "line": asked.line}
    allowed = {name: values for name, values in facts.items() if values}
    known = {"agent_id": None if visibility.agent_id is None else (visibility.agent_id,), "team": visibility.teams}
    for name, values in known.items():
        if values is not None:
            allowed[name] = tuple(value for value in values if value in allowed.get(name, values))
    return allowed


def _term(name: str, holds: Callable[[ColumnElement[Any]], ColumnElement[bool]], in_time: bool = False) -> Term:
    return Term(name, holds(call_list.c[name]), holds(aside(call_list.c[name])), in_time)


def _mark_term(mark: str, item_id: str, teams: Sequence[str]) -> Term:
    other_mark = call_list_mark.alias("own").c
    of_call = other_mark.started_at == call_list.c.started_at, other_mark.call_id == call_list.c.call_id
    of_item = and_(call_list_mark.c.item_id == item_id, call_list_mark.c.mark == mark)
    of_team = call_list_mark.c.team == teams[0] if len(teams) == 1 else true()
    return Term(
        mark,
        and_(of_item, of_team),
        exists().where(other_mark.item_id == item_id, other_mark.mark == mark, *of_call),
        in_time=True,
        also="team" if len(teams) == 1 else "",
    )


def _one_of(values: Sequence[str], column: ColumnElement[Any]) -> ColumnElement[bool]:
    return column == values[0] if len(values) == 1 else column.in_(values)


def _between(column: ColumnElement[Any], low: object, high: object) -> ColumnElement[bool]:
    bounds = [] if low is None else [column >= low]
    return and_(true(), *bounds, *([] if high is None else [column <= high]))
