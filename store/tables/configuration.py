"""The tables of what people configure at the desk: drafts, and what was published of them."""

from sqlalchemy import Column, Index, Integer, Table, Text

from store.tables.calls import KEY, SLUG, metadata
from store.tables.columns import UtcDateTime


def _content() -> tuple[Column[str], ...]:
    """The same in both tables."""
    return (
        Column("subject", SLUG, nullable=False),
        Column("name", Text, nullable=False),
        Column("text", Text, nullable=False),
        Column("checks", Text, nullable=False),
        Column("base_key", Text, nullable=False),
    )


draft = Table(
    "draft",
    metadata,
    Column("id", Integer, primary_key=True),
    *_content(),
    Column("state", SLUG, nullable=False),
    Column("author", Text, nullable=False),
    Column("changed_at", UtcDateTime, nullable=False),
    Column("reason", Text, nullable=False),
    Column("answer", Text, nullable=False),
    Column("base", Integer, nullable=False),  # the last publication of the same when it was begun; 0: none
    Index(None, "state"),
)
"""Rows hold no words of calls, so they stay when calls go."""

publication = Table(
    "publication",
    metadata,
    Column("id", Integer, primary_key=True),
    *_content(),
    Column("key", KEY, nullable=False),
    Column("author", Text, nullable=False),
    Column("approved_by", Text, nullable=False),
    Column("reason", Text, nullable=False),
    Column("at", UtcDateTime, nullable=False),
)
