"""Plan of a list of calls: it is found by walking one index.

SQLite's planner knows little of how values are spread and takes any index it can, which may be one that half of all
calls lie in. So the index is chosen here, and the rest is asked in a form that no index fits. PostgreSQL knows, and is
left to choose.

Calls that people judge blind just now are in no list that is asked for by verdicts: to be found would tell one.
"""

from collections.abc import Sequence
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Connection, Select, and_, false, func, or_, select, true

from callqa.call_filter import Sort
from store.calls.call_query import ORDERS, CallQuery
from store.calls.call_terms import Term, aside, id_terms, on_days, terms
from store.people.calibration import not_blind
from store.tables.call_list import call_list, call_list_mark
from store.tables.joins import held_ranges

FEW = 4000
"""So many calls are fetched and sorted faster than some of them are found among all."""
MARKS = ("failed", "undecided")
SCATTERED = ("agent_id", "team", "category", "request_type")
"""Facts that most calls with a mark do not have."""


class CallPlan(NamedTuple):
    """The calls of a query."""

    calls: Select[Any]
    """Unsorted; selects ``columns``."""
    columns: tuple[ColumnElement[Any], ...]
    """What to sort them by: the columns of the query's order, from the index that is walked when it has their order."""
    few: bool
    """They are hardly more than `FEW`, so that all of them can be fetched."""


def plan_calls(c: Connection, query: CallQuery, counting: bool = False) -> CallPlan:
    """Looks into the indexes of what is asked, and chooses one.

    ``counting``: in the order of time, whatever the query's, for most indexes are in it.
    """
    asked, ids = list(terms(query)), list(id_terms(query.filter))
    few, walk = (True, "") if ids else _chosen(c, asked, "newest" if counting else query.sort)
    in_time = walk == "started_at" or any(term.in_time for term in asked if term.name == walk)
    in_order = walk == "total" if query.by_total and not counting else in_time
    table = call_list_mark if walk in MARKS else call_list
    columns = tuple((table if name in table.c else call_list).c[name] for name in query.order.columns)
    calls = select(*columns).select_from(call_list_mark.join(call_list) if walk in MARKS else call_list)
    answered = {"started_at", *(term.also for term in asked if term.name == walk)}
    conditions = [term.plain if term.name == walk else term.aside for term in asked if term.name not in answered]
    if any(term.name == "started_at" for term in asked):
        conditions.append(on_days(query, table.c.started_at if in_time else aside(call_list.c.started_at)))
    if query.by_total:
        conditions.append((call_list.c.total if walk == "total" else aside(call_list.c.total)).is_not(None))
    if query.visibility.published:
        conditions.append(~held(c))
    if query.by_verdict:
        conditions.append(not_blind(c, table.c.call_id))
    conditions += _confirmed(query)
    return CallPlan(calls.where(*ids, *conditions), columns if in_order else tuple(map(aside, columns)), few)


def let_through(c: Connection, query: CallQuery) -> ColumnElement[bool]:
    """Whether a listed call is one of the query's, in a query that finds its calls by itself."""
    published = [~held(c)] if query.visibility.published else []
    blind = [not_blind(c, call_list.c.call_id)] if query.by_verdict else []
    return and_(
        true(), *(term.aside for term in terms(query)), *id_terms(query.filter), *published, *blind, *_confirmed(query)
    )


def _confirmed(query: CallQuery) -> list[ColumnElement[bool]]:
    """Agents who ask for fatal faults are not told of those that nobody has confirmed: such calls wait for a person."""
    hidden = query.filter.fatal and query.visibility.agent_id is not None
    return [aside(call_list.c.needs_review).is_(false())] if hidden else []


def held(c: Connection) -> ColumnElement[bool]:
    """Whether the score of a listed call waits unpublished for a release."""
    score_id, rubric_id = call_list.c.call_score_id, call_list.c.rubric_id
    ranges = (
        and_(rubric_id == held_range.rubric_pk, score_id.between(held_range.first, held_range.last))
        for held_range in held_ranges(c)
    )
    return or_(false(), *ranges)


def _chosen(c: Connection, asked: Sequence[Term], sort: Sort) -> tuple[bool, str]:
    """Whether few calls have one of the facts, and the fact whose index is walked: that one, or one in order."""
    if asked:
        counts = c.execute(select(*(_up_to_few(term) for term in asked))).one()
        n, name = min(zip(counts, (term.name for term in asked), strict=True))
        if n <= FEW:
            return True, name
    return False, _in_order(asked, sort)


def _in_order(asked: Sequence[Term], sort: Sort) -> str:
    """The fact whose index has the calls in order, or comes close to it."""
    others = [term for term in asked if term.name != "started_at"]
    marks = [term.name for term in others if term.name in MARKS]
    if "total" in ORDERS[sort].columns:
        # Bad calls fail in many items, so that they are soon found from below; from above it would take long.
        return "total" if not marks or (sort == "lowest" and len(marks) == 1) else marks[0]
    if len(others) == 1 and others[0].in_time:
        return others[0].name
    scattered = any(term.name in SCATTERED and not any(mark.also == term.name for mark in others) for term in others)
    return marks[0] if marks and not scattered else "started_at"


def _up_to_few(term: Term) -> ColumnElement[int]:
    table = call_list_mark if term.name in MARKS else call_list
    some = select(table.c.call_id).where(term.plain).limit(FEW + 1).subquery()
    return select(func.count()).select_from(some).scalar_subquery()
