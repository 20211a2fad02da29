"""Reads of an export beside the figures: score sheets of some days, and what people wrote about those calls."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import Connection, Select, func, select

from callqa.days import Days
from callqa.keys import RubricKeys
from store.calls.rows import StoredScore
from store.tables.calls import call
from store.tables.joins import SCORE_COLUMNS, held, on, with_effective_score
from store.tables.people import appeal, appeal_step, review

ROWS_AT_ONCE = 1000


class WrittenRow(NamedTuple):
    """Something a person wrote about a call; what a kind of record does not have is empty."""

    at: datetime
    kind: str
    """``review`` and the other purposes, ``appeal``, or the stage of an appeal's step."""
    call_id: str
    agent_id: str
    item_id: str
    title: str
    action: str
    verdict: str | None
    points: float | None
    author: str
    reason: str


def sheets(c: Connection, keys: RubricKeys, days: Days, team: str | None = None) -> Iterator[StoredScore]:
    """Published scores, of one team or of all, in the order of team, agent and time, one by one."""
    wanted = _scores(c, keys, days, team).where(~held(c, keys))
    ordered = wanted.order_by(call.c.team, call.c.agent_id, call.c.started_at, call.c.id)
    for row in c.execute(ordered.execution_options(yield_per=ROWS_AT_ONCE)):
        yield StoredScore(*row)


def held_by_team(c: Connection, keys: RubricKeys, days: Days) -> dict[str, int]:
    """How many scores of each team `sheets` leaves out, for they are not published."""
    waiting = _scores(c, keys, days, None).where(held(c, keys)).subquery()
    counted = c.execute(select(waiting.c.team, func.count()).group_by(waiting.c.team))
    return dict(row._tuple() for row in counted)


def written(c: Connection, days: Days, team: str | None = None) -> list[WrittenRow]:
    """Reviews, appeals and their steps about calls of these days, oldest first; no answers given for calibration."""
    about = call.c["call_id", "agent_id"]
    reviews = select(
        review.c.at,
        review.c.purpose,
        *about,
        *review.c["item_id", "title", "action", "verdict", "points", "author", "reason"],
    ).where(review.c.purpose != "calibration")
    appeals = select(appeal.c.at, *about, appeal.c.item_id, appeal.c.agent_id.label("author"), appeal.c.reason)
    steps = select(
        appeal_step.c.at, appeal_step.c.stage, *about, appeal.c.item_id, *appeal_step.c["outcome", "author", "reason"]
    )
    rows = [WrittenRow(*row) for row in c.execute(_of(reviews.select_from(review).join(call), days, team))]
    for at, call_id, agent_id, item_id, author, reason in c.execute(
        _of(appeals.select_from(appeal).join(call), days, team)
    ):
        rows.append(WrittenRow(at, "appeal", call_id, agent_id, item_id, "", "submit", None, None, author, reason))
    stepped = steps.select_from(appeal_step).join(appeal).join(call, call.c.id == appeal.c.call_id)
    for at, stage, call_id, agent_id, item_id, outcome, author, reason in c.execute(_of(stepped, days, team)):
        rows.append(WrittenRow(at, stage, call_id, agent_id, item_id, "", outcome, None, None, author, reason))
    return sorted(rows, key=lambda row: row.at)


def _scores(c: Connection, keys: RubricKeys, days: Days, team: str | None) -> Select[Any]:
    return _of(with_effective_score(select(*SCORE_COLUMNS), c, keys), days, team)


def _of(wanted: Select[Any], days: Days, team: str | None) -> Select[Any]:
    wanted = wanted.where(on(days))
    return wanted if team is None else wanted.where(call.c.team == team)
