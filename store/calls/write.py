"""Writes. Each may be repeated: a row that is already there under its unique key is left as it is."""

from collections.abc import Iterable, Mapping
from dataclasses import asdict
from datetime import UTC, datetime
from typing import Any, Literal, NamedTuple

from sqlalchemy import Connection, Select, Table, bindparam, delete, exists, insert, select, update

from callqa.errors import StoreError
from callqa.keys import RubricKeys, content_key, context_key
from callqa.messages import Message
from callqa.scores import CallScore
from callqa.types import Call, Finding, Transcript
from store.calls.registry import registered, registered_rubric
from store.db.upsert import insert_new
from store.removal.marks import take_again
from store.tables import calls
from store.tables.call_list import call_list, call_list_mark
from store.tables.calls import NO_CHANNEL
from store.tables.people import appeal, golden_label, review
from store.tables.roster import agent_team


class FindingRow(NamedTuple):
    transcript_id: int
    context_key: str
    finding: Finding


class SheetFacts(NamedTuple):
    """All that is stored of a sheet."""

    total: float | None
    needs_review: bool
    fatal: bool
    """A fatal item is violated, whoever says so."""
    verdicts: str


class ScoreRow(NamedTuple):
    call_pk: int
    transcript_id: int
    context_key: str
    score: CallScore | SheetFacts


def put_call(
    c: Connection, call: Call, sha256: str, n_bytes: int, stamp: str, replace: bool = False
) -> Literal["new", "same", "replaced"]:
    """Stores a call and its recording's fingerprint.

    ``stamp`` is the file's size and time, by which a later ingest knows it again without reading it. A recording that
    only moved is the same call. Its team is its agent's on its day where the roster names one, which is no part of what
    the call is known by. Raises `StoreError` when the call id is known with other content and not ``replace``, when
    people have judged the recording that another one is to replace, and when something of the call was removed.
    """
    place = {"uri": call.recording_uri, "stamp": stamp}
    known = c.execute(_KNOWN_CALL, {"known_call_id": call.call_id}).one_or_none()
    row_key = _row_key(call)
    if known and take_again(c, known.id, known.sha256 == sha256, known.row_key == row_key):
        return "same"
    if known and (known.row_key, known.sha256) == (row_key, sha256):
        if (known.uri, known.stamp) != (call.recording_uri, stamp):
            c.execute(update(calls.call).where(calls.call.c.id == known.id).values(place))
        return "same"
    if known and not replace:
        if known.row_key == row_key:
            raise StoreError("call.other_recording", call=call.call_id)
        raise StoreError("call.other_data", call=call.call_id)
    if known and known.sha256 != sha256 and _is_judged(c, known.id):
        raise StoreError("call.recording_judged", call=call.call_id)
    insert_new(c, calls.recording, [{"sha256": sha256, "n_bytes": n_bytes}])
    recording_id = _id_of(c, calls.recording, "sha256", sha256)
    row = place | _call_values(call) | {"row_key": row_key, "recording_id": recording_id}
    row["team"] = _team_by_roster(c, row["agent_id"], row["day"]) or call.team
    if known:
        c.execute(update(calls.call).where(calls.call.c.id == known.id).values(row))
        take_off_call_list(c, [known.id])
        return "replaced"
    c.execute(insert(calls.call), [row])
    return "new"


_KNOWN_CALL = (
    select(*calls.call.c["id", "row_key", "uri", "stamp"], calls.recording.c.sha256)
    .join(calls.recording)
    .where(calls.call.c.call_id == bindparam("known_call_id"))
)


def _team_by_roster(c: Connection, agent_id: str, day: str) -> str | None:
    of_agent = select(agent_team.c.team).where(agent_team.c.agent_id == agent_id, agent_team.c.first_day <= day)
    team: str | None = c.scalar(of_agent.order_by(agent_team.c.first_day.desc()).limit(1))
    return team


def take_off_call_list(c: Connection, call_pks: Iterable[int] | Select[tuple[int]]) -> None:
    """Takes calls whose scores are no longer theirs out of the list."""
    for table in (call_list_mark, call_list):
        c.execute(delete(table).where(table.c.call_id.in_(call_pks)))


def _is_judged(c: Connection, call_pk: int) -> bool:
    return any(c.scalar(select(exists().where(table.c.call_id == call_pk))) for table in (review, appeal, golden_label))


def _row_key(call: Call) -> str:
    facts = asdict(call) | {"started_at": call.started_at.astimezone(UTC).isoformat()}
    del facts["recording_uri"]
    if not call.line:
        del facts["line"]  # so that calls stored before there were lines are the same calls
    return content_key(facts)


def _call_values(call: Call) -> dict[str, Any]:
    return {
        "call_id": call.call_id,
        "channel": channel_number(call.agent_channel),
        "context_key": context_key(call),
        "agent_id": call.agent_id,
        "team": call.team,
        "started_at": call.started_at,
        "period": f"{call.started_at:%Y-%m}",
        "direction": call.direction,
        "hangup_by": call.hangup_by,
        "day": f"{call.started_at:%Y-%m-%d}",
        "ticket": call.ticket,
        "line": call.line,
        "category": call.ticket.category[0] if call.ticket and call.ticket.category else "",
        "request_type": call.ticket.request_type if call.ticket else "",
    }


