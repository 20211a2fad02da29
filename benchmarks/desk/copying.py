"""The same rows in the other kind of database: copying a built store is much faster than building it twice."""

import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

import psycopg
from psycopg import sql
from rich.console import Console
from rich.progress import track
from sqlalchemy import Table
from sqlalchemy.engine import make_url

from store import open_store
from store.tables.calls import metadata

ROWS_AT_ONCE = 2000


def copy_store(built: Path, url: str, console: Console) -> None:
    """Fills an empty PostgreSQL database at ``url`` with all rows of the SQLite file ``built``."""
    for each in (f"sqlite:///{built}", url):
        open_store(each).close()  # brought to the newest schema
    parsed = make_url(url).set(drivername="postgresql")
    with (
        closing(sqlite3.connect(f"file:{built}?mode=ro", uri=True)) as source,
        psycopg.connect(parsed.render_as_string(hide_password=False)) as target,
    ):
        target.execute("SET session_replication_role = replica")  # rows that point at each other come in any order
        dropped = _drop_indexes(target)
        for table in track(metadata.sorted_tables, "rows", console=console):
            _copy(source, target, table)
        for index in track(dropped, "indexes", console=console):
            target.execute(index)  # type: ignore[arg-type]  # as the database itself wrote it
        target.commit()
        target.autocommit = True
        target.execute("VACUUM ANALYZE")


def _drop_indexes(target: psycopg.Connection[Any]) -> list[str]:
    """Takes away the indexes that are no keys; how to make them again."""
    query = """
        SELECT indexname, indexdef FROM pg_indexes
        WHERE schemaname = 'public' AND indexname NOT IN (SELECT conname FROM pg_constraint)
    """
    indexes = target.execute(query).fetchall()
    for name, _ in indexes:
        target.execute(sql.SQL("DROP INDEX {}").format(sql.Identifier(name)))
    return [definition for _, definition in indexes]


def _copy(source: sqlite3.Connection, target: psycopg.Connection[Any], table: Table) -> None:
    names = [column.name for column in table.columns]
    target.execute(sql.SQL("DELETE FROM {}").format(sql.Identifier(table.name)))  # what migrations put there
    columns = ", ".join(f'"{name}"' for name in names)
    rows = source.execute(f'SELECT {columns} FROM "{table.name}"')
    copying = sql.SQL("COPY {} ({}) FROM STDIN").format(
        sql.Identifier(table.name), sql.SQL(", ").join(map(sql.Identifier, names))
    )
    with target.cursor().copy(copying) as copy:
        while some := rows.fetchmany(ROWS_AT_ONCE):
            for row in some:
                copy.write_row(row)
    if "id" in names and table.columns["id"].autoincrement:
        sequence = target.execute("SELECT pg_get_serial_sequence(%s, 'id')", [f'"{table.name}"']).fetchone()
        if sequence and sequence[0]:
            last = sql.SQL("SELECT setval({}, max(id)) FROM {}").format(
                sql.Literal(sequence[0]), sql.Identifier(table.name)
            )
            target.execute(last)
