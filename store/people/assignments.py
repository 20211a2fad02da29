"""Assignments: who was asked to hear a call, and what became of it. "Open" is the absence of an ending."""

from collections.abc import Iterable
from datetime import datetime
from typing import Literal, NamedTuple

from more_itertools import chunked
from sqlalchemy import ColumnElement, Connection, delete, exists, func, insert, or_, select

from callqa.records import Assignment
from store.tables.calls import call
from store.tables.joins import CHUNK, call_pk
from store.tables.people import assignment, assignment_end, review

Ending = Literal["done", "recalled"]
OPEN: ColumnElement[bool] = assignment_end.c.assignment_id.is_(None)
"""In a query that joins `assignment_end` outwards."""


class StoredAssignment(NamedTuple):
    pk: int
    assignment: Assignment


class Ended(NamedTuple):
    reviewer: str
    how: Ending
    at: datetime


def put_assignments(c: Connection, assignments: Iterable[Assignment]) -> int:
    """Adds those that are not open already; how many. Raises `StoreError` for a call that is not known."""
    added = 0
    for new in assignments:
        key = {
            "call_id": call_pk(c, new.call_id),
            "reviewer": new.reviewer,
            "purpose": new.purpose,
            "session": new.session,
        }
        known = select(assignment.c.id).filter_by(**key).outerjoin(assignment_end).where(OPEN)
        if c.scalar(known) is None:
            c.execute(insert(assignment).values(**key, why=new.why, assigned_by=new.assigned_by, at=new.at))
            added += 1
    return added


def end_assignments(c: Connection, pks: Iterable[int], how: Ending, author: str, at: datetime) -> None:
    """Ends open assignments."""
    rows = [{"assignment_id": pk, "how": how, "author": author, "at": at} for pk in pks]
    if rows:
        c.execute(insert(assignment_end), rows)


def reopen(c: Connection, call_id: str) -> None:
    """Opens again what people's reviews of the call have ended last, unless somebody has been asked anew since.

    What was ended by hand stays ended; it is told by its time, which is no review's.
    """
    spoken = exists().where(review.c.call_id == assignment.c.call_id, review.c.at == assignment_end.c.at)
    ended = (
        select(*assignment_end.c["assignment_id", "at"])
        .join(assignment)
        .where(assignment.c.call_id == call_pk(c, call_id), assignment.c.purpose == "review", spoken)
    )
    ended_rows = c.execute(ended).all()
    last = max((row.at for row in ended_rows), default=None)
    if ended_rows and not open_assignments(c, call_ids=[call_id]):
        pks = [row.assignment_id for row in ended_rows if row.at == last]
        c.execute(delete(assignment_end).where(assignment_end.c.assignment_id.in_(pks)))


def open_assignments(
    c: Connection, reviewer: str | None = None, call_ids: Iterable[str] | None = None, purpose: str = "review"
) -> list[StoredAssignment]:
    """Oldest first; of one reviewer, of some calls, or all."""
    columns = ("reviewer", "purpose", "assigned_by", "at", "session", "why")
    wanted = select(assignment.c.id, call.c.call_id, *assignment.c[columns]).join(call).outerjoin(assignment_end)
    wanted = wanted.where(OPEN, assignment.c.purpose == purpose).order_by(assignment.c.id)
    if reviewer is not None:
        wanted = wanted.where(assignment.c.reviewer == reviewer)
    chunks = [None] if call_ids is None else list(chunked(call_ids, CHUNK))
    return [
        StoredAssignment(row.id, Assignment(*row[1:]))
        for chunk in chunks
        for row in c.execute(wanted if chunk is None else wanted.where(call.c.call_id.in_(chunk)))
    ]


def ended(c: Connection) -> list[Ended]:
    """All endings of reviews there were, oldest first."""
    wanted = select(assignment.c.reviewer, *assignment_end.c["how", "at"]).join(assignment_end)
    return [
        Ended(*row) for row in c.execute(wanted.where(assignment.c.purpose == "review").order_by(assignment_end.c.at))
    ]


class Given(NamedTuple):
    """What one reviewer was asked to hear since a moment."""

    n: int
    n_drawn: int
    """For a sample."""


def given_since(c: Connection, since: datetime) -> dict[str, Given]:
    """By reviewer: what they were asked since then, and have not been relieved of."""
    kept = or_(OPEN, assignment_end.c.how == "done")
    wanted = (
        select(
            assignment.c.reviewer,
            func.count(),
            func.count().filter(assignment.c.session != ""),
        )
        .outerjoin(assignment_end)
        .where(assignment.c.purpose == "review", assignment.c.at >= since, kept)
        .group_by(assignment.c.reviewer)
    )
    return {row[0]: Given(row[1], row[2]) for row in c.execute(wanted)}
