"""Calls as lists show them: what can be computed from other tables, kept in the order in which people look at it.

A row is up to date when it was made of the call's present score and of people's last word on it
(`store.calls.list_rows`).
"""

from sqlalchemy import Boolean, Column, Float, ForeignKey, Index, Integer, String, Table, Text, true

from store.tables.calls import call, metadata, points_at, rubric
from store.tables.columns import UtcSeconds

call_list = Table(
    "listing",
    metadata,
    Column("call_id", Integer, ForeignKey(call.c.id), primary_key=True),
    Column("named", Text, nullable=False),  # `call.call_id`
    Column("call_score_id", Integer, nullable=False),
    Column("last_review_id", Integer, nullable=False),  # 0: the sheet is the machine's
    points_at("rubric_id", rubric),
    Column("started_at", UtcSeconds, nullable=False),
    Column("agent_id", Text, nullable=False),
    Column("team", Text, nullable=False),
    Column("category", Text, nullable=False),
    Column("request_type", Text, nullable=False),
    Column("line", Text, nullable=False),
    Column("direction", String(8), nullable=False),
    Column("seconds", Float, nullable=False),  # of audio
    Column("total", Float),
    Column("needs_review", Boolean, nullable=False),
    Column("fatal", Boolean, nullable=False),
    Column("verdicts", Text, nullable=False),
    # By how many points the total may move, depending on what people decide; 100 where there is none until they do.
    Column("swing", Float, nullable=False, server_default="0"),
)

FACTS = ("agent_id", "team", "category", "request_type", "line", "total", "needs_review", "fatal")
"""What a filter may ask for. Two indexes hold all of it, so that a walk which finds little stays out of the table."""
NEEDS_REVIEW, FATAL = call_list.c.needs_review.is_(true()), call_list.c.fatal.is_(true())

Index("ix_listing_newest", *call_list.c["started_at", "call_id", *FACTS])
Index("ix_listing_total", *call_list.c["total", "started_at", "call_id", *(name for name in FACTS if name != "total")])
for name in ("agent_id", "team", "category"):
    Index(f"ix_listing_{name}", *call_list.c[name, "started_at", "call_id"])
for name in ("request_type", "line", "named"):
    Index(f"ix_listing_{name}", call_list.c[name])
Index(
    "ix_listing_urgent",
    call_list.c.rubric_id,
    call_list.c.fatal.desc(),
    call_list.c.swing.desc(),
    *call_list.c["started_at", "call_id"],
    sqlite_where=NEEDS_REVIEW,
    postgresql_where=NEEDS_REVIEW,
)
for flag in (NEEDS_REVIEW, FATAL):
    Index(
        f"ix_listing_{flag.left.name}",
        *call_list.c["started_at", "call_id"],
        sqlite_where=flag,
        postgresql_where=flag,
    )

call_list_mark = Table(
    "listing_mark",
    metadata,
    Column("item_id", Text, primary_key=True),
    Column("mark", String(16), primary_key=True),  # failed, undecided; see `CallScore`
    Column("started_at", UtcSeconds, primary_key=True),
    Column("call_id", Integer, ForeignKey(call_list.c.call_id), primary_key=True),
    Column("team", Text, nullable=False),  # of the call: most who look at failed items look at those of one team
    Index(None, "call_id"),
    Index("ix_listing_mark_team", "item_id", "mark", "team", "started_at", "call_id"),
    sqlite_with_rowid=False,
)
