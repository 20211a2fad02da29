"""The table of alerts that were told, so that nobody is told twice."""

from sqlalchemy import Column, Table

from store.tables.calls import KEY, SLUG, metadata
from store.tables.columns import UtcDateTime

alert_told = Table(
    "alert_told",
    metadata,
    Column("alert", SLUG, primary_key=True),  # what it is about, e.g. failed:17 or late:2026-11-25
    Column("webhook", KEY, primary_key=True),  # of its address, which is a secret
    Column("at", UtcDateTime, nullable=False),
    sqlite_with_rowid=False,
)
