"""The tables of the roster: who the agents are, and in which team each was from which day on."""

from sqlalchemy import Column, Date, ForeignKey, Index, String, Table, Text

from store.tables.calls import metadata
from store.tables.columns import UtcDateTime

agent = Table(
    "agent",
    metadata,
    Column("agent_id", Text, primary_key=True),
    Column("name", Text, nullable=False),
    Column("hired_on", Date),
    Column("author", Text, nullable=False),
    Column("at", UtcDateTime, nullable=False),
    Index(None, "at"),
)

agent_team = Table(
    "agent_team",
    metadata,
    Column("agent_id", Text, ForeignKey(agent.c.agent_id), primary_key=True),
    Column("first_day", String(10), primary_key=True),  # local, as `call.day`; empty: there was no team before
    Column("team", Text, nullable=False),
    Column("lead", Text, nullable=False),
)
