"""The tables of models that were learnt from examples: their versions, and which one is to be used since when."""

from sqlalchemy import Column, Index, Integer, LargeBinary, Table, Text

from callqa.learning import ModelCard
from store.tables.calls import KEY, SLUG, metadata
from store.tables.columns import JsonText, UtcDateTime

model_version = Table(
    "model_version",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("model", SLUG, nullable=False),  # the shipped model of which it is a version
    Column("version_key", KEY, nullable=False, unique=True),  # of the content of its files
    Column("description", Text, nullable=False),  # the file model.json
    Column("weights", LargeBinary, nullable=False),  # the file linear.safetensors
    Column("card", JsonText(ModelCard), nullable=False),
    Column("author", Text, nullable=False),
    Column("at", UtcDateTime, nullable=False),
)
"""Rows quote no call, so they stay when the calls that were learnt from go."""

model_use = Table(
    "model_use",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("model", SLUG, nullable=False),
    Column("version_key", KEY, nullable=False),  # "" for the shipped model
    Column("author", Text, nullable=False),
    Column("reason", Text, nullable=False),
    Column("at", UtcDateTime, nullable=False),
    Index(None, "model"),
)
