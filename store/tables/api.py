"""The tables of the interface for other programs: tokens, answers that are given again, calls that are urgent."""

from sqlalchemy import Column, ForeignKey, Index, Integer, String, Table, Text, UniqueConstraint

from store.tables.accounts import SHA256, account
from store.tables.calls import call, metadata, points_at
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

api_answer = Table(
    "api_answer",
    metadata,
    Column("id", Integer, primary_key=True),
    points_at("account_id", account),
    Column("key_hash", SHA256, nullable=False),  # of the key that the program chose
    Column("request_hash", SHA256, nullable=False),
    Column("status", Integer, nullable=False),
    Column("document", Text, nullable=False),
    Column("at", UtcDateTime, nullable=False),
    UniqueConstraint("account_id", "key_hash"),
    Index(None, "at"),
)

urgent_call = Table(
    "urgent_call",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("call_id", Integer, ForeignKey(call.c.id), nullable=False, unique=True),
    Column("at", UtcDateTime, nullable=False),
    Column("done_at", UtcDateTime),  # NULL: no worker has come to it
    Index(None, "done_at"),
)
