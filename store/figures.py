"""Scores in bulk, as columns: what figures are made from."""

from dataclasses import fields, replace
from typing import Any

from sqlalchemy import Connection, func, select

from callqa.days import Days
from callqa.keys import RunKeys
from callqa.types import ScoredCalls
from store.joins import EFFECTIVE, held, on, with_effective_score, with_score
from store.tables import call, transcript

ROWS_AT_ONCE = 500


def scored_calls(c: Connection, keys: RunKeys, days: Days) -> ScoredCalls:
    """The published scores of the calls of these days; effective ones win."""
    columns = (
        *call.c["agent_id", "team", "category", "line", "day"],
        *transcript.c["seconds", "confidence"],
        *(column for column in EFFECTIVE if column.name != "fatal"),
    )
    wanted = with_effective_score(select(*columns), c, keys).where(on(days), ~held(c, keys))
    # The driver's own rows, some at a time: an object of each takes as long as the query, and many tuples at once keep
    # the garbage collector busy.
    cursor = c.execute(wanted).cursor
    found: tuple[list[Any], ...] = tuple([] for _ in fields(ScoredCalls))
    while rows := cursor.fetchmany(ROWS_AT_ONCE):
        for column, values in zip(found, zip(*rows, strict=True), strict=True):
            column.extend(values)
    calls = ScoredCalls(*map(tuple, found))
    return replace(calls, needs_review=tuple(map(bool, calls.needs_review)))


def n_held(c: Connection, keys: RunKeys, days: Days) -> int:
    """How many scores `scored_calls` leaves out because they are not published."""
    wanted = with_score(select(func.count()).select_from(call), c, keys)
    return c.scalar(wanted.where(on(days), held(c, keys))) or 0
