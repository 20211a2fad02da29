"""A table for what a language model answered about calls."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    op.create_table(
        "judge_answer",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("transcript_id", sa.Integer(), nullable=False),
        sa.Column("answer_key", sa.String(length=16), nullable=False),
        sa.Column("problem", sa.String(length=64), nullable=False),
        sa.Column("tokens_in", sa.Integer(), nullable=False),
        sa.Column("tokens_out", sa.Integer(), nullable=False),
        sa.Column("document", sa.LargeBinary(), nullable=False),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.ForeignKeyConstraint(["transcript_id"], ["transcript.id"], name="fk_judge_answer_transcript_id"),
        sa.PrimaryKeyConstraint("id", name="pk_judge_answer"),
        sa.UniqueConstraint("transcript_id", "answer_key", name="uq_judge_answer_transcript_id_answer_key"),
    )
    op.create_index("ix_judge_answer_problem", "judge_answer", ["problem"])
