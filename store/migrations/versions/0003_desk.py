"""The desk: accounts and what they did, calls as lists show them, the index of what was said, saved filters."""

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    _accounts()
    _listing()
    _search()
    _saved()


def _accounts() -> None:
    """People, their sessions, sign-ins that failed, and the audit log."""
    op.create_table(
        "account",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name_key", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("full_name", sa.Text(), nullable=False),
        sa.Column("role", sa.String(length=64), nullable=False),
        sa.Column("agent_id", sa.Text(), nullable=True),
        sa.Column("teams", sa.Text(), nullable=False),
        sa.Column("disabled", sa.Boolean(), nullable=False),
        sa.Column("language", sa.String(length=8), nullable=False),
        sa.Column("password_hash", sa.Text(), nullable=True),
        sa.Column("subject", sa.Text(), nullable=True),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_account"),
        sa.UniqueConstraint("name_key", name="uq_account_name_key"),
        sa.UniqueConstraint("subject", name="uq_account_subject"),
    )
    op.create_index("ix_account_agent_id", "account", ["agent_id"])
    op.create_table(
        "audit",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.Column("author", sa.Text(), nullable=False),
        sa.Column("role", sa.String(length=64), nullable=False),
        sa.Column("action", sa.String(length=64), nullable=False),
        sa.Column("kind", sa.String(length=64), nullable=False),
        sa.Column("object_pk", sa.Integer(), nullable=True),
        sa.Column("object", sa.Text(), nullable=False),
        sa.Column("address", sa.Text(), nullable=False),
        sa.Column("detail", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_audit"),
    )
    op.create_index("ix_audit_action_at_id", "audit", ["action", "at", "id"])
    op.create_index("ix_audit_at_id", "audit", ["at", "id"])
    op.create_index("ix_audit_author_at_id", "audit", ["author", "at", "id"])
    op.create_index("ix_audit_kind_at_id", "audit", ["kind", "at", "id"])
    op.create_index("ix_audit_kind_object_pk_at_id", "audit", ["kind", "object_pk", "at", "id"])
    op.create_table(
        "failed_sign_in",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name_hash", sa.String(length=64), nullable=False),
        sa.Column("address", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_failed_sign_in"),
    )
    op.create_index("ix_failed_sign_in_address_at", "failed_sign_in", ["address", "at"])
    op.create_index("ix_failed_sign_in_at", "failed_sign_in", ["at"])
    op.create_index("ix_failed_sign_in_name_hash_at", "failed_sign_in", ["name_hash", "at"])
    op.create_table(
        "one_time_token",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("token_key", sa.String(length=64), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=True),
        sa.Column("purpose", sa.String(length=64), nullable=False),
        sa.Column("expires_at", sa.DateTime(), nullable=False),
        sa.Column("used_at", sa.DateTime(), nullable=True),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name="fk_one_time_token_account_id"),
        sa.PrimaryKeyConstraint("id", name="pk_one_time_token"),
        sa.UniqueConstraint("token_key", name="uq_one_time_token_token_key"),
    )
    op.create_index("ix_one_time_token_account_id", "one_time_token", ["account_id"])
    op.create_table(
        "sign_in_session",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("token_key", sa.String(length=64), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column("address", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(), nullable=False),
        sa.Column("seen_at", sa.DateTime(), nullable=False),
        sa.Column("expires_at", sa.DateTime(), nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name="fk_sign_in_session_account_id"),
        sa.PrimaryKeyConstraint("id", name="pk_sign_in_session"),
        sa.UniqueConstraint("token_key", name="uq_sign_in_session_token_key"),
    )
    op.create_index("ix_sign_in_session_account_id", "sign_in_session", ["account_id"])
    op.create_index("ix_sign_in_session_expires_at", "sign_in_session", ["expires_at"])


def _listing() -> None:
    """One narrow row a call, in the order lists show them."""
    op.create_table(
        "listing",
        sa.Column("call_id", sa.Integer(), nullable=False),
        sa.Column("named", sa.Text(), nullable=False),
        sa.Column("call_score_id", sa.Integer(), nullable=False),
        sa.Column("last_review_id", sa.Integer(), nullable=False),
        sa.Column("rubric_id", sa.Integer(), nullable=False),
        sa.Column("started_at", sa.BigInteger(), nullable=False),
        *(sa.Column(name, sa.Text(), nullable=False) for name in ("agent_id", "team", "category")),
        *(sa.Column(name, sa.Text(), nullable=False) for name in ("request_type", "line")),
        sa.Column("direction", sa.String(length=8), nullable=False),
        sa.Column("seconds", sa.Float(), nullable=False),
        sa.Column("total", sa.Float(), nullable=True),
        sa.Column("needs_review", sa.Boolean(), nullable=False),
        sa.Column("fatal", sa.Boolean(), nullable=False),
        sa.Column("verdicts", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["call_id"], ["call.id"], name="fk_listing_call_id"),
        sa.ForeignKeyConstraint(["rubric_id"], ["rubric.id"], name="fk_listing_rubric_id"),
        sa.PrimaryKeyConstraint("call_id", name="pk_listing"),
    )
    facts = ["agent_id", "team", "category", "request_type", "line", "needs_review", "fatal"]
    walk = ["started_at", "call_id"]
    op.create_index("ix_listing_newest", "listing", [*walk, *facts[:5], "total", *facts[5:]])
    op.create_index("ix_listing_total", "listing", ["total", *walk, *facts])
    for name in ("agent_id", "team", "category"):
        op.create_index(f"ix_listing_{name}", "listing", [name, *walk])
    for name in ("request_type", "line", "named"):
        op.create_index(f"ix_listing_{name}", "listing", [name])
    for name in ("needs_review", "fatal"):
        flag = sa.column(name, sa.Boolean()).is_(sa.true())
        op.create_index(f"ix_listing_{name}", "listing", walk, sqlite_where=flag, postgresql_where=flag)
    waits = sa.column("needs_review", sa.Boolean()).is_(sa.true())
    urgent: list[Any] = ["rubric_id", sa.column("fatal").desc(), *walk]
    op.create_index("ix_listing_urgent", "listing", urgent, sqlite_where=waits, postgresql_where=waits)
    op.create_table(
        "listing_mark",
        sa.Column("item_id", sa.Text(), nullable=False),
        sa.Column("mark", sa.String(length=16), nullable=False),
        sa.Column("started_at", sa.BigInteger(), nullable=False),
        sa.Column("call_id", sa.Integer(), nullable=False),
        sa.Column("team", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["call_id"], ["listing.call_id"], name="fk_listing_mark_call_id"),
        sa.PrimaryKeyConstraint("item_id", "mark", "started_at", "call_id", name="pk_listing_mark"),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_listing_mark_call_id", "listing_mark", ["call_id"])
    op.create_index("ix_listing_mark_team", "listing_mark", ["item_id", "mark", "team", *walk])


def _search() -> None:
    """Transcripts as pairs of syllables, in blocks of calls."""
    op.create_table(
        "said_block",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("engine_id", sa.Integer(), nullable=False),
        sa.Column("sounds_key", sa.String(length=16), nullable=False),
        sa.Column("oldest", sa.BigInteger(), nullable=False),
        sa.Column("newest", sa.BigInteger(), nullable=False),
        sa.Column("positions", sa.LargeBinary(), nullable=False),
        sa.Column("bounds", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["engine_id"], ["engine.id"], name="fk_said_block_engine_id"),
        sa.PrimaryKeyConstraint("id", name="pk_said_block"),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "said_pair",
        sa.Column("block_id", sa.Integer(), nullable=False),
        sa.Column("pair", sa.Integer(), nullable=False),
        sa.Column("places", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["block_id"], ["said_block.id"], name="fk_said_pair_block_id"),
        sa.PrimaryKeyConstraint("block_id", "pair", name="pk_said_pair"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "said",
        sa.Column("call_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("transcript_id", sa.Integer(), nullable=False),
        sa.Column("block_id", sa.Integer(), nullable=False),
        sa.Column("started_at", sa.DateTime(), nullable=False),
        sa.ForeignKeyConstraint(["block_id"], ["said_block.id"], name="fk_said_block_id"),
        sa.ForeignKeyConstraint(["call_id"], ["call.id"], name="fk_said_call_id"),
        sa.ForeignKeyConstraint(["transcript_id"], ["transcript.id"], name="fk_said_transcript_id"),
        sa.PrimaryKeyConstraint("call_id", name="pk_said"),
    )
    op.create_index("ix_said_block_id", "said", ["block_id"])


def _saved() -> None:
    """Filters that people keep."""
    op.create_table(
        "saved_filter",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("owner", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("params", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_saved_filter"),
        sa.UniqueConstraint("owner", "name", name="uq_saved_filter_owner_name"),
    )
