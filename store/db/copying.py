"""Copies of a whole database: out into one SQLite file, whichever kind it is, and back into either kind.

What tables there are is asked of the database itself, so none can be forgotten here.
"""

from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from datetime import datetime
from hashlib import sha256
from pathlib import Path
from sqlite3 import Connection as SqliteConnection
from sqlite3 import Error as SqliteError
from typing import Any, NamedTuple, cast

from sqlalchemy import Connection, MetaData, Table, delete, func, insert, select

from callqa.errors import StoreAway, StoreError
from store.db.engine import Store, open_store

BATCH = 1000  # rows
NO_DATA = {"alembic_version", "check_version", "engine", "lease", "rubric"}
"""Tables whose rows come by themselves when a database is opened."""


class Rows(NamedTuple):
    """What a table holds."""

    n: int
    sha256: str
    """Of its rows in the order of their keys; equal on both kinds of database."""


def copy_out(store: Store, path: Path) -> dict[str, int]:
    """Writes the database, as it is at one moment, into a SQLite file; gives the number of rows of each table.

    Others may write meanwhile. Raises `StoreError` when the copy is not sound, or there is no room for it.
    """
    with store.read() as c:
        if c.dialect.name == "sqlite":
            with _explained(path), closing(SqliteConnection(path)) as target:
                _driver(c).backup(target)  # in one step: a copy in several begins anew whenever somebody writes
        else:
            with closing(open_store(f"sqlite:///{path}")) as copy:
                _copy_rows(c, copy)
    with _explained(path), closing(SqliteConnection(path)) as target:
        target.execute("PRAGMA journal_mode = DELETE")  # so that the file is all there is
    return check_file(path)


def check_file(path: Path) -> dict[str, int]:
    """The number of rows of each table of a SQLite file. Raises `StoreError` when it is damaged."""
    with closing(SqliteConnection(path)) as file:
        if (damage := file.execute("PRAGMA quick_check(1)").fetchone()[0]) != "ok":
            raise StoreError("database.copy_damaged", file=path.name, damage=damage)
        names = file.execute("SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'")
        return {name: file.execute(f'SELECT count(*) FROM "{name}"').fetchone()[0] for (name,) in names.fetchall()}


def copy_in(path: Path, store: Store) -> None:
    """Replaces all that the database holds by what is in a SQLite file, which is brought to the newest schema first.

    All of it or nothing. Raises `StoreError` for a file that a newer callqa wrote, and for a copy that is not equal.
    """
    with closing(open_store(f"sqlite:///{path}")) as source:
        if _is_sqlite(store):
            with source.read() as c, store.unmanaged() as target, _explained(store.url):
                _driver(c).backup(cast(SqliteConnection, target))
        else:
            with source.read() as c:
                _copy_rows(c, store)


@contextmanager
def _explained(place: object) -> Iterator[None]:
    """For what SQLite's driver does past the store, whose errors are explained."""
    try:
        yield
    except SqliteError as error:
        raise StoreAway("database.full", place=str(place), why=str(error)) from error


def has_data(store: Store) -> bool:
    """Whether anything is in it that somebody could miss."""
    with store.read() as c:
        with_data = (table for table in _tables(c) if table.name not in NO_DATA)
        return any(c.execute(select(table).limit(1)).first() is not None for table in with_data)


def fingerprints(c: Connection) -> dict[str, Rows]:
    """Of all tables. Reads everything: about a minute for ten million rows."""
    return {table.name: _fingerprint(c, table) for table in _tables(c)}


def _copy_rows(source: Connection, store: Store) -> None:
    with store.write() as target:
        theirs = {table.name: table for table in _tables(target)}
        mine = _tables(source)
        for table in reversed(mine):
            target.execute(delete(theirs[table.name]))
        for table in mine:
            for rows in _batches(source, table):
                target.execute(insert(theirs[table.name]), rows)
            count_on(target, theirs[table.name])
        here, there = fingerprints(source), fingerprints(target)
        if other := [name for name in here if here[name] != there.get(name)]:
            raise StoreError("database.copy_differs", tables=other)


def _tables(c: Connection) -> list[Table]:
    """Those that others point at come first."""
    known = MetaData()
    known.reflect(c)
    return known.sorted_tables


def _batches(c: Connection, table: Table) -> Iterator[list[Mapping[str, Any]]]:
    """In the order of the keys, so that a row that points at one of its own table comes after it."""
    wanted = select(table).order_by(*table.primary_key.columns).execution_options(yield_per=BATCH)
    for rows in c.execute(wanted).mappings().partitions():
        yield [dict(row) for row in rows]


def count_on(c: Connection, table: Table) -> None:
    """PostgreSQL's own numbers go on after the last one that was copied."""
    (key, *others) = table.primary_key.columns
    if c.dialect.name == "sqlite" or others or not key.autoincrement or key.server_default is None:
        return
    sequence = func.pg_get_serial_sequence(table.name, key.name)
    c.execute(select(func.setval(sequence, func.max(key))).where(key.is_not(None)))


def _fingerprint(c: Connection, table: Table) -> Rows:
    digest, n = sha256(), 0
    wanted = select(table).order_by(*table.primary_key.columns).execution_options(yield_per=BATCH)
    for row in c.execute(wanted):
        n += 1
        digest.update(repr([_plain(value) for value in row]).encode())
    return Rows(n, digest.hexdigest())


def _plain(value: Any) -> Any:
    """As both kinds of database give it."""
    if isinstance(value, datetime):
        return value.isoformat()
    return bytes(value) if isinstance(value, memoryview) else value


def _driver(c: Connection) -> SqliteConnection:
    return cast(SqliteConnection, c.connection.driver_connection)


def _is_sqlite(store: Store) -> bool:
    with store.read() as c:
        return c.dialect.name == "sqlite"
