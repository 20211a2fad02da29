"""Scores in bulk, as columns: what figures are made from."""

from dataclasses import fields, replace
from typing import Any

from sqlalchemy import Connection, Select, func, select

from callqa.days import Days
from callqa.keys import RunKeys
from callqa.types import ScoredCalls
from store.joins import EFFECTIVE, HEARD, engine_pk, held, on, rubric_pk, scored
from store.records_tables import effective_score
from store.tables import call, call_score, transcript


def scored_calls(c: Connection, keys: RunKeys, days: Days) -> ScoredCalls:
    """The published scores of the calls of these days; effective ones win."""
    columns = (
        *call.c["agent_id", "team", "category", "line", "day"],
        *transcript.c["seconds", "confidence"],
        *(column for column in EFFECTIVE if column.name != "fatal"),
    )
    wanted = _scores(select(*columns), c, keys, days).outerjoin(effective_score)
    # The driver's own rows: to make an object of each takes as long as the query.
    rows = c.execute(wanted.where(~held(c, rubric_pk(c, keys.rubric_key)))).cursor.fetchall()
    calls = ScoredCalls(*(zip(*rows, strict=True) if rows else [()] * len(fields(ScoredCalls))))
    return replace(calls, needs_review=tuple(map(bool, calls.needs_review)))


def n_held(c: Connection, keys: RunKeys, days: Days) -> int:
    """How many scores `scored_calls` leaves out because they are not published."""
    wanted = _scores(select(func.count()).select_from(call), c, keys, days)
    return c.scalar(wanted.where(held(c, rubric_pk(c, keys.rubric_key)))) or 0


def _scores(columns: Select[Any], c: Connection, keys: RunKeys, days: Days) -> Select[Any]:
    return (
        columns.join(transcript, HEARD)
        .join(call_score, scored(keys))
        .where(
            transcript.c.engine_id == engine_pk(c, keys.engine_key),
            call_score.c.rubric_id == rubric_pk(c, keys.rubric_key),
            on(days),
        )
    )
