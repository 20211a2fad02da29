"""Failures, and what a person may have to mend: recordings with attempts, checks that failed."""

from datetime import UTC, datetime
from typing import NamedTuple

from sqlalchemy import (
    ColumnElement,
    Connection,
    String,
    and_,
    cast,
    delete,
    exists,
    func,
    insert,
    literal,
    select,
    tuple_,
)

from callqa.keys import RubricKeys
from callqa.messages import Message, dumps, loads
from store.calls.answers import clear_unusable
from store.calls.write import channel_number, take_off_call_list
from store.tables.calls import IS_ERROR, call, call_score, failure, finding, recording, transcript
from store.tables.joins import HEARD, check_pks, covered, engine_pk
from store.tables.people import effective_score

SHA256 = 64  # hex digits


class OutstandingFailure(NamedTuple):
    """What could not be taken in or transcribed, and is not done since."""

    stage: str
    subject: str
    """A call id; in stage ``ingest`` also the place in a manifest of a row that names no call."""
    attempts: int
    error: str
    """Slug of the last attempt's error."""
    message: Message


class ErrorFinding(NamedTuple):
    """A check that failed on a call."""

    call_id: str
    check_id: str
    reason: str


def transcribe_key(sha256: str, agent_channel: int | None, engine_key: str) -> str:
    """Key of a failure in stage ``transcribe``."""
    return f"{sha256}:{channel_number(agent_channel)}:{engine_key}"


def transcribe_key_of_call(engine_key: str) -> ColumnElement[str]:
    """`transcribe_key` of each call, for a query over calls and their recordings."""
    return recording.c.sha256 + ":" + cast(call.c.channel, String) + f":{engine_key}"


def put_failure(c: Connection, stage: str, key: str, error: str, message: Message) -> None:
    """One more failed attempt. ``error`` is a slug; ``message`` tells people what is wrong and quotes nobody."""
    attempt = func.coalesce(func.max(failure.c.attempt), 0) + 1
    now = literal(datetime.now(UTC), failure.c.at.type)
    values = select(literal(stage), literal(key), attempt, literal(error), literal(dumps(message)), now)
    numbered = values.where(failure.c.stage == stage, failure.c.key == key)
    c.execute(insert(failure).from_select(["stage", "key", "attempt", "error", "message", "at"], numbered))


def has_failed(c: Connection, stage: str, key: str) -> bool:
    """Whether there is a failed attempt that nobody has cleared."""
    return bool(c.scalar(select(exists().where(failure.c.stage == stage, failure.c.key == key))))


def clear_failures(c: Connection, stage: str | None = None, key: str | None = None) -> int:
    """Forgets failures, because their items succeeded or are to be tried again; how many rows went."""
    wanted = {"stage": stage, "key": key}
    chosen = delete(failure).filter_by(**{name: value for name, value in wanted.items() if value is not None})
    return c.execute(chosen).rowcount


def clear_errors(c: Connection) -> int:
    """Deletes the findings of checks that failed, so that these checks run again; how many there were.

    What a language model answered unusably is asked again for them.

    The scores of their calls go too, under whatever rubric: a score stands for all findings it was made from.
    """
    failed = select(finding.c.transcript_id, finding.c.context_key).where(IS_ERROR)
    of_failed = tuple_(call_score.c.transcript_id, call_score.c.context_key).in_(failed)
    scores = select(call_score.c.id).where(of_failed)
    take_off_call_list(c, select(call_score.c.call_id).where(of_failed))
    c.execute(delete(effective_score).where(effective_score.c.call_score_id.in_(scores)))
    c.execute(delete(call_score).where(of_failed))
    clear_unusable(c)
    return c.execute(delete(finding).where(IS_ERROR)).rowcount


def outstanding_failures(c: Connection, keys: RubricKeys) -> list[OutstandingFailure]:
    """What a person may have to mend, oldest first: what no ingest could take in, then the calls without a transcript.

    A failure of another engine, or of a recording that its call has no longer, is not in it.
    """
    columns = failure.c["attempt", "error", "message"]
    subjects = {
        "ingest": select(failure.c.key, *columns).where(failure.c.stage == "ingest").order_by(failure.c.id),
        "ask": select(call.c.call_id, *columns)
        .select_from(failure)
        .join(recording, recording.c.sha256 == func.substr(failure.c.key, 1, SHA256))
        .join(call, call.c.recording_id == recording.c.id)
        .where(failure.c.stage == "ask", covered(keys))
        .order_by(failure.c.id, call.c.id),
        "transcribe": select(call.c.call_id, *columns)
        .select_from(failure)
        .join(recording, recording.c.sha256 == func.substr(failure.c.key, 1, SHA256))  # few failures, many recordings
        .join(call, call.c.recording_id == recording.c.id)
        .where(failure.c.stage == "transcribe", transcribe_key_of_call(keys.engine_key) == failure.c.key)
        .order_by(failure.c.id, call.c.id),
    }
    last = {(stage, row[0]): row for stage, wanted in subjects.items() for row in c.execute(wanted)}
    return [
        OutstandingFailure(stage, row[0], row.attempt, row.error, loads(row.message))
        for (stage, _), row in last.items()
    ]


def error_findings(c: Connection, keys: RubricKeys) -> list[ErrorFinding]:
    """The checks of ``keys`` that failed on a call as it stands now, in the order of calls."""
    versions = check_pks(c, keys.check_keys)
    wanted = (
        select(call.c.id, finding.c.check_version_id, call.c.call_id, finding.c.reason)
        .select_from(finding)
        .join(transcript)
        .join(call, and_(HEARD, call.c.context_key == finding.c.context_key))
        .where(
            IS_ERROR,
            transcript.c.engine_id == engine_pk(c, keys.engine_key),
            finding.c.check_version_id.in_(list(versions)),
            covered(keys),
        )
    )
    rows = sorted(map(tuple, c.execute(wanted)))  # asked to sort, SQLite would go through all calls
    return [ErrorFinding(call_id, versions[version][1], reason) for _, version, call_id, reason in rows]
