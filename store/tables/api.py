"""The tables of the interface for other programs: tokens, answers that are given again, urgent calls, events."""

from typing import Any

from sqlalchemy import Column, ForeignKey, Index, Integer, String, Table, Text, UniqueConstraint

from store.tables.accounts import SHA256, account
from store.tables.calls import SLUG, call, metadata, points_at
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

webhook = Table(
    "webhook",
    metadata,
    Column("id", Integer, primary_key=True),
    points_at("account_id", account),
    Column("url", Text, nullable=False),
    Column("secret", Text, nullable=False),  # signs what is sent; it opens nothing here
    Column("kinds", JsonText(tuple[str, ...]), nullable=False),
    Column("created_at", UtcDateTime, nullable=False),
    Column("ended_at", UtcDateTime),
)

event = Table(
    "event",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("event_key", Text, nullable=False, unique=True),  # of what happened, so that it is told once
    Column("kind", SLUG, nullable=False),
    Column("call_id", Integer, ForeignKey(call.c.id)),
    Column("document", JsonText(dict[str, Any]), nullable=False),  # nothing personal
    Column("at", UtcDateTime, nullable=False),
    Index(None, "call_id"),
    Index(None, "at"),
)

event_mark = Table(
    "event_mark",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("name", SLUG, nullable=False, unique=True),  # of the table that was looked through
    Column("last_id", Integer, nullable=False),
    Column("at", UtcDateTime, nullable=False),
)

delivery = Table(
    "delivery",
    metadata,
    Column("id", Integer, primary_key=True),
    points_at("webhook_id", webhook),
    points_at("event_id", event),
    Column("attempts", Integer, nullable=False),
    Column("next_at", UtcDateTime),  # NULL: delivered, or given up
    Column("done_at", UtcDateTime),
    Column("status", Integer),  # of the last answer; NULL: none came
    UniqueConstraint("webhook_id", "event_id"),
    Index(None, "next_at"),
    Index(None, "event_id"),
)
