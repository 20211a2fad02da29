"""Tables for nights without a person: an audit log that shows tampering, removals, legal holds, alerts.

Evidence is packed, which brings what a call takes down to half.
"""

import zlib
from datetime import UTC

import sqlalchemy as sa
from alembic import op

from callqa.audit_chain import START, ChainedEntry, Link

revision = "0004"
down_revision = "0003"

BATCH = 2000
TRANSCRIPTS = 200  # whose findings are packed at once
PACKING = 4  # zlib level


def upgrade() -> None:
    _audit_chain()
    _retention()
    _legal_holds()
    _alerts()
    _packed_evidence()


def _audit_chain() -> None:
    """Every entry gets a hash of itself and of the hash before it; those that are there are chained as they stand."""
    op.add_column("audit", sa.Column("hash", sa.String(length=64), server_default="", nullable=False))
    texts = ("author", "role", "action", "kind", "object", "address", "detail", "hash")
    audit = sa.table(
        "audit",
        sa.column("id", sa.Integer()),
        sa.column("at", sa.DateTime()),
        sa.column("object_pk", sa.Integer()),
        *(sa.column(name, sa.Text()) for name in texts),
    )
    hashed = audit.c["id", "at", "author", "role", "action", "kind", "object_pk", "object", "address", "detail"]
    chained = sa.update(audit).where(audit.c.id == sa.bindparam("pk")).values(hash=sa.bindparam("digest"))
    connection, last = op.get_bind(), START
    while rows := connection.execute(
        sa.select(*hashed).where(audit.c.id > last.pk).order_by(audit.c.id).limit(BATCH)
    ).all():
        digests = []
        for pk, at, *rest in rows:
            last = Link(pk, ChainedEntry(pk, at.replace(tzinfo=UTC), *rest).hash_after(last.hash))
            digests.append({"pk": pk, "digest": last.hash})
        connection.execute(chained, digests)


