"""Verdicts as letters, people's reviews, appeals, calibration, trust, samples, playlists, and held nights.

Scores are dropped: they follow from the findings and are made anew by the next run. The local date and the filed
category of calls that are stored already are taken from what is known of them; their date is Shanghai's.
"""

import json
from datetime import datetime, timedelta

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"

SHANGHAI = timedelta(hours=8)


def upgrade() -> None:
    _add_columns()
    _make_scores_anew()
    _add_what_people_write()


def _add_columns() -> None:
    op.add_column("transcript", sa.Column("confidence", sa.Float(), nullable=True))
    op.add_column("call", sa.Column("day", sa.String(length=10), server_default="", nullable=False))
    for name in ("line", "category", "request_type"):
        op.add_column("call", sa.Column(name, sa.Text(), server_default="", nullable=False))
    call = sa.table(
        "call", *(sa.column(name) for name in ("id", "started_at", "day", "category", "request_type", "ticket"))
    )
    connection = op.get_bind()
    stored = connection.execute(sa.select(call.c.id, sa.cast(call.c.started_at, sa.Text), call.c.ticket)).all()
    for number, started_at, ticket in stored:
        filed = json.loads(ticket) if ticket else {}
        values = {
            "day": str((datetime.fromisoformat(started_at) + SHANGHAI).date()),
            "category": (filed.get("category") or [""])[0],
            "request_type": filed.get("request_type", ""),
        }
        connection.execute(sa.update(call).where(call.c.id == number).values(values))
    op.create_index("ix_call_day_agent_id", "call", ["day", "agent_id"])


