"""Calibration sessions: who judges which calls. The answers are reviews of purpose ``calibration``."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from more_itertools import chunked
from sqlalchemy import ColumnElement, Connection, insert, select, true, update

from callqa.errors import StoreError
from callqa.messages import NONE
from callqa.records import Assignment, CalibrationSession, Purpose, Review
from callqa.types import Verdict
from store.people.assignments import end_assignments, open_assignments, put_assignments
from store.tables.calls import call
from store.tables.joins import CHUNK
from store.tables.people import calibration_session, review

PURPOSE: Purpose = "calibration"
Answers = Mapping[str, Mapping[tuple[str, str], Verdict]]
"""By reviewer, then by (call_id, item_id)."""


def open_session(c: Connection, session: CalibrationSession) -> None:
    """Stores the session and asks each reviewer to hear each call. Raises `StoreError` for a name or call it cannot."""
    table = calibration_session
    if c.scalar(select(table.c.id).where(table.c.name == session.name)):
        raise StoreError("calibration.name_taken", name=session.name)
    document = {name: getattr(session, name) for name in ("calls", "reviewers", "items", "n_candidates")}
    values = {"name": session.name, "opened_by": session.opened_by, "opened_at": session.opened_at}
    c.execute(insert(table).values(document=document, **values))
    put_assignments(
        c,
        (
            Assignment(call_id, reviewer, PURPOSE, session.opened_by, session.opened_at, session.name)
            for reviewer in session.reviewers
            for call_id in session.calls
        ),
    )


def close_session(c: Connection, name: str, author: str, at: datetime) -> None:
    """Ends the session: from now on its answers are seen, and none can be added. Raises `StoreError`."""
    opened(c, name)
    table = calibration_session.c
    c.execute(update(calibration_session).where(table.name == name).values(closed_by=author, closed_at=at))
    asked = (
        open_assignment.pk
        for open_assignment in open_assignments(c, purpose=PURPOSE)
        if open_assignment.assignment.session == name
    )
    end_assignments(c, asked, "done", author, at)


def sessions(c: Connection) -> list[CalibrationSession]:
    """All sessions, oldest first."""
    return [_session(row) for row in c.execute(select(calibration_session).order_by(calibration_session.c.id))]


def session(c: Connection, name: str) -> CalibrationSession:
    """Raises `StoreError` when there is none of this name."""
    by_name = {session.name: session for session in sessions(c)}
    if name not in by_name:
        raise StoreError("calibration.unknown", name=name, sessions=list(by_name) or NONE)
    return by_name[name]


def opened(c: Connection, name: str) -> CalibrationSession:
    """The session while it is open. Raises `StoreError` when it was closed."""
    known = session(c, name)
    if known.closed_at is not None:
        raise StoreError("calibration.closed", name=name, who=known.closed_by)
    return known


def closed(c: Connection, name: str) -> CalibrationSession:
    """The session once it was closed. Raises `StoreError` before."""
    known = session(c, name)
    if known.closed_at is None:
        raise StoreError("calibration.still_open", name=name)
    return known


def blinded(c: Connection, call_id: str) -> list[str]:
    """The open sessions in which people still judge this call."""
    return [session.name for session in sessions(c) if session.closed_at is None and call_id in session.calls]


def open_calls(c: Connection) -> frozenset[str]:
    """The ids of all calls that people judge just now: nobody is shown a verdict on them."""
    wanted = select(calibration_session).where(calibration_session.c.closed_at.is_(None))
    return frozenset(call_id for row in c.execute(wanted) for call_id in row.document["calls"])


def judged_by(c: Connection, reviewer: str) -> frozenset[str]:
    """The ids of the calls that this person is asked to judge blind just now."""
    asked = [session for session in sessions(c) if session.closed_at is None and reviewer in session.reviewers]
    return frozenset(call_id for session in asked for call_id in session.calls)


def not_blind(c: Connection, call_id: ColumnElement[int]) -> ColumnElement[bool]:
    """Whether a call is none of those that people judge just now; ``call_id``: the column with its number."""
    named = chunked(sorted(open_calls(c)), CHUNK)
    blind = [pk for some in named for pk in c.scalars(select(call.c.id).where(call.c.call_id.in_(some)))]
    return call_id.not_in(blind) if blind else true()


def visible(c: Connection, reviews: Iterable[Review]) -> list[Review]:
    """Without the answers that nobody may see yet."""
    still_open = {session.name for session in sessions(c) if session.closed_at is None}
    return [review for review in reviews if review.purpose != PURPOSE or review.session not in still_open]


def answers(c: Connection, name: str) -> Answers:
    """What each reviewer said of each item of each call; the last answer of each counts."""
    columns = review.c["item_id", "author", "verdict"]
    wanted = select(call.c.call_id, *columns).join(call).where(review.c.purpose == PURPOSE, review.c.session == name)
    answers: dict[str, dict[tuple[str, str], Verdict]] = {}
    for call_id, item_id, author, verdict in c.execute(wanted.order_by(review.c.id)):
        answers.setdefault(author, {})[call_id, item_id] = Verdict(verdict)
    return answers


def _session(row: Any) -> CalibrationSession:
    return CalibrationSession(
        name=row.name,
        calls=tuple(row.document["calls"]),
        reviewers=tuple(row.document["reviewers"]),
        items=tuple(row.document["items"]),
        n_candidates=row.document["n_candidates"],
        opened_by=row.opened_by,
        opened_at=row.opened_at,
        closed_by=row.closed_by,
        closed_at=row.closed_at,
    )
