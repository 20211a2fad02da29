"""The tables of the interface for other programs: tokens."""

from sqlalchemy import Column, Index, Integer, String, Table, Text

from store.tables.accounts import SHA256, account
from store.tables.calls import metadata, points_at
from store.tables.columns import JsonText, UtcDateTime

api_token = Table(
    "api_token",
    metadata,
    Column("id", Integer, primary_key=True),
    points_at("account_id", account),
    Column("label", Text, nullable=False),
    Column("token_key", SHA256, nullable=False, unique=True),
    Column("ending", String(8), nullable=False),  # of the token, by which its owner knows it again
    Column("scopes", JsonText(tuple[str, ...]), nullable=False),
    Column("created_at", UtcDateTime, nullable=False),
    Column("expires_at", UtcDateTime, nullable=False),
    Column("seen_at", UtcDateTime),  # NULL: never used
    Column("ended_at", UtcDateTime),  # NULL: not revoked
    Index(None, "account_id"),
)