def channel_number(agent_channel: int | None) -> int:
    return NO_CHANNEL if agent_channel is None else agent_channel


def put_transcript(
    c: Connection,
    recording_sha256: str,
    agent_channel: int | None,
    transcript: Transcript,
    engine: Mapping[str, Any],
) -> int:
    """Stores what one engine heard, and gives the row's id. ``engine`` is the description behind ``engine_key``."""
    if content_key(engine) != transcript.engine_key:
        raise StoreError("engine.key_differs", key=transcript.engine_key)
    recording_id = _id_of(c, calls.recording, "sha256", recording_sha256)
    insert_new(c, calls.engine, [{"engine_key": transcript.engine_key, "description": dict(engine)}])
    keys = {
        "recording_id": recording_id,
        "channel": channel_number(agent_channel),
        "engine_id": _id_of(c, calls.engine, "engine_key", transcript.engine_key),
    }
    values = {
        "seconds": transcript.recording.duration,
        "confidence": _mean_confidence(transcript),
        "document": transcript,
    }
    insert_new(c, calls.transcript, [keys | values])
    return int(c.execute(select(calls.transcript.c.id).filter_by(**keys)).scalar_one())


def _mean_confidence(transcript: Transcript) -> float | None:
    weighed = [(turn.duration, turn.confidence) for turn in transcript.turns if turn.confidence is not None]
    seconds = sum(duration for duration, _ in weighed)
    return sum(duration * confidence for duration, confidence in weighed) / seconds if seconds else None


def put_findings(c: Connection, rows: Iterable[FindingRow]) -> None:
    """Raises `StoreError` for a check that was not registered."""
    version = calls.check_version.c
    check_ids: dict[str, int] = {
        row.check_key: row.id for row in c.execute(select(version.check_key, version.id).order_by(version.id))
    }
    insert_new(
        c,
        calls.finding,
        [
            {
                "transcript_id": transcript_id,
                "context_key": context,
                "check_version_id": registered(
                    check_ids,
                    finding.check_key,
                    Message("check.not_registered", check=finding.check_id, key=finding.check_key),
                ),
                "verdict": finding.verdict.value,
                "reason": finding.reason,
                "value": finding.value,
                "confidence": finding.confidence,
                "evidence": finding.evidence or None,
                "details": finding.details,
            }
            for transcript_id, context, finding in rows
        ],
    )


def put_scores(c: Connection, rows: Iterable[ScoreRow], keys: RubricKeys) -> None:
    """The machine's scores under ``keys``, made now. Raises `StoreError` for a rubric that was not registered."""
    rubric_id, checks_key = registered_rubric(c, keys.rubric_key), keys.checks_key
    at = _now()
    insert_new(
        c,
        calls.call_score,
        [
            {
                "call_id": row.call_pk,
                "transcript_id": row.transcript_id,
                "context_key": row.context_key,
                "checks_key": checks_key,
                "rubric_id": rubric_id,
                "trust_key": keys.trust_key,
                **sheet_values(row.score),
                "at": at,
            }
            for row in rows
        ],
    )


def sheet_values(score: CallScore | SheetFacts) -> dict[str, Any]:
    """What `tables.sheet_columns` keep of a sheet."""
    if isinstance(score, SheetFacts):
        return score._asdict()
    return {
        "total": score.total,
        "needs_review": score.needs_review,
        "fatal": any(item.fatal for item in score.items),
        "verdicts": score.verdicts,
    }


def stamp_month(c: Connection, period: str, rubric_key: str, stamp: str) -> None:
    """Remembers what the month's reports are written from; ``stamp`` is what `pending.to_report` gave."""
    table, row = calls.month_stamp, {"period": period, "rubric_id": registered_rubric(c, rubric_key)}
    c.execute(delete(table).filter_by(**row))
    c.execute(insert(table), [row | {"stamp": stamp}])


def start_run(c: Connection, kind: str, keys: RubricKeys) -> int:
    """The new run's id."""
    row = {"kind": kind, "started_at": _now(), "keys": asdict(keys)}
    return int(c.execute(insert(calls.run).values(row).returning(calls.run.c.id)).scalar_one())


def finish_run(c: Connection, run_id: int, report: Mapping[str, Any]) -> None:
    run = calls.run
    c.execute(update(run).where(run.c.id == run_id).values(finished_at=_now(), report=dict(report)))


def add_to_report(c: Connection, run_id: int, name: str, facts: Any) -> None:
    """Something that a night did after its runs, in the report of one of them."""
    run = calls.run
    report = c.execute(select(run.c.report).where(run.c.id == run_id)).scalar_one()
    c.execute(update(run).where(run.c.id == run_id).values(report={**(report or {}), name: facts}))


def _now() -> datetime:
    return datetime.now(UTC)


def _id_of(c: Connection, table: Table, column: str, value: str) -> int:
    pk = c.execute(select(table.c.id).where(table.c[column] == value)).scalar_one_or_none()
    if pk is None:
        raise StoreError("database.row_missing", table=table.name, column=column, value=value)
    return int(pk)
