"""The tables of what people write. Rows are added and never changed; "open" is the absence of an ending row."""

from typing import Any

from sqlalchemy import Column, Float, ForeignKey, Index, Integer, Table, Text, UniqueConstraint

from callqa.learning import ExampleWords
from callqa.records import ItemTrust
from store.tables.calls import KEY, SLUG, call, call_score, metadata, points_at, rubric, run, sheet_columns
from store.tables.columns import JsonText, PackedJson, UtcDateTime

review = Table(
    "review",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("review_key", Text, nullable=False, unique=True),
    points_at("call_id", call),
    Column("item_id", Text, nullable=False),
    Column("action", SLUG, nullable=False),
    Column("verdict", SLUG),
    Column("points", Float),
    Column("title", Text, nullable=False),
    Column("reason", Text, nullable=False),
    Column("author", Text, nullable=False),
    Column("at", UtcDateTime, nullable=False),
    Column("purpose", SLUG, nullable=False),
    Column("session", Text, nullable=False),
    Index(None, "call_id"),
    Index(None, "purpose", "session"),
)

effective_score = Table(
    "effective_score",
    metadata,
    Column("call_score_id", Integer, ForeignKey(call_score.c.id), primary_key=True),
    *sheet_columns(),
    Column("manual_points", Float, nullable=False),
    Column("last_review_id", Integer, ForeignKey(review.c.id), nullable=False),
)

assignment = Table(
    "assignment",
    metadata,
    Column("id", Integer, primary_key=True),
    points_at("call_id", call),
    Column("reviewer", Text, nullable=False),
    Column("purpose", SLUG, nullable=False),
    Column("session", Text, nullable=False),
    Column("why", Text, nullable=False),
    Column("assigned_by", Text, nullable=False),
    Column("at", UtcDateTime, nullable=False),
    UniqueConstraint("call_id", "reviewer", "purpose", "session", "at"),
    Index(None, "reviewer"),
)

assignment_end = Table(
    "assignment_end",
    metadata,
    Column("assignment_id", Integer, ForeignKey(assignment.c.id), primary_key=True),
    Column("how", SLUG, nullable=False),  # done, recalled
    Column("author", Text, nullable=False),
    Column("at", UtcDateTime, nullable=False),
)

appeal = Table(
    "appeal",
    metadata,
    Column("id", Integer, primary_key=True),
    points_at("call_id", call),
    Column("item_id", Text, nullable=False),
    Column("agent_id", Text, nullable=False),
    Column("reason", Text, nullable=False),
    Column("at", UtcDateTime, nullable=False),
    UniqueConstraint("call_id", "item_id"),
    Index(None, "agent_id"),
)

appeal_step = Table(
    "appeal_step",
    metadata,
    Column("id", Integer, primary_key=True),
    points_at("appeal_id", appeal),
    Column("stage", SLUG, nullable=False),
    Column("outcome", SLUG, nullable=False),
    Column("reason", Text, nullable=False),
    Column("author", Text, nullable=False),
    Column("at", UtcDateTime, nullable=False),
    Index(None, "appeal_id"),
)

golden_label = Table(
    "golden_label",
    metadata,
    Column("id", Integer, primary_key=True),
    points_at("call_id", call),
    Column("item_id", Text, nullable=False),
    Column("verdict", SLUG, nullable=False),
    Column("source", Text, nullable=False),
    Column("author", Text, nullable=False),
    Column("at", UtcDateTime, nullable=False),
    Index(None, "call_id"),
)

example = Table(
    "example",
    metadata,
    Column("id", Integer, primary_key=True),
    points_at("call_id", call),
    Column("item_id", Text, nullable=False),
    Column("verdict", SLUG, nullable=False),
    Column("machine", SLUG, nullable=False),
    Column("check_key", KEY, nullable=False),  # of the finding that a person judged
    Column("document", PackedJson(ExampleWords), nullable=False),
    Column("author", Text, nullable=False),
    Column("at", UtcDateTime, nullable=False),
    UniqueConstraint("call_id", "item_id"),
)
"""It quotes calls, so a row goes with their words, and when whoever put it takes it back."""

