"""The tables of what was removed, of what must not be, and of what is left when scores are gone."""

from typing import Any

from sqlalchemy import Column, Float, ForeignKey, Index, Integer, String, Table, Text

from store.tables.calls import SLUG, call, metadata, points_at, rubric
from store.tables.columns import JsonText, UtcDateTime

HASH = String(64)

removal_report = Table(
    "removal_report",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("kind", SLUG, nullable=False),  # retention, erasure
    Column("author", Text, nullable=False),
    Column("reason", Text, nullable=False),
    Column("at", UtcDateTime, nullable=False),
    Column("finished_at", UtcDateTime),  # NULL: it was stopped, and the next one went on
    Column("counts", JsonText(dict[str, Any]), nullable=False),
)

removal = Table(
    "removal",
    metadata,
    Column("call_id", Integer, ForeignKey(call.c.id), primary_key=True),
    Column("what", SLUG, primary_key=True),  # audio, text
    points_at("report_id", removal_report),
    Column("at", UtcDateTime, nullable=False),
    sqlite_with_rowid=False,
)

legal_hold = Table(
    "legal_hold",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("asked", Text, nullable=False),  # how the calls were chosen, without a telephone number
    Column("reason", Text, nullable=False),
    Column("author", Text, nullable=False),
    Column("at", UtcDateTime, nullable=False),
)

legal_hold_call = Table(
    "legal_hold_call",
    metadata,
    Column("legal_hold_id", Integer, ForeignKey(legal_hold.c.id), primary_key=True),
    Column("call_id", Integer, ForeignKey(call.c.id), primary_key=True),
    Index(None, "call_id"),
    sqlite_with_rowid=False,
)

legal_hold_release = Table(
    "legal_hold_release",
    metadata,
    Column("legal_hold_id", Integer, ForeignKey(legal_hold.c.id), primary_key=True),
    Column("reason", Text, nullable=False),
    Column("author", Text, nullable=False),
    Column("at", UtcDateTime, nullable=False),
)

erased_number = Table(
    "erased_number",
    metadata,
    Column("number_key", HASH, primary_key=True),  # keyed, like the one below; the key lies outside the database
    Column("report_id", Integer, ForeignKey(removal_report.c.id), primary_key=True),
    Column("at", UtcDateTime, nullable=False),
    sqlite_with_rowid=False,
)

erased_recording = Table(
    "erased_recording",
    metadata,
    Column("recording_key", HASH, primary_key=True),
    points_at("report_id", removal_report),
    sqlite_with_rowid=False,
)

past_figures = Table(
    "past_figures",
    metadata,
    Column("period", String(7), primary_key=True),
    Column("rubric_id", Integer, ForeignKey(rubric.c.id), primary_key=True),
    Column("team", Text, primary_key=True),
    Column("category", Text, primary_key=True),
    Column("n_calls", Integer, nullable=False),
    Column("n_totals", Integer, nullable=False),  # of the calls, those with a total
    Column("sum_of_totals", Float, nullable=False),
    Column("n_fatal", Integer, nullable=False),
    Column("seconds", Float, nullable=False),  # of audio
    sqlite_with_rowid=False,
)
