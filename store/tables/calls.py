"""The tables. Their unique keys are what makes every write repeatable: equal keys, one row.

There are no status columns: "to do" is the absence of a row. Rows point at each other by small integers; the long
content keys stand once, in ``engine``, ``check_version`` and ``rubric``.
"""

from typing import Any

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Float,
    ForeignKey,
    Index,
    Integer,
    MetaData,
    String,
    Table,
    Text,
    UniqueConstraint,
    literal,
)

from callqa.types import Details, Evidence, Ticket, Transcript
from store.tables.columns import JsonText, PackedJson, UtcDateTime

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s",
        "pk": "pk_%(table_name)s",
    }
)

NO_CHANNEL = -1
"""How "no channel is known" is stored: two NULLs would never be equal in a unique key."""

KEY = String(16)
SLUG = String(64)


def points_at(name: str, table: Table) -> Column[int]:
    return Column(name, Integer, ForeignKey(table.c.id), nullable=False)


def sheet_columns() -> tuple[Column[Any], ...]:
    """Of a score sheet. Its verdicts are one letter an item, in the rubric's order; the rest follows from them."""
    return (
        Column("total", Float),
        Column("needs_review", Boolean, nullable=False),
        Column("fatal", Boolean, nullable=False),
        Column("verdicts", Text, nullable=False),
    )


recording = Table(
    "recording",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("sha256", String(64), nullable=False, unique=True),
    Column("n_bytes", BigInteger, nullable=False),
)

call = Table(
    "call",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("call_id", Text, nullable=False, unique=True),
    points_at("recording_id", recording),
    Column("channel", Integer, nullable=False),  # the agent's, or NO_CHANNEL
    Column("context_key", KEY, nullable=False),
    Column("row_key", KEY, nullable=False),
    Column("uri", Text, nullable=False),
    Column("stamp", Text, nullable=False),
    Column("agent_id", Text, nullable=False),
    Column("team", Text, nullable=False),
    Column("started_at", UtcDateTime, nullable=False),
    Column("period", String(7), nullable=False),  # local month, e.g. 2026-11
    Column("day", String(10), nullable=False, server_default=""),  # local date, e.g. 2026-11-24
    Column("direction", String(8), nullable=False),
    Column("hangup_by", String(8), nullable=False),
    Column("ticket", JsonText(Ticket)),
    Column("line", Text, nullable=False, server_default=""),
    Column("category", Text, nullable=False, server_default=""),  # first level, as filed
    Column("request_type", Text, nullable=False, server_default=""),  # as filed
    Index(None, "recording_id", "channel"),
    Index(None, "period", "agent_id", "team"),
    Index(None, "day", "agent_id"),
    Index(None, "started_at"),
)

engine = Table(
    "engine",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("engine_key", KEY, nullable=False, unique=True),
    Column("description", JsonText(dict[str, Any]), nullable=False),
)

transcript = Table(
    "transcript",
    metadata,
    Column("id", Integer, primary_key=True),
    points_at("recording_id", recording),
    Column("channel", Integer, nullable=False),
    points_at("engine_id", engine),
    Column("seconds", Float, nullable=False),
    Column("confidence", Float),  # of its turns, weighted by their length; how well the call could be heard
    Column("document", PackedJson(Transcript), nullable=False),
    UniqueConstraint("recording_id", "channel", "engine_id"),
    # Sums an engine's audio without a look at the documents. Led by seconds, so that no plan starts from the engine.
    Index(None, "seconds", "engine_id"),
)

check_version = Table(
    "check_version",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("check_key", KEY, nullable=False, unique=True),
    Column("check_id", Text, nullable=False),
    Column("description", JsonText(dict[str, Any]), nullable=False),
)

finding = Table(
    "finding",
    metadata,
    Column("transcript_id", Integer, ForeignKey(transcript.c.id), primary_key=True),
    Column("context_key", KEY, primary_key=True),
    Column("check_version_id", Integer, ForeignKey(check_version.c.id), primary_key=True),
    Column("verdict", String(16), nullable=False),
    Column("reason", SLUG, nullable=False),
    Column("value", Float),
    Column("confidence", Float),
    # NULL: none. As plain text it is the half of a database: SQLite keeps rows of more than 1 kB in pages of their own.
    Column("evidence", PackedJson(tuple[Evidence, ...])),
    Column("details", PackedJson(Details)),  # NULL: none, or the check ran before they were kept
    sqlite_with_rowid=False,
)

IS_ERROR = finding.c.verdict == literal("error", literal_execute=True)  # as a bound value it would not match the index
Index("ix_finding_error", finding.c.transcript_id, sqlite_where=IS_ERROR, postgresql_where=IS_ERROR)

rubric = Table(
    "rubric",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("rubric_id", Text, nullable=False),
    Column("version", Text, nullable=False),
    Column("rubric_key", KEY, nullable=False, unique=True),
    Column("document", JsonText(dict[str, Any]), nullable=False),
    UniqueConstraint("rubric_id", "version"),
)

call_score = Table(
    "call_score",
    metadata,
    Column("id", Integer, primary_key=True),
    points_at("call_id", call),
    points_at("transcript_id", transcript),
    Column("context_key", KEY, nullable=False),
    Column("checks_key", KEY, nullable=False),
    points_at("rubric_id", rubric),
    Column("trust_key", KEY, nullable=False),
    *sheet_columns(),
    Column("at", UtcDateTime, nullable=False),
    UniqueConstraint(
        "call_id", "transcript_id", "context_key", "checks_key", "rubric_id", "trust_key", name="uq_call_score_keys"
    ),
)

month_stamp = Table(
    "month_stamp",
    metadata,
    Column("period", String(7), primary_key=True),
    Column("rubric_id", Integer, ForeignKey(rubric.c.id), primary_key=True),
    Column("stamp", KEY, nullable=False),  # of the scores that the month's reports were last written from
    sqlite_with_rowid=False,
)

failure = Table(
    "failure",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("stage", SLUG, nullable=False),
    Column("key", Text, nullable=False),
    Column("attempt", Integer, nullable=False),
    Column("error", SLUG, nullable=False),
    Column("message", Text, nullable=False),
    Column("at", UtcDateTime, nullable=False),
    UniqueConstraint("stage", "key", "attempt"),
)

lease = Table(
    "lease",
    metadata,
    Column("name", SLUG, primary_key=True),
    Column("holder", Text, nullable=False),
    Column("expires_at", UtcDateTime, nullable=False),
)

run = Table(
    "run",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("kind", SLUG, nullable=False),
    Column("started_at", UtcDateTime, nullable=False),
    Column("finished_at", UtcDateTime),
    Column("keys", JsonText(dict[str, Any]), nullable=False),
    Column("report", JsonText(dict[str, Any])),
)
