"""Keeping the list of calls up to date. A row that is to be written is one that is missing, or made of older scores."""

from collections.abc import Callable, Iterable, Sequence
from typing import Any, NamedTuple

from more_itertools import chunked
from sqlalchemy import ColumnElement, Connection, and_, delete, exists, func, insert, or_, select, update

from callqa.keys import RubricKeys
from callqa.scores import CallScore
from store.calls.write import sheet_values, take_off_call_list
from store.db import upsert
from store.tables.call_list import call_list, call_list_mark
from store.tables.calls import call, call_score, transcript
from store.tables.joins import CHUNK, EFFECTIVE, HEARD, engine_pk, rubric_pk, scored, with_effective_score
from store.tables.people import effective_score

FACTS = call.c["started_at", "agent_id", "team", "category", "request_type", "line", "direction"]
SHEET = tuple(column for column in EFFECTIVE if column.name != "manual_points")
LAST_REVIEW = func.coalesce(effective_score.c.last_review_id, 0)


class Marks(NamedTuple):
    """Ids of the items of one sheet that lists can be filtered by, see `CallScore`; and what queues are sorted by."""

    failed: Sequence[str]
    undecided: Sequence[str]
    swing: float = 0.0
    """See `store.tables.call_list`."""


MarksOf = Callable[[Sequence[str]], Iterable[Marks]]
"""The marks of each of many sheets, from their verdict strings."""


def to_list(c: Connection, keys: RubricKeys) -> list[int]:
    """Calls whose present score under ``keys``, with people's words on it, is not the one in their row."""
    calls = with_effective_score(select(call.c.id), c, keys).outerjoin(call_list, call_list.c.call_id == call.c.id)
    other = or_(
        call_list.c.call_id.is_(None),
        call_list.c.call_score_id != call_score.c.id,
        call_list.c.last_review_id != LAST_REVIEW,
    )
    return list(c.scalars(calls.where(other).order_by(call.c.id)))


def put_rows(c: Connection, ids: Iterable[int], keys: RubricKeys, marks_of: MarksOf) -> None:
    """Writes the rows of these calls as they stand under ``keys``; calls without a score keep what they have."""
    columns = (
        call.c.id.label("call_id"),
        call.c.call_id.label("named"),
        call_score.c.id.label("call_score_id"),
        LAST_REVIEW.label("last_review_id"),
        call_score.c.rubric_id,
        *FACTS,
        transcript.c.seconds,
        *SHEET,
    )
    wanted = with_effective_score(select(*columns), c, keys)
    for chunk in chunked(ids, CHUNK):
        rows = [dict(row) for row in c.execute(wanted.where(call.c.id.in_(chunk)).order_by(call.c.id)).mappings()]
        marks = list(marks_of([row["verdicts"] for row in rows]))
        listed = [row | {"swing": item_marks.swing} for row, item_marks in zip(rows, marks, strict=True)]
        _put(
            c,
            listed,
            [mark for row, item_marks in zip(rows, marks, strict=True) for mark in _mark_rows(row, item_marks)],
        )


def put_sheet(c: Connection, score_id: int, last_review_id: int, score: CallScore, swing: float) -> None:
    """Writes the sheet that counts from now on into the row that shows this score, if one does."""
    shown = update(call_list).where(
        call_list.c.call_score_id == score_id,
        call_list.c.call_id == select(call_score.c.call_id).where(call_score.c.id == score_id).scalar_subquery(),
    )
    changed = shown.values(last_review_id=last_review_id, swing=swing, **sheet_values(score))
    row = c.execute(changed.returning(*call_list.c["call_id", "started_at", "team"])).mappings().one_or_none()
    if row is not None:
        c.execute(delete(call_list_mark).where(call_list_mark.c.call_id == row["call_id"]))
        _put_marks(c, _mark_rows(row, Marks(score.failed, score.undecided)))


def to_unlist(c: Connection, rubric_set: Iterable[RubricKeys]) -> list[int]:
    """Calls in the list whose row shows no present score under any of the rubrics."""
    return list(c.scalars(select(call_list.c.call_id).where(_stale(c, rubric_set)).order_by(call_list.c.call_id)))


def unlist_stale(c: Connection, ids: Iterable[int], rubric_set: Sequence[RubricKeys]) -> None:
    """Takes these calls out of the list, but for those whose score has become present meanwhile."""
    stale = _stale(c, rubric_set)
    for chunk in chunked(ids, CHUNK):
        take_off_call_list(c, list(c.scalars(select(call_list.c.call_id).where(call_list.c.call_id.in_(chunk), stale))))


def _stale(c: Connection, rubric_set: Iterable[RubricKeys]) -> ColumnElement[bool]:
    return and_(*(~_present(c, keys) for keys in rubric_set))


def _present(c: Connection, keys: RubricKeys) -> ColumnElement[bool]:
    return exists(
        select(call.c.id)
        .join(transcript, HEARD)
        .join(call_score, scored(keys))
        .where(
            call.c.id == call_list.c.call_id,
            call_score.c.id == call_list.c.call_score_id,
            call_score.c.rubric_id == rubric_pk(c, keys.rubric_key),
            transcript.c.engine_id == engine_pk(c, keys.engine_key),
        )
    ).correlate(call_list)


def _mark_rows(row: Any, marks: Marks) -> list[dict[str, Any]]:
    of_call = {name: row[name] for name in ("call_id", "started_at", "team")}
    by_mark = {"failed": marks.failed, "undecided": marks.undecided}
    return [of_call | {"item_id": item, "mark": mark} for mark, ids in by_mark.items() for item in ids]


def _put(c: Connection, rows: list[dict[str, Any]], marks: list[dict[str, Any]]) -> None:
    if not rows:
        return
    c.execute(delete(call_list_mark).where(call_list_mark.c.call_id.in_([row["call_id"] for row in rows])))
    adding = upsert.insert(c, call_list)
    changed = {name: adding.excluded[name] for name in rows[0] if name != "call_id"}
    c.execute(adding.on_conflict_do_update(index_elements=["call_id"], set_=changed), rows)
    _put_marks(c, marks)


def _put_marks(c: Connection, marks: list[dict[str, Any]]) -> None:
    if marks:
        c.execute(insert(call_list_mark), marks)
