"""Removing what has been kept for long enough: the sound and the words of calls, each leaving a mark on the call.

Recordings are removed whole, with all calls that share them, and only when the law holds none of these calls. What may
go is asked again in the transaction that takes it away.
"""

import secrets
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any, Literal, NamedTuple

from sqlalchemy import (
    ColumnElement,
    Connection,
    Integer,
    LargeBinary,
    String,
    bindparam,
    delete,
    exists,
    func,
    insert,
    null,
    select,
    type_coerce,
    update,
)

from store.removal import index_removal
from store.removal.legal_holds import held_by_law
from store.removal.marks import What, mark
from store.tables.calls import call, call_score, failure, finding, recording, transcript
from store.tables.joins import HEARD
from store.tables.judge import judge_answer
from store.tables.people import clip, effective_score, example
from store.tables.removal import removal, removal_report

ROWS_AT_ONCE = 1000
NO_DOCUMENT = b""
"""Instead of a transcript whose words are gone; nobody reads it (`store.tables.joins.HAS_TEXT`)."""


class Due(NamedTuple):
    """What may be removed by now."""

    recordings: Sequence[int]
    """Primary keys, the oldest first."""
    n_calls: int
    first_day: str
    """Local, like ``last_day``; empty without any."""
    last_day: str
    n_held: int
    """Calls that would be due, and that the law holds, or one with the same recording."""


class Place(NamedTuple):
    """Where a recording lies."""

    recording: int
    uri: str
    sha256: str


class Report(NamedTuple):
    """What was removed once."""

    pk: int
    kind: Literal["retention", "erasure"]
    author: str
    reason: str
    at: datetime
    finished_at: datetime | None
    """``None``: it was stopped half-way."""
    counts: Mapping[str, Any]


def due(c: Connection, before: datetime, what: What | None = None) -> Due:
    """Recordings all of whose calls began before that time. ``what``: of which this is still there."""
    twin = call.alias()
    younger = exists().where(twin.c.recording_id == call.c.recording_id, twin.c.started_at >= before)
    old = select(*call.c["recording_id", "day"], _held_recording().label("held")).where(
        call.c.started_at < before, ~younger, *_there(what)
    )
    recordings: dict[int, None] = {}  # in their order, each once
    days: set[str] = set()
    n_calls = n_held = 0
    for recording_pk, day, held in c.execute(
        old.order_by(call.c.started_at, call.c.id).execution_options(yield_per=ROWS_AT_ONCE)
    ):
        if held:
            n_held += 1
        else:
            n_calls += 1
            recordings[recording_pk] = None
            days.add(day)
    return Due(list(recordings), n_calls, min(days, default=""), max(days, default=""), n_held)


def free_calls(c: Connection, recordings: Collection[int], what: What | None = None) -> list[int]:
    """The calls of these recordings, without those of recordings that the law holds by now."""
    mine = call.c.recording_id.in_(recordings)
    return list(c.scalars(select(call.c.id).where(mine, ~_held_recording(), *_there(what)).order_by(call.c.id)))


def places(c: Connection, ids: Collection[int]) -> list[Place]:
    """Of the recordings of these calls; those whose sound was removed have none any more."""
    columns = call.c.recording_id, call.c.uri, recording.c.sha256
    wanted = select(*columns).join(recording).where(call.c.id.in_(ids), call.c.uri != "").distinct()
    return [Place(*row) for row in c.execute(wanted)]


def playable_sounds(c: Connection, hashes: Collection[str]) -> set[str]:
    """Those SHA-256 of which a call may still be heard."""
    audible = ~exists().where(removal.c.call_id == call.c.id, removal.c.what == "audio")
    return set(c.scalars(select(recording.c.sha256).join(call).where(recording.c.sha256.in_(hashes), audible)))


def remove_audio(c: Connection, ids: Collection[int], report_id: int, at: datetime) -> None:
    """Forgets where the recordings of these calls lie, and what failed with them."""
    mark(c, ids, "audio", report_id, at)
    c.execute(update(call).where(call.c.id.in_(ids)).values(uri="", stamp=""))
    hashes = select(recording.c.sha256).join(call).where(call.c.id.in_(ids))
    c.execute(delete(failure).where(failure.c.stage == "transcribe", func.substr(failure.c.key, 1, 64).in_(hashes)))