def _make_scores_anew() -> None:
    op.drop_table("agent_aggregate")
    op.drop_table("aggregate_stamp")
    op.create_table(
        "month_stamp",
        sa.Column("period", sa.String(length=7), nullable=False),
        sa.Column("rubric_id", sa.Integer(), nullable=False),
        sa.Column("stamp", sa.String(length=16), nullable=False),
        sa.ForeignKeyConstraint(["rubric_id"], ["rubric.id"], name="fk_month_stamp_rubric_id"),
        sa.PrimaryKeyConstraint("period", "rubric_id", name="pk_month_stamp"),
        sqlite_with_rowid=False,
    )
    op.drop_table("call_score")
    op.create_table(
        "call_score",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("call_id", sa.Integer(), nullable=False),
        sa.Column("transcript_id", sa.Integer(), nullable=False),
        sa.Column("context_key", sa.String(length=16), nullable=False),
        sa.Column("checks_key", sa.String(length=16), nullable=False),
        sa.Column("rubric_id", sa.Integer(), nullable=False),
        sa.Column("trust_key", sa.String(length=16), nullable=False),
        sa.Column("total", sa.Float(), nullable=True),
        sa.Column("needs_review", sa.Boolean(), nullable=False),
        sa.Column("fatal", sa.Boolean(), nullable=False),
        sa.Column("verdicts", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.ForeignKeyConstraint(["call_id"], ["call.id"], name="fk_call_score_call_id"),
        sa.ForeignKeyConstraint(["rubric_id"], ["rubric.id"], name="fk_call_score_rubric_id"),
        sa.ForeignKeyConstraint(["transcript_id"], ["transcript.id"], name="fk_call_score_transcript_id"),
        sa.PrimaryKeyConstraint("id", name="pk_call_score"),
        sa.UniqueConstraint(
            "call_id", "transcript_id", "context_key", "checks_key", "rubric_id", "trust_key", name="uq_call_score_keys"
        ),
    )


def _add_what_people_write() -> None:
    op.create_table(
        "calibration_session",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("document", sa.Text(), nullable=False),
        sa.Column("opened_by", sa.Text(), nullable=False),
        sa.Column("opened_at", sa.DateTime(), nullable=False),
        sa.Column("closed_by", sa.Text(), nullable=True),
        sa.Column("closed_at", sa.DateTime(), nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_calibration_session"),
        sa.UniqueConstraint("name", name="uq_calibration_session_name"),
    )
    op.create_table(
        "playlist",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("author", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_playlist"),
        sa.UniqueConstraint("name", name="uq_playlist_name"),
    )
    op.create_table(
        "sample_plan",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("plan_id", sa.Text(), nullable=False),
        sa.Column("plan_key", sa.String(length=16), nullable=False),
        sa.Column("document", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_sample_plan"),
        sa.UniqueConstraint("plan_key", name="uq_sample_plan_plan_key"),
    )
    op.create_table(
        "hold",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("run_id", sa.Integer(), nullable=False),
        sa.Column("rubric_id", sa.Integer(), nullable=False),
        sa.Column("after_score_id", sa.Integer(), nullable=False),
        sa.Column("upto_score_id", sa.Integer(), nullable=False),
        sa.Column("reasons", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.ForeignKeyConstraint(["rubric_id"], ["rubric.id"], name="fk_hold_rubric_id"),
        sa.ForeignKeyConstraint(["run_id"], ["run.id"], name="fk_hold_run_id"),
        sa.PrimaryKeyConstraint("id", name="pk_hold"),
    )
    op.create_table(
        "item_trust",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("rubric_id", sa.Integer(), nullable=False),
        sa.Column("item_id", sa.Text(), nullable=False),
        sa.Column("suggests", sa.Integer(), nullable=False),
        sa.Column("document", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.ForeignKeyConstraint(["rubric_id"], ["rubric.id"], name="fk_item_trust_rubric_id"),
        sa.PrimaryKeyConstraint("id", name="pk_item_trust"),
        sa.UniqueConstraint("rubric_id", "item_id", "at", name="uq_item_trust_rubric_id_item_id_at"),
    )
    op.create_table(
        "sample",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("plan_id", sa.Integer(), nullable=False),
        sa.Column("period", sa.Text(), nullable=False),
        sa.Column("seed", sa.Text(), nullable=False),
        sa.Column("n_candidates", sa.Integer(), nullable=False),
        sa.Column("author", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.ForeignKeyConstraint(["plan_id"], ["sample_plan.id"], name="fk_sample_plan_id"),
        sa.PrimaryKeyConstraint("id", name="pk_sample"),
        sa.UniqueConstraint("plan_id", "period", name="uq_sample_plan_id_period"),
    )
    op.create_table(
        "appeal",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("call_id", sa.Integer(), nullable=False),
        sa.Column("item_id", sa.Text(), nullable=False),
        sa.Column("agent_id", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.ForeignKeyConstraint(["call_id"], ["call.id"], name="fk_appeal_call_id"),
        sa.PrimaryKeyConstraint("id", name="pk_appeal"),
        sa.UniqueConstraint("call_id", "item_id", name="uq_appeal_call_id_item_id"),
    )
    op.create_index("ix_appeal_agent_id", "appeal", ["agent_id"])
    op.create_table(
        "assignment",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("call_id", sa.Integer(), nullable=False),
        sa.Column("reviewer", sa.Text(), nullable=False),
        sa.Column("purpose", sa.String(length=64), nullable=False),
        sa.Column("session", sa.Text(), nullable=False),
        sa.Column("why", sa.Text(), nullable=False),
        sa.Column("assigned_by", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.ForeignKeyConstraint(["call_id"], ["call.id"], name="fk_assignment_call_id"),
        sa.PrimaryKeyConstraint("id", name="pk_assignment"),
        sa.UniqueConstraint(
            "call_id", "reviewer", "purpose", "session", "at", name="uq_assignment_call_id_reviewer_purpose_session_at"
        ),
    )
    op.create_index("ix_assignment_reviewer", "assignment", ["reviewer"])
    op.create_table(
        "clip",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("playlist_id", sa.Integer(), nullable=False),
        sa.Column("call_id", sa.Integer(), nullable=False),
        sa.Column("item_id", sa.Text(), nullable=False),
        sa.Column("verdict", sa.String(length=64), nullable=False),
        sa.Column("start", sa.Float(), nullable=False),
        sa.Column("end", sa.Float(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.ForeignKeyConstraint(["call_id"], ["call.id"], name="fk_clip_call_id"),
        sa.ForeignKeyConstraint(["playlist_id"], ["playlist.id"], name="fk_clip_playlist_id"),
        sa.PrimaryKeyConstraint("id", name="pk_clip"),
        sa.UniqueConstraint(
            "playlist_id", "call_id", "item_id", "start", name="uq_clip_playlist_id_call_id_item_id_start"
        ),
    )
    op.create_table(
        "golden_label",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("call_id", sa.Integer(), nullable=False),
        sa.Column("item_id", sa.Text(), nullable=False),
        sa.Column("verdict", sa.String(length=64), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("author", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.ForeignKeyConstraint(["call_id"], ["call.id"], name="fk_golden_label_call_id"),
        sa.PrimaryKeyConstraint("id", name="pk_golden_label"),
    )
    op.create_index("ix_golden_label_call_id", "golden_label", ["call_id"])
    op.create_table(
        "hold_release",
        sa.Column("hold_id", sa.Integer(), nullable=False),
        sa.Column("author", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.ForeignKeyConstraint(["hold_id"], ["hold.id"], name="fk_hold_release_hold_id"),
        sa.PrimaryKeyConstraint("hold_id", name="pk_hold_release"),
    )
    op.create_table(
        "review",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("review_key", sa.Text(), nullable=False),
        sa.Column("call_id", sa.Integer(), nullable=False),
        sa.Column("item_id", sa.Text(), nullable=False),
        sa.Column("action", sa.String(length=64), nullable=False),
        sa.Column("verdict", sa.String(length=64), nullable=True),
        sa.Column("points", sa.Float(), nullable=True),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("author", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.Column("purpose", sa.String(length=64), nullable=False),
        sa.Column("session", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["call_id"], ["call.id"], name="fk_review_call_id"),
        sa.PrimaryKeyConstraint("id", name="pk_review"),
        sa.UniqueConstraint("review_key", name="uq_review_review_key"),
    )
    op.create_index("ix_review_call_id", "review", ["call_id"])
    op.create_index("ix_review_purpose_session", "review", ["purpose", "session"])
    op.create_table(
        "sample_call",
        sa.Column("sample_id", sa.Integer(), nullable=False),
        sa.Column("call_id", sa.Integer(), nullable=False),
        sa.Column("stratum", sa.Text(), nullable=False),
        sa.Column("probability", sa.Float(), nullable=False),
        sa.Column("why", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["call_id"], ["call.id"], name="fk_sample_call_call_id"),
        sa.ForeignKeyConstraint(["sample_id"], ["sample.id"], name="fk_sample_call_sample_id"),
        sa.PrimaryKeyConstraint("sample_id", "call_id", name="pk_sample_call"),
    )
    op.create_index("ix_sample_call_call_id", "sample_call", ["call_id"], unique=True)
    op.create_table(
        "appeal_step",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("appeal_id", sa.Integer(), nullable=False),
        sa.Column("stage", sa.String(length=64), nullable=False),
        sa.Column("outcome", sa.String(length=64), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("author", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.ForeignKeyConstraint(["appeal_id"], ["appeal.id"], name="fk_appeal_step_appeal_id"),
        sa.PrimaryKeyConstraint("id", name="pk_appeal_step"),
    )
    op.create_index("ix_appeal_step_appeal_id", "appeal_step", ["appeal_id"])
    op.create_table(
        "assignment_end",
        sa.Column("assignment_id", sa.Integer(), nullable=False),
        sa.Column("how", sa.String(length=64), nullable=False),
        sa.Column("author", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.ForeignKeyConstraint(["assignment_id"], ["assignment.id"], name="fk_assignment_end_assignment_id"),
        sa.PrimaryKeyConstraint("assignment_id", name="pk_assignment_end"),
    )
    op.create_table(
        "effective_score",
        sa.Column("call_score_id", sa.Integer(), nullable=False),
        sa.Column("total", sa.Float(), nullable=True),
        sa.Column("needs_review", sa.Boolean(), nullable=False),
        sa.Column("fatal", sa.Boolean(), nullable=False),
        sa.Column("verdicts", sa.Text(), nullable=False),
        sa.Column("manual_points", sa.Float(), nullable=False),
        sa.Column("last_review_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["call_score_id"], ["call_score.id"], name="fk_effective_score_call_score_id"),
        sa.ForeignKeyConstraint(["last_review_id"], ["review.id"], name="fk_effective_score_last_review_id"),
        sa.PrimaryKeyConstraint("call_score_id", name="pk_effective_score"),
    )