calibration_session = Table(
    "calibration_session",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("name", Text, nullable=False, unique=True),
    Column("document", JsonText(dict[str, Any]), nullable=False),  # calls, reviewers, items
    Column("opened_by", Text, nullable=False),
    Column("opened_at", UtcDateTime, nullable=False),
    Column("closed_by", Text),
    Column("closed_at", UtcDateTime),
)

item_trust = Table(
    "item_trust",
    metadata,
    Column("id", Integer, primary_key=True),
    points_at("rubric_id", rubric),
    Column("item_id", Text, nullable=False),
    Column("suggests", Integer, nullable=False),  # 1: its violations are suggestions for a person
    Column("document", JsonText(ItemTrust), nullable=False),
    Column("at", UtcDateTime, nullable=False),
    UniqueConstraint("rubric_id", "item_id", "at"),
)

sample_plan = Table(
    "sample_plan",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("plan_id", Text, nullable=False),
    Column("plan_key", KEY, nullable=False, unique=True),
    Column("document", JsonText(dict[str, Any]), nullable=False),
)

sample = Table(
    "sample",
    metadata,
    Column("id", Integer, primary_key=True),
    points_at("plan_id", sample_plan),
    Column("period", Text, nullable=False),  # 2026-11, 2026-W47 or 2026-11-24
    Column("seed", Text, nullable=False),
    Column("n_candidates", Integer, nullable=False),
    Column("author", Text, nullable=False),
    Column("at", UtcDateTime, nullable=False),
    UniqueConstraint("plan_id", "period"),
)

sample_call = Table(
    "sample_call",
    metadata,
    Column("sample_id", Integer, ForeignKey(sample.c.id), primary_key=True),
    Column("call_id", Integer, ForeignKey(call.c.id), primary_key=True),
    Column("stratum", Text, nullable=False),
    Column("probability", Float, nullable=False),
    Column("why", Text, nullable=False),
    Index(None, "call_id", unique=True),  # nobody is asked to hear a call twice
)

playlist = Table(
    "playlist",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("name", Text, nullable=False, unique=True),
    Column("note", Text, nullable=False),
    Column("author", Text, nullable=False),
    Column("at", UtcDateTime, nullable=False),
)

clip = Table(
    "clip",
    metadata,
    Column("id", Integer, primary_key=True),
    points_at("playlist_id", playlist),
    points_at("call_id", call),
    Column("item_id", Text, nullable=False),  # "" for a moment that is about no item ...
    Column("verdict", SLUG, nullable=False),  # ... and has no verdict
    Column("start", Float, nullable=False),
    Column("end", Float, nullable=False),
    Column("note", Text, nullable=False),
    Column("at", UtcDateTime, nullable=False),
    Column("position", Integer, nullable=False, server_default="0"),
    Column("question", Text, nullable=False, server_default=""),
    Column("answer", Text, nullable=False, server_default=""),
    UniqueConstraint("playlist_id", "call_id", "item_id", "start"),
)

hold = Table(
    "hold",
    metadata,
    Column("id", Integer, primary_key=True),
    points_at("run_id", run),
    points_at("rubric_id", rubric),
    Column("after_score_id", Integer, nullable=False),  # the run's scores are those above it ...
    Column("upto_score_id", Integer, nullable=False),  # ... up to this one
    Column("reasons", JsonText(list[str]), nullable=False),
    Column("at", UtcDateTime, nullable=False),
)

hold_release = Table(
    "hold_release",
    metadata,
    Column("hold_id", Integer, ForeignKey(hold.c.id), primary_key=True),
    Column("author", Text, nullable=False),
    Column("reason", Text, nullable=False),
    Column("at", UtcDateTime, nullable=False),
)
