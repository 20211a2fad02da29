"""Reads: rows become the values of `callqa.types` again. Bulk reads take primary keys of calls, and stream."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator
from datetime import UTC, tzinfo
from functools import cache, lru_cache
from itertools import groupby
from operator import attrgetter
from typing import Any

from more_itertools import chunked
from sqlalchemy import ColumnElement, Connection, Row, Select, String, and_, cast, exists, func, select, true

from callqa.keys import RubricKeys, Scope
from callqa.types import Conversation, Ticket, Verdict
from store.calls.call_menus import values_of
from store.calls.rows import (
    VERDICTS,
    CallHead,
    CallRow,
    KnownRecording,
    Progress,
    SourceRow,
    StoredConversation,
    StoredFindings,
    StoredScore,
    StoredVerdicts,
    UncoveredCalls,
    agent_channel,
    to_call,
    to_finding,
)
from store.tables.calls import call, check_version, finding, recording, rubric, transcript
from store.tables.joins import (
    CHUNK,
    HAS_TEXT,
    HEARD,
    SCORE_COLUMNS,
    UNTOUCHED,
    check_pks,
    covered,
    engine_pk,
    held,
    with_effective_score,
    with_transcript,
    within,
)

__all__ = [
    "CallRow",
    "KnownRecording",
    "SourceRow",
    "StoredConversation",
    "StoredFindings",
    "StoredScore",
    "StoredVerdicts",
    "Progress",
    "UncoveredCalls",
    "call_row",
    "call_row_of",
    "CallHead",
    "call_heads",
    "known_recordings",
    "tickets",
    "sources",
    "conversations",
    "is_registered",
    "missing_checks",
    "findings",
    "verdicts",
    "scores",
    "score_of",
    "periods",
    "first_period",
    "last_period",
    "uncovered",
    "covers",
    "covered_ids",
    "progress",
]

CHECK_ID = attrgetter("check_id")
PATTERNS = 100_000  # different sets of answers that are remembered
ROWS_AT_ONCE = 200  # a transcript takes about 100 kB of memory


def call_row(c: Connection, call_id: str) -> CallRow | None:
    """The stored call, or ``None`` when there is none of this id."""
    return _call_row(c, call.c.call_id == call_id)


def call_row_of(c: Connection, call_pk: int) -> CallRow | None:
    """The stored call of this primary key, or ``None``."""
    return _call_row(c, call.c.id == call_pk)


def call_heads(c: Connection, call_ids: Iterable[str]) -> dict[str, CallHead]:
    """Those of the calls that are known, by id."""
    wanted = select(*call.c["call_id", "id", "agent_id", "team", "started_at"])
    return {
        row.call_id: CallHead(row.id, *row[2:])
        for chunk in chunked(call_ids, CHUNK)
        for row in c.execute(wanted.where(call.c.call_id.in_(chunk)))
    }


def tickets(c: Connection, ids: Iterable[int]) -> dict[int, Ticket | None]:
    """What was filed about these calls."""
    return {row.id: row.ticket for row in _by_call(c, select(*call.c["id", "ticket"]), ids)}


def known_recordings(c: Connection, call_ids: Iterable[str]) -> dict[str, KnownRecording]:
    """The recordings of the calls that are already stored, by call id."""
    stored = select(*call.c["call_id", "uri", "stamp"], *recording.c["sha256", "n_bytes"]).join(recording)
    return {
        call_id: KnownRecording(*facts)
        for chunk in chunked(call_ids, CHUNK)
        for call_id, *facts in c.execute(stored.where(call.c.call_id.in_(chunk)))
    }


def sources(c: Connection, ids: Iterable[int], engine_key: str) -> list[SourceRow]:
    """The recordings of these calls, without those that have a transcript: a batch may be tried a second time."""
    transcribed = exists().where(HEARD, transcript.c.engine_id == engine_pk(c, engine_key))
    wanted = select(call.c.uri, recording.c.sha256, call.c.channel).join(recording).where(~transcribed, UNTOUCHED)
    return [SourceRow(row.uri, row.sha256, agent_channel(row.channel)) for row in _by_call(c, wanted, ids)]


def conversations(
    c: Connection, ids: Iterable[int], engine_key: str, zone: tzinfo = UTC
) -> Iterator[StoredConversation]:
    """The calls with a transcript by that engine; the others are left out. ``zone``: in which 昨天 was said."""
    wanted = select(call, transcript.c.id.label("transcript_id"), transcript.c.document)
    wanted = with_transcript(wanted, c, engine_key).where(HAS_TEXT)
    for row in _by_call(c, wanted, ids):
        yield StoredConversation(
            row.id, row.transcript_id, row.context_key, Conversation(to_call(row, zone), row.document)
        )


def is_registered(c: Connection, rubric_key: str, check_keys: Collection[str]) -> bool:
    """Whether there is nothing to register: looking waits for no writer."""
    rubrics, checks = rubric.c.rubric_key, check_version.c.check_key
    n_checks = c.scalar(select(func.count()).where(checks.in_(list(check_keys))))
    return n_checks == len(check_keys) and bool(c.scalar(select(exists().where(rubrics == rubric_key))))


def missing_checks(c: Connection, ids: Iterable[int], keys: RubricKeys) -> dict[int, frozenset[str]]:
    """The check keys without a finding, by call; only calls with a transcript are in it."""
    versions = check_pks(c, keys.check_keys)
    wanted = with_transcript(select(call.c.id, finding.c.check_version_id), c, keys.engine_key)
    wanted = wanted.outerjoin(finding, _found(versions))
    present: defaultdict[int, set[str]] = defaultdict(set)
    for call_pk, version in _by_call(c, wanted, ids):
        present[call_pk].update(versions[version][:1] if version else ())
    return {call_pk: frozenset(keys.check_keys) - check_keys for call_pk, check_keys in present.items()}


def verdicts(c: Connection, ids: Iterable[int], keys: RubricKeys) -> Iterator[StoredVerdicts]:
    """What the checks of ``keys`` said of each call, in one row a call; calls without any finding are left out."""
    versions = check_pks(c, keys.check_keys)
    answers = func.aggregate_strings(cast(finding.c.check_version_id, String) + ":" + finding.c.verdict, " ")
    wanted = select(*call.c["id", "call_id"], transcript.c.id, call.c.context_key, answers)
    wanted = with_transcript(wanted, c, keys.engine_key).join(finding, _found(versions))
    wanted = wanted.group_by(call.c.id, transcript.c.id)

    @cache
    def read_answer(text: str) -> tuple[str, Verdict]:
        version, verdict = text.split(":")
        return versions[int(version)][1], VERDICTS[verdict]

    @lru_cache(maxsize=PATTERNS)  # most calls are answered like many others
    def read_said(text: str) -> tuple[tuple[str, Verdict], ...]:
        return tuple(sorted(map(read_answer, text.split())))

    for call_pk, call_id, transcript_id, context_key, text in _by_call(c, wanted, ids):
        yield StoredVerdicts(call_pk, call_id, transcript_id, context_key, read_said(text))


def findings(c: Connection, ids: Iterable[int], keys: RubricKeys) -> Iterator[StoredFindings]:
    """What the checks of ``keys`` said of each call; calls without any finding are left out."""
    versions = check_pks(c, keys.check_keys)
    columns = finding.c["check_version_id", "verdict", "reason", "value", "confidence", "evidence", "details"]
    wanted = select(*call.c["id", "call_id"], transcript.c.id, call.c.context_key, *columns)
    wanted = with_transcript(wanted, c, keys.engine_key).join(finding, _found(versions))
    for (call_pk, call_id, transcript_id, context_key), rows in groupby(
        _by_call(c, wanted, ids), key=lambda row: row[:4]
    ):
        findings = sorted((to_finding(versions, *row[4:]) for row in rows), key=CHECK_ID)
        yield StoredFindings(call_pk, call_id, transcript_id, context_key, tuple(findings))


def scores(c: Connection, keys: RubricKeys, period: str | None = None) -> Iterator[StoredScore]:
    """Scores that belong to the calls as they stand now, sorted by agent and team, so that they can be grouped.

    ``period`` is a local month such as 2026-11. Scores of a held night are left out (`n_held`).
    """
    published = ~held(c, keys)
    wanted = _scores(c, keys).where(published).order_by(call.c.agent_id, call.c.team, call.c.id)
    if period is not None:
        wanted = wanted.where(call.c.period == period)
    with c.execute(wanted.execution_options(yield_per=ROWS_AT_ONCE)) as rows:  # closed for whoever stops early, too
        for row in rows:
            yield StoredScore(*row)


def score_of(c: Connection, call_id: str, keys: RubricKeys) -> StoredScore | None:
    """The score of one call, published or held, or ``None`` when it has none under these keys."""
    row = c.execute(_scores(c, keys).where(call.c.call_id == call_id)).one_or_none()
    return None if row is None else StoredScore(*row)


def uncovered(c: Connection, scopes: Iterable[Scope]) -> list[UncoveredCalls]:
    """The calls that are in none of the scopes, counted by what a scope can ask for."""
    facts = call.c["team", "line", "direction"]
    outside = and_(true(), *(~within(scope) for scope in scopes))
    wanted = select(*facts, func.count(), func.min(call.c.day), func.max(call.c.day)).where(outside)
    return [UncoveredCalls(*row) for row in c.execute(wanted.group_by(*facts).order_by(*facts))]


def covers(c: Connection, call_id: str, keys: RubricKeys) -> bool:
    """Whether the call belongs to the rubric of ``keys``."""
    return c.scalar(select(exists().where(call.c.call_id == call_id, covered(keys)))) or False


def covered_ids(c: Connection, ids: Iterable[int], keys: RubricKeys) -> set[int]:
    """Those of the calls that belong to the rubric of ``keys``."""
    if keys.scope == Scope() and not keys.elsewhere:
        return set(ids)
    return {row.id for row in _by_call(c, select(call.c.id).where(covered(keys)), ids)}


def periods(c: Connection) -> list[str]:
    """The local months with calls, oldest first."""
    return values_of(c, call.c.period)


def last_period(c: Connection) -> str | None:
    """The last local month with calls; ``None`` without any. At once, however many there are."""
    last: str | None = c.scalar(select(func.max(call.c.period)))
    return last


def first_period(c: Connection) -> str | None:
    """The first one, likewise."""
    first: str | None = c.scalar(select(func.min(call.c.period)))
    return first


def last_transcript(c: Connection) -> int:
    """Id of the newest transcript; 0 without any. At once, however many there are."""
    return c.scalar(select(func.max(transcript.c.id))) or 0


def progress(c: Connection, keys: RubricKeys, after: int = 0) -> Progress:
    """Of the transcripts made after the one with this id: whoever watches asks for new ones, not for a year's."""
    totals = select(
        func.count(),
        func.coalesce(func.sum(transcript.c.seconds), 0.0),
        func.coalesce(func.max(transcript.c.id), after),
    )
    mine = transcript.c.engine_id == engine_pk(c, keys.engine_key)
    return Progress(*c.execute(totals.where(mine, transcript.c.id > after)).one())


def _call_row(c: Connection, this: ColumnElement[bool]) -> CallRow | None:
    row = c.execute(select(call, *recording.c["sha256", "n_bytes"]).join(recording).where(this)).one_or_none()
    return None if row is None else CallRow(row.id, to_call(row), row.sha256, row.n_bytes, row.stamp, row.row_key)


def _scores(c: Connection, keys: RubricKeys) -> Select[Any]:
    return with_effective_score(select(*SCORE_COLUMNS), c, keys)


def _by_call(c: Connection, wanted: Select[Any], ids: Iterable[int]) -> Iterator[Row[Any]]:
    """The rows of the calls ``ids``, asked for in chunks, sorted by call."""
    for chunk in chunked(sorted(ids), CHUNK):
        rows = c.execute(wanted.where(call.c.id.in_(chunk)).order_by(call.c.id))
        for some in rows.partitions(ROWS_AT_ONCE):
            yield from some


def _found(versions: Iterable[int]) -> ColumnElement[bool]:
    return and_(
        finding.c.transcript_id == transcript.c.id,
        finding.c.context_key == call.c.context_key,
        finding.c.check_version_id.in_(list(versions)),
    )
