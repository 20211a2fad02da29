"""The tables of notices: what somebody has to do, and how they want to be told outside of the desk."""

from sqlalchemy import Column, Date, ForeignKey, Index, Integer, Table, Text, UniqueConstraint

from store.tables.accounts import account
from store.tables.calls import SLUG, call, metadata, points_at
from store.tables.columns import JsonText, UtcDateTime

notice = Table(
    "notice",
    metadata,
    Column("id", Integer, primary_key=True),
    points_at("account_id", account),
    Column("notice_key", Text, nullable=False),  # of what is to be done, so that it is told once
    Column("kind", SLUG, nullable=False),
    Column("call_id", Integer, ForeignKey(call.c.id)),
    Column("name", Text, nullable=False),  # of the call or run
    Column("href", Text, nullable=False),
    Column("due", Date),
    Column("at", UtcDateTime, nullable=False),
    Column("read_at", UtcDateTime),
    Column("told_at", UtcDateTime),  # outside of the desk
    Column("ended_at", UtcDateTime),  # NULL: it is still to be done
    UniqueConstraint("account_id", "notice_key"),
    Index(None, "account_id", "ended_at"),
    Index(None, "call_id"),
)

notice_choice = Table(
    "notice_choice",
    metadata,
    Column("account_id", Integer, ForeignKey(account.c.id), primary_key=True),
    Column("channel", Text, nullable=False),  # mail, or the name of a robot of the settings
    Column("address", Text, nullable=False),  # of mail
    Column("pace", SLUG, nullable=False),  # at_once, daily
    Column("hour", Integer, nullable=False),
    Column("kinds", JsonText(tuple[str, ...]), nullable=False),
    Column("next_at", UtcDateTime, nullable=False),  # not before this time
    Column("attempts", Integer, nullable=False),  # that failed since it arrived last
    Column("problem", Text, nullable=False),  # of the last one; empty: it arrived
    Column("told_at", UtcDateTime),  # when a message arrived last
)
