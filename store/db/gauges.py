"""Gauges: how much of everything there is, as numbers for a chart, each from one short query."""

from typing import NamedTuple

from sqlalchemy import Connection, func, select

from store.db import health
from store.people.appeals import IS_OPEN
from store.tables.call_list import NEEDS_REVIEW, call_list
from store.tables.calls import call, failure
from store.tables.people import appeal, assignment, assignment_end, hold, hold_release


class Gauges(NamedTuple):
    n_bytes: int
    """Of the database."""
    calls: int
    undecided: int
    """Calls on whose sheets a person has something to decide."""
    assigned: int
    """Calls that somebody was asked to hear and has not heard."""
    appeals: int
    """That somebody has to decide."""
    failures: int
    """Attempts that failed and were not cleared."""
    holds: int
    """Nights whose scores wait for a release."""


def read_gauges(c: Connection) -> Gauges:
    unended = select(func.count()).select_from(assignment).outerjoin(assignment_end)
    unreleased = select(func.count()).select_from(hold).outerjoin(hold_release)
    queries = (
        select(func.count()).select_from(call),
        select(func.count()).select_from(call_list).where(NEEDS_REVIEW),
        unended.where(assignment_end.c.assignment_id.is_(None), assignment.c.purpose == "review"),
        select(func.count()).select_from(appeal).where(IS_OPEN),
        select(func.count()).select_from(failure),
        unreleased.where(hold_release.c.hold_id.is_(None)),
    )
    return Gauges(health.size(c), *(c.scalar(query) or 0 for query in queries))
