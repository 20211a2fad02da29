"""Deletion of whole calls: the rows of every table that tell of them. What is left are sums without persons.

The order of the deletions is that of the foreign keys, which refuse to leave a row behind.
"""

from collections.abc import Collection
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Connection, Select, case, delete, exists, func, select

from store.calls.write import take_off_call_list
from store.db import upsert
from store.removal import index_removal
from store.removal.legal_holds import held_by_law
from store.tables.api import delivery, event, urgent_call
from store.tables.call_list import call_list
from store.tables.calls import call, call_score, failure, finding, recording, rubric, transcript
from store.tables.judge import judge_answer
from store.tables.notices import notice
from store.tables.people import (
    appeal,
    appeal_step,
    assignment,
    assignment_end,
    clip,
    effective_score,
    example,
    golden_label,
    review,
    sample_call,
)
from store.tables.removal import legal_hold_call, past_figures, removal
from store.tables.search import said_call

OF_CALLS = (
    review,
    appeal,
    assignment,
    golden_label,
    example,
    sample_call,
    clip,
    legal_hold_call,
    removal,
    urgent_call,
    event,
    notice,
)
"""The tables with a row for something that happened to a call, and nothing below it."""
BELOW = ((assignment_end, assignment), (appeal_step, appeal), (delivery, event))


class PastFigures(NamedTuple):
    """What is left of calls whose scores are gone."""

    period: str
    rubric: str
    team: str
    category: str
    n_calls: int
    n_totals: int
    mean: float | None
    """Of the totals."""
    n_fatal: int
    hours: float
    """Of audio."""


def delete_calls(c: Connection, ids: Collection[int], *, summed: bool = True) -> None:
    """Deletes these calls and all that was made of them. ``summed``: their figures are added to what stays."""
    recordings = list(c.scalars(select(call.c.recording_id).where(call.c.id.in_(ids)).distinct()))
    if summed:
        _add_up(c, ids)
    index_removal.remove_from_index(c, ids)
    take_off_call_list(c, ids)
    _delete_scores(c, call_score.c.call_id.in_(ids))
    for below, above in BELOW:
        (link,) = (key.parent for key in below.foreign_keys if key.column.table is above)
        c.execute(delete(below).where(link.in_(select(above.c.id).where(above.c.call_id.in_(ids)))))
    for table in OF_CALLS:
        c.execute(delete(table).where(table.c.call_id.in_(ids)))
    _delete_failures(c, ids)
    c.execute(delete(call).where(call.c.id.in_(ids)))
    still = exists().where(call.c.recording_id == recording.c.id)
    _delete_recordings(c, list(c.scalars(select(recording.c.id).where(recording.c.id.in_(recordings), ~still))))


def replaced_recordings(c: Connection) -> list[int]:
    """Those that no call has any more, because another one took their place; without what the law holds."""
    owned = exists().where(call.c.recording_id == recording.c.id)
    wanted = exists().where(
        call_score.c.transcript_id == transcript.c.id,
        transcript.c.recording_id == recording.c.id,
        call.c.id == call_score.c.call_id,
        held_by_law(),
    )
    return list(c.scalars(select(recording.c.id).where(~owned, ~wanted).order_by(recording.c.id)))


def delete_recordings(c: Connection, recordings: Collection[int]) -> None:
    """Deletes recordings that no call has, with all that was made of them."""
    if not recordings:
        return
    transcripts = select(transcript.c.id).where(transcript.c.recording_id.in_(recordings))
    if stale := list(c.scalars(select(said_call.c.call_id).where(said_call.c.transcript_id.in_(transcripts)))):
        index_removal.remove_from_index(c, stale)
    index_removal.remove_former(c)  # calls of theirs that were indexed anew since
    _delete_recordings(c, recordings)


def past(c: Connection) -> list[PastFigures]:
    """By month, rubric, team and category."""
    table = past_figures.c
    named = rubric.c.rubric_id + " " + rubric.c.version
    sums = table["n_calls", "n_totals", "sum_of_totals", "n_fatal", "seconds"]
    wanted = select(table.period, named, table.team, table.category, *sums).join(rubric)
    rows = c.execute(wanted.order_by(table.period, named, table.team, table.category))
    return [_past(row) for row in rows]


def _past(row: Any) -> PastFigures:
    period, named, team, category, n_calls, n_totals, sum_of_totals, n_fatal, seconds = row
    mean = sum_of_totals / n_totals if n_totals else None
    return PastFigures(period, named, team, category, n_calls, n_totals, mean, n_fatal, seconds / 3600)


def _add_up(c: Connection, ids: Collection[int]) -> None:
    groups = (call.c.period, call_list.c.rubric_id, call_list.c.team, call_list.c.category)
    sums = {
        "n_calls": func.count(),
        "n_totals": func.count(call_list.c.total),
        "sum_of_totals": func.coalesce(func.sum(call_list.c.total), 0.0),
        "n_fatal": func.sum(case((call_list.c.fatal, 1), else_=0)),
        "seconds": func.sum(call_list.c.seconds),
    }
    wanted = select(*groups, *(value.label(name) for name, value in sums.items())).join_from(call_list, call)
    rows = [dict(row) for row in c.execute(wanted.where(call.c.id.in_(ids)).group_by(*groups)).mappings()]
    if rows:
        adding = upsert.insert(c, past_figures)
        more = {name: past_figures.c[name] + adding.excluded[name] for name in sums}
        c.execute(adding.on_conflict_do_update(index_elements=past_figures.primary_key, set_=more), rows)


def _delete_scores(c: Connection, which: ColumnElement[bool]) -> None:
    scores = select(call_score.c.id).where(which)
    c.execute(delete(effective_score).where(effective_score.c.call_score_id.in_(scores)))
    c.execute(delete(call_score).where(which))


def _delete_failures(c: Connection, ids: Collection[int]) -> None:
    named = select(call.c.call_id).where(call.c.id.in_(ids))
    hashes = select(recording.c.sha256).join(call).where(call.c.id.in_(ids))
    for mine in (
        (failure.c.stage == "ingest") & failure.c.key.in_(named),
        failure.c.stage.in_(("transcribe", "ask")) & func.substr(failure.c.key, 1, 64).in_(hashes),
    ):
        c.execute(delete(failure).where(mine))


def _delete_recordings(c: Connection, recordings: Collection[int]) -> None:
    transcripts: Select[Any] = select(transcript.c.id).where(transcript.c.recording_id.in_(recordings))
    _delete_scores(c, call_score.c.transcript_id.in_(transcripts))
    c.execute(delete(finding).where(finding.c.transcript_id.in_(transcripts)))
    c.execute(delete(judge_answer).where(judge_answer.c.transcript_id.in_(transcripts)))
    c.execute(delete(transcript).where(transcript.c.recording_id.in_(recordings)))
    c.execute(delete(recording).where(recording.c.id.in_(recordings)))