def remove_text(c: Connection, ids: Collection[int], report_id: int, at: datetime) -> None:
    """Removes what was said and filed in these calls, all calls of their recordings; verdicts and scores stay."""
    transcripts = _transcripts(ids)
    mark(c, ids, "text", report_id, at)
    index_removal.remove_from_index(c, ids)
    for quoting in (clip, example):
        c.execute(delete(quoting).where(quoting.c.call_id.in_(ids)))
    _drop_former_contexts(c, ids)
    c.execute(
        update(transcript)
        .where(transcript.c.id.in_(transcripts))
        .values(document=type_coerce(NO_DOCUMENT, LargeBinary))
    )
    c.execute(update(finding).where(finding.c.transcript_id.in_(transcripts)).values(evidence=null(), details=null()))
    c.execute(delete(judge_answer).where(judge_answer.c.transcript_id.in_(transcripts)))
    hashes = select(recording.c.sha256).join(call).where(call.c.id.in_(ids))
    c.execute(delete(failure).where(failure.c.stage == "ask", func.substr(failure.c.key, 1, 64).in_(hashes)))
    c.execute(update(call).where(call.c.id.in_(ids)).values(ticket=null()))
    _forget_keys(c, ids)


def _drop_former_contexts(c: Connection, ids: Collection[int]) -> None:
    """What was found of other tickets of these calls, which can never count again."""
    present = exists().where(
        HEARD, transcript.c.id == finding.c.transcript_id, call.c.context_key == finding.c.context_key
    )
    c.execute(delete(finding).where(finding.c.transcript_id.in_(_transcripts(ids)), ~present))
    now = select(call.c.context_key).where(call.c.id == call_score.c.call_id).scalar_subquery()
    former = select(call_score.c.id).where(call_score.c.call_id.in_(ids), call_score.c.context_key != now)
    gone = list(c.scalars(former))
    c.execute(delete(effective_score).where(effective_score.c.call_score_id.in_(gone)))
    c.execute(delete(call_score).where(call_score.c.id.in_(gone)))


def _forget_keys(c: Connection, ids: Collection[int]) -> None:
    """Puts chance in place of the hashes of tickets: of few facts a hash can be guessed."""
    columns = call.c["recording_id", "channel", "context_key"]
    contexts = c.execute(select(*columns).where(call.c.id.in_(ids)).distinct()).all()
    rows = [
        {"of": row.recording_id, "on": row.channel, "old": row.context_key, "new": secrets.token_hex(8)}
        for row in contexts
    ]
    if not rows:
        return
    of, on = bindparam("of", type_=Integer), bindparam("on", type_=Integer)
    old, new = bindparam("old", type_=String), bindparam("new", type_=String)
    mine = select(transcript.c.id).where(transcript.c.recording_id == of, transcript.c.channel == on)
    calls = select(call.c.id).where(call.c.recording_id == of, call.c.channel == on, call.c.context_key == old)
    for table, rows_of in (
        (finding, finding.c.transcript_id.in_(mine)),
        (call_score, call_score.c.call_id.in_(calls)),
        (call, call.c.id.in_(calls)),
    ):
        c.execute(update(table).where(rows_of, table.c.context_key == old).values(context_key=new), rows)
    c.execute(update(call).where(call.c.id.in_(ids)).values(row_key=""))


def start_report(c: Connection, kind: Literal["retention", "erasure"], author: str, reason: str, at: datetime) -> int:
    """The number of a new report, without counts."""
    values = {"kind": kind, "author": author, "reason": reason, "at": at, "counts": {}}
    return int(c.execute(insert(removal_report).values(values).returning(removal_report.c.id)).scalar_one())


def count_in(c: Connection, report_id: int, counts: Mapping[str, Any], finished_at: datetime | None = None) -> None:
    """Writes what was removed so far."""
    mine = update(removal_report).where(removal_report.c.id == report_id)
    c.execute(mine.values(counts=dict(counts), finished_at=finished_at))


def reports(c: Connection) -> list[Report]:
    """All reports, newest first."""
    return [Report(*row) for row in c.execute(select(removal_report).order_by(removal_report.c.id.desc()))]


def _transcripts(ids: Collection[int]) -> Any:
    """Also those that were made when another channel was known as the agent's."""
    return (
        select(transcript.c.id).join(call, transcript.c.recording_id == call.c.recording_id).where(call.c.id.in_(ids))
    )


def _held_recording() -> ColumnElement[bool]:
    """Whether the law holds a call of this call's recording."""
    twin = call.alias()
    return exists().where(twin.c.recording_id == call.c.recording_id, held_by_law(twin))


def _there(what: What | None) -> list[ColumnElement[bool]]:
    return [~exists().where(removal.c.call_id == call.c.id, removal.c.what == what)] if what else []
