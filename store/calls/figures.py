"""Scores in bulk, as columns: what figures are made from."""

from dataclasses import fields, replace
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import Connection, func, select, union

from callqa.days import Days
from callqa.keys import RubricKeys
from callqa.scores import ScoredCalls
from callqa.visibility import EVERYTHING, Visibility
from store.people.calibration import not_blind
from store.tables.calls import call, call_score, run, transcript
from store.tables.joins import EFFECTIVE, held, on, with_effective_score, with_score
from store.tables.people import calibration_session, hold, hold_release, review
from store.tables.roster import agent

ROWS_AT_ONCE = 500


class Marks(NamedTuple):
    """How far the rows go that figures are made of. Equal marks, equal figures."""

    score: int
    """The highest id; likewise below."""
    review: int
    run: int
    n_holds: int
    n_releases: int
    n_sessions: int
    """Of calibration, opened and closed."""
    roster: datetime | None
    """When an agent's teams were last changed."""


def scored_calls(
    c: Connection, keys: RubricKeys, days: Days, visibility: Visibility = EVERYTHING, *, blind: bool = True
) -> ScoredCalls:
    """The published scores of the calls of these days that are in ``visibility``; effective ones win.

    ``blind``: also of calls that people judge blind just now. The mean of a day with one call tells its total.
    """
    columns = (
        *call.c["agent_id", "team", "category", "line", "day"],
        *transcript.c["seconds", "confidence"],
        *(column for column in EFFECTIVE if column.name != "fatal"),
    )
    wanted = with_effective_score(select(*columns), c, keys).where(on(days), ~held(c, keys))
    if not blind:
        wanted = wanted.where(not_blind(c, call.c.id))
    if visibility.teams is not None:
        wanted = wanted.where(call.c.team.in_(visibility.teams))
    if visibility.agent_id is not None:  # the months are in the index of agents, the days are not
        months = (call.c.period.in_(days.months),) if days.months else ()
        wanted = wanted.where(call.c.agent_id == visibility.agent_id, *months)
    # The driver's own rows, some at a time: an object of each takes as long as the query, and many tuples at once keep
    # the garbage collector busy.
    cursor = c.execute(wanted).cursor
    columns_read: tuple[list[Any], ...] = tuple([] for _ in fields(ScoredCalls))
    while rows := cursor.fetchmany(ROWS_AT_ONCE):
        for column, values in zip(columns_read, zip(*rows, strict=True), strict=True):
            column.extend(values)
    calls = ScoredCalls(*map(tuple, columns_read))
    return replace(calls, needs_review=tuple(map(bool, calls.needs_review)))


def n_held(c: Connection, keys: RubricKeys, days: Days) -> int:
    """How many scores `scored_calls` leaves out because they are not published."""
    wanted = with_score(select(func.count()).select_from(call), c, keys)
    return c.scalar(wanted.where(on(days), held(c, keys))) or 0


def marks(c: Connection) -> Marks:
    """As things stand; takes no longer for many rows."""
    last = (func.coalesce(func.max(table.c.id), 0) for table in (call_score, review, run))
    sessions = func.count(calibration_session.c.id) + func.count(calibration_session.c.closed_at)
    numbers = (*last, func.count(hold.c.id), func.count(hold_release.c.hold_id), sessions, func.max(agent.c.at))
    return Marks(*c.execute(select(*(select(number).scalar_subquery() for number in numbers))).one())


def days_since(c: Connection, before: Marks) -> set[str]:
    """The local days of the calls that were scored or spoken of since."""
    scored = (
        select(call.c.day).join(call_score, call_score.c.call_id == call.c.id).where(call_score.c.id > before.score)
    )
    spoken = select(call.c.day).join(review, review.c.call_id == call.c.id).where(review.c.id > before.review)
    return set(c.scalars(union(scored, spoken)))
