"""The table of what a language model answered about calls. It quotes them, so it goes where their words go."""

from sqlalchemy import Column, ForeignKey, Index, Integer, Table, UniqueConstraint

from callqa.types import JudgeAnswer
from store.tables.calls import KEY, SLUG, metadata, transcript
from store.tables.columns import PackedJson, UtcDateTime

judge_answer = Table(
    "judge_answer",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("transcript_id", Integer, ForeignKey(transcript.c.id), nullable=False),
    Column("answer_key", KEY, nullable=False),  # of the whole request, so an equal one is never sent again
    Column("problem", SLUG, nullable=False),  # "" for an answer that can be read
    Column("tokens_in", Integer, nullable=False),
    Column("tokens_out", Integer, nullable=False),
    Column("document", PackedJson(JudgeAnswer), nullable=False),
    Column("at", UtcDateTime, nullable=False),
    UniqueConstraint("transcript_id", "answer_key"),
    Index(None, "problem"),
)
