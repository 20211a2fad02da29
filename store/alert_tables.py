"""The table of alerts that were told, so that nobody is told twice."""

from sqlalchemy import Column, Table

from store.columns import UtcDateTime
from store.tables import KEY, SLUG, metadata

alert_told = Table(
    "alert_told",
    metadata,
    Column("alert", SLUG, primary_key=True),  # what it is about, e.g. failed:17 or late:2026-11-25
    Column("webhook", KEY, primary_key=True),  # of its address, which is a secret
    Column("at", UtcDateTime, nullable=False),
    sqlite_with_rowid=False,
)
