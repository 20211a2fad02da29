"""The tables of people who sign in.

Tokens are kept as their SHA-256 only, so that a stolen copy of the database opens nothing.
"""

from typing import Any

from sqlalchemy import Boolean, Column, ForeignKey, Index, Integer, String, Table, Text, UniqueConstraint

from store.tables.calls import SLUG, metadata, points_at
from store.tables.columns import JsonText, UtcDateTime

SHA256 = String(64)

account = Table(
    "account",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("name_key", Text, nullable=False, unique=True),  # the name without its case
    Column("name", Text, nullable=False),
    Column("full_name", Text, nullable=False),
    Column("role", SLUG, nullable=False),
    Column("agent_id", Text),
    Column("teams", JsonText(tuple[str, ...]), nullable=False),
    Column("disabled", Boolean, nullable=False),
    Column("language", String(8), nullable=False),
    Column("password_hash", Text),  # NULL: none was ever set
    Column("subject", Text, unique=True),  # who this is at an identity provider
    Column("at", UtcDateTime, nullable=False),
    Index(None, "agent_id"),
)

sign_in_session = Table(
    "sign_in_session",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("token_key", SHA256, nullable=False, unique=True),
    points_at("account_id", account),
    Column("address", Text, nullable=False),
    Column("created_at", UtcDateTime, nullable=False),
    Column("seen_at", UtcDateTime, nullable=False),
    Column("expires_at", UtcDateTime, nullable=False),
    Index(None, "account_id"),
    Index(None, "expires_at"),
)

one_time_token = Table(
    "one_time_token",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("token_key", SHA256, nullable=False, unique=True),
    Column("account_id", Integer, ForeignKey(account.c.id)),  # NULL: it makes the first administrator
    Column("purpose", SLUG, nullable=False),
    Column("expires_at", UtcDateTime, nullable=False),
    Column("used_at", UtcDateTime),
    Index(None, "account_id"),
)

failed_sign_in = Table(
    "failed_sign_in",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("name_hash", SHA256, nullable=False),  # people type passwords where names go
    Column("address", Text, nullable=False),
    Column("at", UtcDateTime, nullable=False),
    Index(None, "address", "at"),
    Index(None, "name_hash", "at"),
    Index(None, "at"),
)

audit = Table(
    "audit",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("at", UtcDateTime, nullable=False),
    Column("author", Text, nullable=False),
    Column("role", SLUG, nullable=False),
    Column("action", SLUG, nullable=False),
    Column("kind", SLUG, nullable=False),
    Column("object_pk", Integer),
    Column("object", Text, nullable=False),
    Column("address", Text, nullable=False),
    Column("detail", JsonText(dict[str, Any]), nullable=False),
    Column("hash", SHA256, nullable=False, server_default=""),  # of this row and of the hash before it
    # Pages go from the newest down, so each filter has an index that ends in time.
    Index(None, "at", "id"),
    Index(None, "author", "at", "id"),
    Index(None, "action", "at", "id"),
    Index(None, "kind", "at", "id"),
    Index(None, "kind", "object_pk", "at", "id"),
)

saved_filter = Table(
    "saved_filter",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("owner", Text, nullable=False),
    Column("name", Text, nullable=False),
    Column("params", JsonText(dict[str, list[str]]), nullable=False),
    Column("at", UtcDateTime, nullable=False),
    UniqueConstraint("owner", "name"),
)
