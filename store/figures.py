"""Scores in bulk, as columns: what figures are made from."""

from dataclasses import fields

from sqlalchemy import Connection, select

from callqa.keys import RunKeys
from callqa.types import ScoredCalls
from store.joins import EFFECTIVE, HEARD, engine_pk, held, rubric_pk, scored
from store.records_tables import effective_score
from store.tables import call, call_score, transcript


def scored_calls(c: Connection, keys: RunKeys, since: str | None = None, until: str | None = None) -> ScoredCalls:
    """The published scores of the calls of the local days ``since`` to ``until``, both included; effective ones win."""
    wanted = (
        select(
            *call.c["agent_id", "team", "category", "line", "day"],
            *transcript.c["seconds", "confidence"],
            *(column for column in EFFECTIVE if column.name != "fatal"),
        )
        .join(transcript, HEARD)
        .join(call_score, scored(keys))
        .outerjoin(effective_score)
        .where(
            transcript.c.engine_id == engine_pk(c, keys.engine_key),
            call_score.c.rubric_id == rubric_pk(c, keys.rubric_key),
            ~held(c, rubric_pk(c, keys.rubric_key)),
        )
    )
    if since is not None:
        wanted = wanted.where(call.c.day >= since)
    if until is not None:
        wanted = wanted.where(call.c.day <= until)
    columns = list(zip(*c.execute(wanted).all(), strict=True)) or [()] * len(fields(ScoredCalls))
    return ScoredCalls(*columns)