def _retention() -> None:
    """Reports of removals, a mark on each call, legal holds, keyed hashes of what was erased, figures that are left."""
    op.create_table(
        "removal_report",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=64), nullable=False),
        sa.Column("author", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.Column("finished_at", sa.DateTime(), nullable=True),
        sa.Column("counts", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_removal_report"),
    )
    op.create_table(
        "removal",
        sa.Column("call_id", sa.Integer(), nullable=False),
        sa.Column("what", sa.String(length=64), nullable=False),
        sa.Column("report_id", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.ForeignKeyConstraint(["call_id"], ["call.id"], name="fk_removal_call_id"),
        sa.ForeignKeyConstraint(["report_id"], ["removal_report.id"], name="fk_removal_report_id"),
        sa.PrimaryKeyConstraint("call_id", "what", name="pk_removal"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "erased_number",
        sa.Column("number_key", sa.String(length=64), nullable=False),
        sa.Column("report_id", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.ForeignKeyConstraint(["report_id"], ["removal_report.id"], name="fk_erased_number_report_id"),
        sa.PrimaryKeyConstraint("number_key", "report_id", name="pk_erased_number"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "erased_recording",
        sa.Column("recording_key", sa.String(length=64), nullable=False),
        sa.Column("report_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["report_id"], ["removal_report.id"], name="fk_erased_recording_report_id"),
        sa.PrimaryKeyConstraint("recording_key", name="pk_erased_recording"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "past_figures",
        sa.Column("period", sa.String(length=7), nullable=False),
        sa.Column("rubric_id", sa.Integer(), nullable=False),
        sa.Column("team", sa.Text(), nullable=False),
        sa.Column("category", sa.Text(), nullable=False),
        sa.Column("n_calls", sa.Integer(), nullable=False),
        sa.Column("n_totals", sa.Integer(), nullable=False),
        sa.Column("sum_of_totals", sa.Float(), nullable=False),
        sa.Column("n_fatal", sa.Integer(), nullable=False),
        sa.Column("seconds", sa.Float(), nullable=False),
        sa.ForeignKeyConstraint(["rubric_id"], ["rubric.id"], name="fk_past_figures_rubric_id"),
        sa.PrimaryKeyConstraint("period", "rubric_id", "team", "category", name="pk_past_figures"),
        sqlite_with_rowid=False,
    )


def _legal_holds() -> None:
    op.create_table(
        "legal_hold",
        sa.Column("id", sa.Integer(), nullable=False),
        *(sa.Column(name, sa.Text(), nullable=False) for name in ("asked", "reason", "author")),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_legal_hold"),
    )
    op.create_table(
        "legal_hold_call",
        sa.Column("legal_hold_id", sa.Integer(), nullable=False),
        sa.Column("call_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["legal_hold_id"], ["legal_hold.id"], name="fk_legal_hold_call_legal_hold_id"),
        sa.ForeignKeyConstraint(["call_id"], ["call.id"], name="fk_legal_hold_call_call_id"),
        sa.PrimaryKeyConstraint("legal_hold_id", "call_id", name="pk_legal_hold_call"),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_legal_hold_call_call_id", "legal_hold_call", ["call_id"])
    op.create_table(
        "legal_hold_release",
        sa.Column("legal_hold_id", sa.Integer(), nullable=False),
        *(sa.Column(name, sa.Text(), nullable=False) for name in ("reason", "author")),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.ForeignKeyConstraint(["legal_hold_id"], ["legal_hold.id"], name="fk_legal_hold_release_legal_hold_id"),
        sa.PrimaryKeyConstraint("legal_hold_id", name="pk_legal_hold_release"),
    )


def _alerts() -> None:
    """Alerts that were told."""
    op.create_table(
        "alert_told",
        sa.Column("alert", sa.String(length=64), nullable=False),
        sa.Column("webhook", sa.String(length=16), nullable=False),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.PrimaryKeyConstraint("alert", "webhook", name="pk_alert_told"),
        sqlite_with_rowid=False,
    )


def _packed_evidence() -> None:
    """The findings move into a new table, so that the room of the old one is free at once on both kinds of database."""
    connection, old_name = op.get_bind(), "finding_in_text"
    op.drop_index("ix_finding_error", "finding")
    op.rename_table("finding", old_name)
    if connection.dialect.name != "sqlite":
        op.execute(f"ALTER INDEX pk_finding RENAME TO pk_{old_name}")
    key = ("transcript_id", "context_key", "check_version_id")
    op.create_table(
        "finding",
        sa.Column("transcript_id", sa.Integer(), nullable=False),
        sa.Column("context_key", sa.String(length=16), nullable=False),
        sa.Column("check_version_id", sa.Integer(), nullable=False),
        sa.Column("verdict", sa.String(length=16), nullable=False),
        sa.Column("reason", sa.String(length=64), nullable=False),
        sa.Column("value", sa.Float(), nullable=True),
        sa.Column("confidence", sa.Float(), nullable=True),
        sa.Column("evidence", sa.LargeBinary(), nullable=True),
        sa.ForeignKeyConstraint(["check_version_id"], ["check_version.id"], name="fk_finding_check_version_id"),
        sa.ForeignKeyConstraint(["transcript_id"], ["transcript.id"], name="fk_finding_transcript_id"),
        sa.PrimaryKeyConstraint(*key, name="pk_finding"),
        sqlite_with_rowid=False,
    )
    known = sa.MetaData()
    old, new = (sa.Table(name, known, autoload_with=connection) for name in (old_name, "finding"))
    last = connection.scalar(sa.select(sa.func.max(old.c.transcript_id))) or 0
    for first in range(0, last + 1, TRANSCRIPTS):
        some = sa.select(old).where(old.c.transcript_id.between(first, first + TRANSCRIPTS - 1)).order_by(*old.c[key])
        rows = [dict(row) for row in connection.execute(some).mappings()]
        for row in rows:
            row["evidence"] = row["evidence"] and zlib.compress(row["evidence"].encode(), PACKING)
        if rows:
            connection.execute(sa.insert(new), rows)
    op.drop_table(old_name)
    failed = sa.text("verdict = 'error'")
    op.create_index("ix_finding_error", "finding", ["transcript_id"], sqlite_where=failed, postgresql_where=failed)
