"""INSERT that may meet a row that is already there."""

from sqlalchemy import Connection, Table
from sqlalchemy.dialects import postgresql, sqlite


def insert(c: Connection, table: Table) -> sqlite.Insert | postgresql.Insert:
    """The INSERT of the connection's own database, which knows ON CONFLICT."""
    return sqlite.insert(table) if c.dialect.name == "sqlite" else postgresql.insert(table)
