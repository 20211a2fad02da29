"""The first schema."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None


def upgrade() -> None:
    op.create_table(
        "check_version",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("check_key", sa.String(length=16), nullable=False),
        sa.Column("check_id", sa.Text(), nullable=False),
        sa.Column("description", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_check_version"),
        sa.UniqueConstraint("check_key", name="uq_check_version_check_key"),
    )
    op.create_table(
        "engine",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("engine_key", sa.String(length=16), nullable=False),
        sa.Column("description", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_engine"),
        sa.UniqueConstraint("engine_key", name="uq_engine_engine_key"),
    )
    op.create_table(
        "failure",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("stage", sa.String(length=64), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("attempt", sa.Integer(), nullable=False),
        sa.Column("error", sa.String(length=64), nullable=False),
        sa.Column("message", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_failure"),
        sa.UniqueConstraint("stage", "key", "attempt", name="uq_failure_stage_key_attempt"),
    )
    op.create_table(
        "lease",
        sa.Column("name", sa.String(length=64), nullable=False),
        sa.Column("holder", sa.Text(), nullable=False),
        sa.Column("expires_at", sa.DateTime(), nullable=False),
        sa.PrimaryKeyConstraint("name", name="pk_lease"),
    )
    op.create_table(
        "recording",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("n_bytes", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_recording"),
        sa.UniqueConstraint("sha256", name="uq_recording_sha256"),
    )
    op.create_table(
        "rubric",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("rubric_id", sa.Text(), nullable=False),
        sa.Column("version", sa.Text(), nullable=False),
        sa.Column("rubric_key", sa.String(length=16), nullable=False),
        sa.Column("document", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_rubric"),
        sa.UniqueConstraint("rubric_id", "version", name="uq_rubric_rubric_id_version"),
        sa.UniqueConstraint("rubric_key", name="uq_rubric_rubric_key"),
    )
    op.create_table(
        "run",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=64), nullable=False),
        sa.Column("started_at", sa.DateTime(), nullable=False),
        sa.Column("finished_at", sa.DateTime(), nullable=True),
        sa.Column("keys", sa.Text(), nullable=False),
        sa.Column("report", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_run"),
    )
    op.create_table(
        "agent_aggregate",
        sa.Column("period", sa.String(length=7), nullable=False),
        sa.Column("rubric_id", sa.Integer(), nullable=False),
        sa.Column("agent_id", sa.Text(), nullable=False),
        sa.Column("team", sa.Text(), nullable=False),
        sa.Column("document", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["rubric_id"], ["rubric.id"], name="fk_agent_aggregate_rubric_id"),
        sa.PrimaryKeyConstraint("period", "rubric_id", "agent_id", "team", name="pk_agent_aggregate"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "call",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("call_id", sa.Text(), nullable=False),
        sa.Column("recording_id", sa.Integer(), nullable=False),
        sa.Column("channel", sa.Integer(), nullable=False),
        sa.Column("context_key", sa.String(length=16), nullable=False),
        sa.Column("row_key", sa.String(length=16), nullable=False),
        sa.Column("uri", sa.Text(), nullable=False),
        sa.Column("stamp", sa.Text(), nullable=False),
        sa.Column("agent_id", sa.Text(), nullable=False),
        sa.Column("team", sa.Text(), nullable=False),
        sa.Column("started_at", sa.DateTime(), nullable=False),
        sa.Column("period", sa.String(length=7), nullable=False),
        sa.Column("direction", sa.String(length=8), nullable=False),
        sa.Column("hangup_by", sa.String(length=8), nullable=False),
        sa.Column("ticket", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(["recording_id"], ["recording.id"], name="fk_call_recording_id"),
        sa.PrimaryKeyConstraint("id", name="pk_call"),
        sa.UniqueConstraint("call_id", name="uq_call_call_id"),
    )
    op.create_index("ix_call_period_agent_id_team", "call", ["period", "agent_id", "team"])
    op.create_index("ix_call_recording_id_channel", "call", ["recording_id", "channel"])
    op.create_index("ix_call_started_at", "call", ["started_at"])
    op.create_table(
        "transcript",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("recording_id", sa.Integer(), nullable=False),
        sa.Column("channel", sa.Integer(), nullable=False),
        sa.Column("engine_id", sa.Integer(), nullable=False),
        sa.Column("seconds", sa.Float(), nullable=False),
        sa.Column("document", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["engine_id"], ["engine.id"], name="fk_transcript_engine_id"),
        sa.ForeignKeyConstraint(["recording_id"], ["recording.id"], name="fk_transcript_recording_id"),
        sa.PrimaryKeyConstraint("id", name="pk_transcript"),
        sa.UniqueConstraint(
            "recording_id", "channel", "engine_id", name="uq_transcript_recording_id_channel_engine_id"
        ),
    )
    op.create_index("ix_transcript_seconds_engine_id", "transcript", ["seconds", "engine_id"])
    op.create_table(
        "aggregate_stamp",
        sa.Column("period", sa.String(length=7), nullable=False),
        sa.Column("rubric_id", sa.Integer(), nullable=False),
        sa.Column("stamp", sa.String(length=16), nullable=False),
        sa.ForeignKeyConstraint(["rubric_id"], ["rubric.id"], name="fk_aggregate_stamp_rubric_id"),
        sa.PrimaryKeyConstraint("period", "rubric_id", name="pk_aggregate_stamp"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "call_score",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("call_id", sa.Integer(), nullable=False),
        sa.Column("transcript_id", sa.Integer(), nullable=False),
        sa.Column("context_key", sa.String(length=16), nullable=False),
        sa.Column("checks_key", sa.String(length=16), nullable=False),
        sa.Column("rubric_id", sa.Integer(), nullable=False),
        sa.Column("total", sa.Float(), nullable=True),
        sa.Column("needs_review", sa.Boolean(), nullable=False),
        sa.Column("fatal", sa.Boolean(), nullable=False),
        sa.Column("items", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["call_id"], ["call.id"], name="fk_call_score_call_id"),
        sa.ForeignKeyConstraint(["rubric_id"], ["rubric.id"], name="fk_call_score_rubric_id"),
        sa.ForeignKeyConstraint(["transcript_id"], ["transcript.id"], name="fk_call_score_transcript_id"),
        sa.PrimaryKeyConstraint("id", name="pk_call_score"),
        sa.UniqueConstraint(
            "call_id", "transcript_id", "context_key", "checks_key", "rubric_id", name="uq_call_score_keys"
        ),
    )
    op.create_table(
        "finding",
        sa.Column("transcript_id", sa.Integer(), nullable=False),
        sa.Column("context_key", sa.String(length=16), nullable=False),
        sa.Column("check_version_id", sa.Integer(), nullable=False),
        sa.Column("verdict", sa.String(length=16), nullable=False),
        sa.Column("reason", sa.String(length=64), nullable=False),
        sa.Column("value", sa.Float(), nullable=True),
        sa.Column("confidence", sa.Float(), nullable=True),
        sa.Column("evidence", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(["check_version_id"], ["check_version.id"], name="fk_finding_check_version_id"),
        sa.ForeignKeyConstraint(["transcript_id"], ["transcript.id"], name="fk_finding_transcript_id"),
        sa.PrimaryKeyConstraint("transcript_id", "context_key", "check_version_id", name="pk_finding"),
        sqlite_with_rowid=False,
    )
    failed = sa.text("verdict = 'error'")
    op.create_index("ix_finding_error", "finding", ["transcript_id"], sqlite_where=failed, postgresql_where=failed)
