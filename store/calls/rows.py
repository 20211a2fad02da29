"""Rows that the reads give, with names, and the way from a row back to a value of `callqa.types`."""

from collections.abc import Mapping
from datetime import UTC, datetime, tzinfo
from typing import Any, NamedTuple

from sqlalchemy import Row

from callqa.types import Call, Conversation, Details, Evidence, Finding, Seconds, Verdict
from store.tables.calls import NO_CHANNEL

VERDICTS = {verdict.value: verdict for verdict in Verdict}  # a look-up takes a fifth of the time of a call of the enum


class CallRow(NamedTuple):
    """A stored call with what an ingest needs to know it again."""

    call_pk: int
    call: Call
    sha256: str
    n_bytes: int
    stamp: str
    row_key: str


class CallHead(NamedTuple):
    """What a list says of a call."""

    pk: int
    agent_id: str
    team: str
    started_at: datetime


class KnownRecording(NamedTuple):
    uri: str
    stamp: str
    sha256: str
    n_bytes: int


class SourceRow(NamedTuple):
    """What the ASR needs of a call."""

    uri: str
    sha256: str
    agent_channel: int | None


class StoredConversation(NamedTuple):
    call_pk: int
    transcript_id: int
    context_key: str
    conversation: Conversation


class StoredFindings(NamedTuple):
    call_pk: int
    call_id: str
    transcript_id: int
    context_key: str
    findings: tuple[Finding, ...]


class StoredVerdicts(NamedTuple):
    """All that a score needs of a call's findings."""

    call_pk: int
    call_id: str
    transcript_id: int
    context_key: str
    verdicts: tuple[tuple[str, Verdict], ...]
    """(check_id, verdict), sorted; equal ones of many calls are one object."""


class StoredScore(NamedTuple):
    """A call's score as it stands: people's verdicts count where there are some."""

    call_pk: int
    call_id: str
    agent_id: str
    team: str
    started_at: datetime
    total: float | None
    needs_review: bool
    fatal: bool
    verdicts: str
    """A letter for each item of the rubric; small letters are people's."""
    manual_points: float


class UncoveredCalls(NamedTuple):
    """Calls that no rubric is for."""

    team: str
    line: str
    direction: str
    n_calls: int
    first_day: str
    last_day: str


class Progress(NamedTuple):
    """What one engine has transcribed. Cheap enough to ask every second."""

    transcripts: int
    audio_seconds: Seconds
    last_id: int
    """Of the newest of them, from which the next question goes on."""


def agent_channel(channel: int) -> int | None:
    return None if channel == NO_CHANNEL else channel


def to_call(row: Row[Any], zone: tzinfo = UTC) -> Call:
    return Call(
        call_id=row.call_id,
        agent_id=row.agent_id,
        started_at=row.started_at.astimezone(zone),
        recording_uri=row.uri,
        team=row.team,
        direction=row.direction,
        hangup_by=row.hangup_by,
        agent_channel=agent_channel(row.channel),
        ticket=row.ticket,
        line=row.line,
    )


def to_finding(
    versions: Mapping[int, tuple[str, str]],
    version: int,
    verdict: str,
    reason: str,
    value: float | None,
    confidence: float | None,
    evidence: tuple[Evidence, ...] | None,
    details: Details | None,
) -> Finding:
    check_key, check_id = versions[version]
    return Finding(check_id, check_key, VERDICTS[verdict], reason, value, evidence or (), confidence, details)
