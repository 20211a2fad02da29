"""The tables of manifests that people send to the desk, and of the columns that they chose."""

from typing import Any

from sqlalchemy import Column, Integer, LargeBinary, Table, Text

from store.tables.calls import KEY, metadata
from store.tables.columns import JsonText, UtcDateTime

manifest_columns = Table(
    "manifest_columns",
    metadata,
    Column("header_key", KEY, primary_key=True),  # of the names of the columns
    Column("columns", JsonText(dict[str, str]), nullable=False),  # by field
    Column("author", Text, nullable=False),
    Column("at", UtcDateTime, nullable=False),
)

upload = Table(
    "upload",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("name", Text, nullable=False),
    Column("content", LargeBinary),  # NULL: taken in, or too old; it holds what tickets say
    Column("author", Text, nullable=False),
    Column("at", UtcDateTime, nullable=False),
    Column("started_at", UtcDateTime),
    Column("report", JsonText(dict[str, Any])),
)
