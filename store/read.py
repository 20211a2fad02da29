"""Reads: rows become the values of `callqa.types` again. Bulk reads take primary keys of calls, and stream."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from datetime import datetime
from itertools import groupby, islice
from operator import attrgetter
from typing import Any, TypeVar

from sqlalchemy import ColumnElement, Connection, Row, Select, and_, distinct, func, select

from callqa.keys import RunKeys
from callqa.types import AgentAggregate, CallScore, Conversation
from store.joins import HEARD, check_pks, engine_pk, rubric_pk, scored
from store.rows import (
    CallRow,
    FailureRow,
    KnownRecording,
    Overview,
    Progress,
    RowCounts,
    RunRow,
    ScoredCall,
    SourceRow,
    StoredConversation,
    StoredFindings,
    agent_channel,
    to_call,
    to_finding,
    to_score,
)
from store.tables import agent_aggregate, call, call_score, failure, finding, recording, run, transcript

__all__ = [
    "CallRow",
    "KnownRecording",
    "SourceRow",
    "StoredConversation",
    "StoredFindings",
    "ScoredCall",
    "FailureRow",
    "RunRow",
    "Progress",
    "RowCounts",
    "Overview",
    "call_row",
    "known_recordings",
    "calls_of_recordings",
    "sources",
    "conversations",
    "missing_checks",
    "findings",
    "scores",
    "score_of",
    "aggregates",
    "failures",
    "periods",
    "last_runs",
    "progress",
    "row_counts",
    "overview",
]

T = TypeVar("T")

CHECK_ID = attrgetter("check_id")
CHUNK = 1000  # values in one IN list
ROWS_AT_ONCE = 200  # a transcript takes about 100 kB of memory


def call_row(c: Connection, call_id: str) -> CallRow | None:
    """The stored call, or ``None`` when there is none of this id."""
    stored = select(call, *recording.c["sha256", "n_bytes"]).join(recording).where(call.c.call_id == call_id)
    row = c.execute(stored).one_or_none()
    return None if row is None else CallRow(row.id, to_call(row), row.sha256, row.n_bytes, row.stamp, row.row_key)


def known_recordings(c: Connection, call_ids: Iterable[str]) -> dict[str, KnownRecording]:
    """The recordings of the calls that are already stored, by call id."""
    stored = select(*call.c["call_id", "uri", "stamp"], *recording.c["sha256", "n_bytes"]).join(recording)
    return {
        call_id: KnownRecording(*facts)
        for chunk in _chunks(call_ids)
        for call_id, *facts in c.execute(stored.where(call.c.call_id.in_(chunk)))
    }


def calls_of_recordings(c: Connection, sha256s: Iterable[str]) -> dict[str, list[str]]:
    """The ids of the calls that use each recording."""
    wanted = select(recording.c.sha256, call.c.call_id).join(call).order_by(call.c.id)
    calls: defaultdict[str, list[str]] = defaultdict(list)
    for chunk in _chunks(sha256s):
        for sha256, call_id in c.execute(wanted.where(recording.c.sha256.in_(chunk))):
            calls[sha256].append(call_id)
    return dict(calls)


def sources(c: Connection, ids: Iterable[int]) -> list[SourceRow]:
    wanted = select(*call.c["id", "call_id", "uri"], recording.c.sha256, call.c.channel).join(recording)
    return [
        SourceRow(row.id, row.call_id, row.uri, row.sha256, agent_channel(row.channel))
        for row in _by_call(c, wanted, ids)
    ]


def conversations(c: Connection, ids: Iterable[int], engine_key: str) -> Iterator[StoredConversation]:
    """The calls with a transcript by that engine; the others are left out."""
    wanted = (
        select(call, transcript.c.id.label("transcript_id"), transcript.c.document)
        .join(transcript, HEARD)
        .where(transcript.c.engine_id == engine_pk(c, engine_key))
    )
    for row in _by_call(c, wanted, ids):
        yield StoredConversation(row.id, row.transcript_id, row.context_key, Conversation(to_call(row), row.document))


def missing_checks(c: Connection, ids: Iterable[int], keys: RunKeys) -> dict[int, frozenset[str]]:
    """The check keys without a finding, by call; only calls with a transcript are in it."""
    versions = check_pks(c, keys.check_keys)
    wanted = (
        select(call.c.id, finding.c.check_version_id)
        .join(transcript, HEARD)
        .outerjoin(finding, _found(versions))
        .where(transcript.c.engine_id == engine_pk(c, keys.engine_key))
    )
    present: defaultdict[int, set[str]] = defaultdict(set)
    for call_pk, version in _by_call(c, wanted, ids):
        present[call_pk].update(versions[version][:1] if version else ())
    return {call_pk: frozenset(keys.check_keys) - check_keys for call_pk, check_keys in present.items()}


def findings(c: Connection, ids: Iterable[int], keys: RunKeys, evidence: bool = True) -> Iterator[StoredFindings]:
    """What the checks of ``keys`` said of each call; calls without any finding are left out.

    Without ``evidence`` the findings have none, and a bulk read is much faster: a score needs only verdicts.
    """
    versions = check_pks(c, keys.check_keys)
    columns = finding.c["check_version_id", "verdict", "reason", "value", "confidence"]
    wanted = (
        select(*call.c["id", "call_id"], transcript.c.id, call.c.context_key, *columns)
        .join(transcript, HEARD)
        .join(finding, _found(versions))
        .where(transcript.c.engine_id == engine_pk(c, keys.engine_key))
    )
    if evidence:
        wanted = wanted.add_columns(finding.c.evidence)
    for (call_pk, call_id, transcript_id, context_key), rows in groupby(
        _by_call(c, wanted, ids), key=lambda row: row[:4]
    ):
        found = sorted((to_finding(versions, *row[4:]) for row in rows), key=CHECK_ID)
        yield StoredFindings(call_pk, call_id, transcript_id, context_key, tuple(found))


def scores(
    c: Connection,
    keys: RunKeys,
    period: str | None = None,
    start: datetime | None = None,
    end: datetime | None = None,
) -> Iterator[tuple[ScoredCall, CallScore]]:
    """Scores that belong to the calls as they stand now, sorted by agent and team, so that they can be grouped.

    ``period`` is a local month such as 2026-11; ``start`` is included, ``end`` is not.
    """
    wanted = _scores(c, keys).order_by(call.c.agent_id, call.c.team, call.c.id)
    if period is not None:
        wanted = wanted.where(call.c.period == period)
    if start is not None:
        wanted = wanted.where(call.c.started_at >= start)
    if end is not None:
        wanted = wanted.where(call.c.started_at < end)
    for row in c.execute(wanted.execution_options(yield_per=ROWS_AT_ONCE)):
        yield ScoredCall(row.id, row.agent_id, row.team, row.started_at), to_score(row, keys)


def score_of(c: Connection, call_id: str, keys: RunKeys) -> CallScore | None:
    """The score of one call, or ``None`` when it has none under these keys."""
    row = c.execute(_scores(c, keys).where(call.c.call_id == call_id)).one_or_none()
    return None if row is None else to_score(row, keys)


def aggregates(c: Connection, period: str, rubric_key: str) -> list[AgentAggregate]:
    """In the order of agent and team."""
    table = agent_aggregate.c
    chosen = select(table.document).where(table.period == period, table.rubric_id == rubric_pk(c, rubric_key))
    return list(c.scalars(chosen.order_by(table.agent_id, table.team)))


def failures(c: Connection) -> list[FailureRow]:
    """Every failed attempt that was not cleared or followed by a success, oldest first."""
    columns = failure.c["stage", "key", "attempt", "error", "message", "at"]
    return [FailureRow(*row) for row in c.execute(select(*columns).order_by(failure.c.id))]


def periods(c: Connection) -> list[str]:
    """The local months with calls, oldest first."""
    return list(c.scalars(select(call.c.period).distinct().order_by(call.c.period)))


def last_runs(c: Connection, n: int = 10) -> list[RunRow]:
    """The newest first."""
    columns = run.c["id", "kind", "started_at", "finished_at", "keys", "parameters", "report"]
    return [RunRow(*row) for row in c.execute(select(*columns).order_by(run.c.id.desc()).limit(n))]


def progress(c: Connection, keys: RunKeys) -> Progress:
    heard = select(func.count(), func.coalesce(func.sum(transcript.c.seconds), 0.0))
    return Progress(*c.execute(heard.where(transcript.c.engine_id == engine_pk(c, keys.engine_key))).one())


def row_counts(c: Connection, keys: RunKeys) -> RowCounts:
    """Looks at every finding: on a large database this takes a while."""
    found = (
        select(func.count())
        .select_from(finding)
        .join(transcript)
        .where(
            transcript.c.engine_id == engine_pk(c, keys.engine_key),
            finding.c.check_version_id.in_(check_pks(c, keys.check_keys)),
        )
    )
    n_scores = select(func.count()).select_from(_scores(c, keys).subquery())
    return RowCounts(progress(c, keys).transcripts, c.scalar(found) or 0, c.scalar(n_scores) or 0)


def overview(c: Connection) -> Overview:
    sizes = select(
        func.count(),
        func.count(distinct(call.c.recording_id)),
        func.count(distinct(call.c.agent_id)),
        select(func.count()).select_from(failure).scalar_subquery(),
        func.min(call.c.started_at),
        func.max(call.c.started_at),
    )
    return Overview(*c.execute(sizes.select_from(call)).one())


def _scores(c: Connection, keys: RunKeys) -> Select[Any]:
    columns = call_score.c["total", "needs_review", "items"]
    return (
        select(*call.c["id", "call_id", "agent_id", "team", "started_at"], *columns)
        .join(transcript, HEARD)
        .join(call_score, scored(keys))
        .where(
            transcript.c.engine_id == engine_pk(c, keys.engine_key),
            call_score.c.rubric_id == rubric_pk(c, keys.rubric_key),
        )
    )


def _by_call(c: Connection, wanted: Select[Any], ids: Iterable[int]) -> Iterator[Row[Any]]:
    """The rows of the calls ``ids``, asked for in chunks, sorted by call."""
    for chunk in _chunks(sorted(ids)):
        rows = c.execute(wanted.where(call.c.id.in_(chunk)).order_by(call.c.id))
        for some in rows.partitions(ROWS_AT_ONCE):
            yield from some


def _chunks(items: Iterable[T]) -> Iterator[list[T]]:
    rest = iter(items)
    while chunk := list(islice(rest, CHUNK)):
        yield chunk


def _found(versions: Iterable[int]) -> ColumnElement[bool]:
    return and_(
        finding.c.transcript_id == transcript.c.id,
        finding.c.context_key == call.c.context_key,
        finding.c.check_version_id.in_(list(versions)),
    )
