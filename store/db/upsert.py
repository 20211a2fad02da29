"""INSERT that may meet a row that is already there."""

from typing import Any

from sqlalchemy import Connection, Table
from sqlalchemy.dialects import postgresql, sqlite


def insert(c: Connection, table: Table) -> sqlite.Insert | postgresql.Insert:
    """The INSERT of the connection's own database, which knows ON CONFLICT."""
    return sqlite.insert(table) if c.dialect.name == "sqlite" else postgresql.insert(table)


def insert_new(c: Connection, table: Table, rows: list[dict[str, Any]]) -> None:
    """Inserts the rows that are not there yet; one that is there under its unique key is left as it is."""
    if rows:
        c.execute(insert(c, table).on_conflict_do_nothing(), rows)
