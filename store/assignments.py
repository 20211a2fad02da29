"""Who was asked to hear which call, and what became of it. "Open" is the absence of an ending."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal, NamedTuple

from more_itertools import chunked
from sqlalchemy import ColumnElement, Connection, Select, and_, func, insert, or_, select

from callqa.keys import RunKeys
from callqa.records import Assignment
from store.joins import CHUNK, EFFECTIVE, SCORE_COLUMNS, call_pk, with_effective_score
from store.records_tables import assignment, assignment_end, sample, sample_call, sample_plan
from store.rows import StoredScore
from store.samples import HEARD_BY_PEOPLE
from store.tables import call

Ending = Literal["done", "recalled"]
NEEDS_REVIEW, FATAL = (next(one for one in EFFECTIVE if one.name == name).element for name in ("needs_review", "fatal"))
OPEN: ColumnElement[bool] = assignment_end.c.assignment_id.is_(None)
"""In a query that joins `assignment_end` outwards."""


_NAME = sample_plan.c.plan_id + ":" + sample.c.period
DRAWN = (
    select(_NAME)
    .select_from(sample_call)
    .join(sample)
    .join(sample_plan)
    .where(sample_call.c.call_id == call.c.id, ~HEARD_BY_PEOPLE.element)
    .order_by(sample.c.id)
    .limit(1)
    .correlate(call)
    .scalar_subquery()
)
"""The sample that a call was drawn for and that nobody has heard it for yet, in a query over calls."""

NOBODY = ""


@dataclass(frozen=True, slots=True)
class ToHear:
    """Which of the calls that wait are meant; what is left out is not asked for."""

    period: str | None = None
    """A local month such as 2026-11; appealed calls are meant whatever their month."""
    sample: str | None = None
    """See `store.samples.StoredSample.name`."""
    reviewer: str | None = None
    """Who was asked to hear them; `NOBODY`: they are still to be given out."""


ALL = ToHear()


class CallToHear(NamedTuple):
    """A call with its score, and whether people should hear it whatever the machine found."""

    score: StoredScore
    line: str
    category: str
    sample: str
    """The sample it was drawn for and nobody has heard yet; "" when there is none."""


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
    for one in assignments:
        key = {
            "call_id": call_pk(c, one.call_id),
            "reviewer": one.reviewer,
            "purpose": one.purpose,
            "session": one.session,
        }
        known = select(assignment.c.id).filter_by(**key).outerjoin(assignment_end).where(OPEN)
        if c.scalar(known) is None:
            c.execute(insert(assignment).values(**key, why=one.why, assigned_by=one.assigned_by, at=one.at))
            added += 1
    return added


def end_assignments(c: Connection, pks: Iterable[int], how: Ending, author: str, at: datetime) -> None:
    """Ends open assignments."""
    rows = [{"assignment_id": pk, "how": how, "author": author, "at": at} for pk in pks]
    if rows:
        c.execute(insert(assignment_end), rows)


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


def endings(c: Connection) -> list[Ended]:
    """All endings of reviews there were, oldest first."""
    wanted = select(assignment.c.reviewer, *assignment_end.c["how", "at"]).join(assignment_end)
    return [
        Ended(*row) for row in c.execute(wanted.where(assignment.c.purpose == "review").order_by(assignment_end.c.at))
    ]


def calls_to_hear(
    c: Connection, keys: RunKeys, wanted: ToHear = ALL, appealed: Iterable[str] = (), limit: int | None = None
) -> Iterator[CallToHear]:
    """Calls whose score waits for a person, that were drawn for a sample, or ``appealed``.

    Those with a fatal fault come first, then the appealed, then the oldest, so that ``limit`` leaves the most urgent.
    """
    appealed = list(appealed)
    columns = (*SCORE_COLUMNS, *call.c["line", "category"])
    order = (and_(NEEDS_REVIEW, FATAL).desc(), call.c.call_id.in_(appealed).desc(), call.c.started_at, call.c.id)
    rows = c.execute(
        _to_hear(c, keys, wanted, appealed)
        .with_only_columns(*columns, DRAWN)
        .order_by(*order)
        .limit(limit)
        .execution_options(yield_per=CHUNK)
    )
    width = len(StoredScore._fields)
    for row in rows:
        yield CallToHear(StoredScore(*row[:width]), row.line, row.category, row[-1] or "")


def n_to_hear(c: Connection, keys: RunKeys, wanted: ToHear = ALL, appealed: Iterable[str] = ()) -> int:
    """How many `calls_to_hear` gives without a limit."""
    return c.scalar(_to_hear(c, keys, wanted, list(appealed)).with_only_columns(func.count())) or 0


def _to_hear(c: Connection, keys: RunKeys, wanted: ToHear, appealed: list[str]) -> Select[Any]:
    # Not correlated: a person's own queue starts from the few calls they were asked to hear, not from all that wait.
    asked = select(assignment.c.call_id).outerjoin(assignment_end).where(OPEN, assignment.c.purpose == "review")
    # Few calls were ever drawn; of the others nobody need ask whether somebody has heard them.
    drawn = and_(call.c.id.in_(select(sample_call.c.call_id)), DRAWN.is_not(None))
    waits: ColumnElement[bool] = or_(NEEDS_REVIEW, drawn)
    if wanted.period is not None:
        waits = and_(waits, call.c.period == wanted.period)
    found = with_effective_score(select(call.c.id), c, keys).where(or_(waits, call.c.call_id.in_(appealed)))
    if wanted.sample is not None:
        found = found.where(DRAWN.in_([wanted.sample]))
    if wanted.reviewer == NOBODY:
        found = found.where(call.c.id.not_in(asked))
    elif wanted.reviewer is not None:
        found = found.where(call.c.id.in_(asked.where(assignment.c.reviewer == wanted.reviewer)))
    return found
