"""Connections: how a URL of either kind of database becomes an engine, how a transaction begins, what fails."""

import sqlite3
from contextlib import suppress
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event, make_url, text
from sqlalchemy.engine import URL, ExceptionContext
from sqlalchemy.exc import ArgumentError, DBAPIError, NoSuchModuleError

from callqa.errors import StoreError
from callqa.private_files import make_private_file, make_private_folder
from store.db.nul import replace_nul

BUSY_TIMEOUT = 10_000  # milliseconds a writer waits for another one
CACHE = (
    65_536  # kB of SQLite's pages: a day's calls fit, in whatever order they are read; its own 2 MB do not hold them
)
CONNECT_SECONDS = 10  # until a server that does not answer is given up
WRITERS = int.from_bytes(b"callqa")  # the advisory lock of a PostgreSQL database that its writers queue for
DISK_FULL = ("53100", "58030")  # disk_full, io_error
PRIMARY = 0xFF  # of SQLite's codes; the rest says more of the same error
MAKE_DATABASE = "CREATE DATABASE callqa ENCODING 'UTF8' LC_COLLATE 'C' LC_CTYPE 'C' TEMPLATE template0"


def connectable(url: str) -> Engine:
    """The engine of a SQLAlchemy URL. Connects to nothing yet. Raises `StoreError` for a URL that cannot be used."""
    try:
        parsed = make_url(url)
        return {"sqlite": _sqlite, "postgresql": _postgres}[parsed.get_backend_name()](parsed)
    except (ArgumentError, NoSuchModuleError, KeyError, ValueError):
        # Without the cause, which may quote the password.
        raise StoreError("database.url_not_usable") from None
    except ImportError as error:
        raise StoreError("database.driver_missing", error=error) from None


def reading(engine: Engine) -> Engine:
    """For transactions that see one state of the database, whatever others write meanwhile."""
    if engine.dialect.name == "sqlite":
        return engine
    return engine.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)


def writing(engine: Engine) -> Engine:
    """For transactions that queue up for their turn: on both kinds one at a time writes."""
    return engine.execution_options(writing=True)


def tidy(engine: Engine) -> None:
    """SQLite's log of writes still has what they overwrote; PostgreSQL keeps deleted rows until they are vacuumed."""
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        sqlite = engine.dialect.name == "sqlite"
        connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)" if sqlite else "VACUUM")


def refuse_other_orders(c: Connection) -> None:
    """Raises `StoreError` for a PostgreSQL database that sorts or encodes text unlike SQLite and Python do."""
    if c.dialect.name != "sqlite" and not c.scalar(text("SELECT getdatabaseencoding() = 'UTF8' AND 'B' < 'a'")):
        raise StoreError("database.other_order", command=MAKE_DATABASE)


def is_busy(error: DBAPIError) -> bool:
    """Whether another writer kept the database to itself for too long."""
    return "locked" in str(error.orig) or getattr(error.orig, "sqlstate", None) == "55P03"  # lock_not_available


def is_lost(error: DBAPIError) -> bool:
    """Whether there is no connection: none could be made, or the server went away."""
    return error.connection_invalidated or error.statement is None


def is_full(error: DBAPIError) -> bool:
    """Whether nothing more can be written. A file that may not grow any more is an I/O error to SQLite."""
    signs = ("disk is full", "disk I/O error")
    return any(sign in str(error.orig) for sign in signs) or getattr(error.orig, "sqlstate", None) in DISK_FULL


def is_damaged(error: DBAPIError) -> bool:
    """Whether a SQLite file is not what SQLite writes."""
    return getattr(error.orig, "sqlite_errorcode", 0) & PRIMARY in (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB)


def _sqlite(url: URL) -> Engine:
    try:
        if url.database:
            make_private_folder(Path(url.database).parent)  # people's words lie in it
    except OSError as error:
        raise StoreError("database.no_folder", error=str(error)) from error
    engine = create_engine(url, hide_parameters=True)  # an error message quotes nobody
    event.listen(engine, "do_connect", _make_file)
    event.listen(engine, "connect", _prepare_sqlite)
    event.listen(engine, "begin", _begin_sqlite)
    return engine


def _make_file(_dialect: object, _record: object, arguments: list[Any], _options: dict[str, Any]) -> None:
    """SQLite would make it for everybody to read; the files beside it get the mode of this one."""
    database = str(arguments[0])
    if database != ":memory:" and not database.startswith("file:"):
        with suppress(OSError):  # which SQLite tells in its own way
            make_private_file(Path(database))


def _prepare_sqlite(dbapi_connection: Any, _record: object) -> None:
    dbapi_connection.isolation_level = None  # the driver begins nothing by itself; _begin_sqlite does
    cursor = dbapi_connection.cursor()
    cursor.execute(f"PRAGMA busy_timeout = {BUSY_TIMEOUT}")
    cursor.execute("PRAGMA journal_mode = WAL")
    cursor.execute("PRAGMA synchronous = NORMAL")
    cursor.execute("PRAGMA foreign_keys = ON")
    cursor.execute("PRAGMA secure_delete = ON")  # what is deleted is overwritten, not only forgotten
    cursor.execute(f"PRAGMA cache_size = -{CACHE}")
    cursor.close()


def _begin_sqlite(connection: Connection) -> None:
    # A deferred transaction that reads before it writes fails at once, whatever the timeout, when another one wrote
    # in between. So writers queue up at the door.
    connection.exec_driver_sql("BEGIN IMMEDIATE" if _writes(connection) else "BEGIN")


def _postgres(url: URL) -> Engine:
    if url.drivername == "postgresql":
        url = url.set(drivername="postgresql+psycopg")
    if "@" in (url.host or ""):
        raise ValueError("a password with an @ in it; the host would quote its end")
    ours = {"connect_timeout": CONNECT_SECONDS, "client_encoding": "utf8"} | dict(url.query)
    # A connection that broke while it lay in the pool is found out before it is used.
    engine = create_engine(url, hide_parameters=True, pool_pre_ping=True, connect_args=ours)
    event.listen(engine, "connect", replace_nul)
    event.listen(engine, "begin", _begin_postgres)
    event.listen(engine, "handle_error", _quote_nobody)
    return engine


def _begin_postgres(connection: Connection) -> None:
    # "Is it there? Then I add it" holds only while nobody else adds, so writers queue up at the door here, too. The
    # lock ends with the transaction, and with a process that dies in it.
    if _writes(connection):
        connection.exec_driver_sql(f"SET LOCAL lock_timeout = {BUSY_TIMEOUT}; SELECT pg_advisory_xact_lock({WRITERS})")


def _quote_nobody(context: ExceptionContext) -> None:
    """Leaves out the server's DETAIL, which has the row in it that it refused."""
    error, diagnosis = context.sqlalchemy_exception, getattr(context.original_exception, "diag", None)
    if isinstance(error, DBAPIError) and diagnosis is not None and diagnosis.message_detail:
        context.original_exception.args = (diagnosis.message_primary,)
        error.args = (f"({type(context.original_exception).__name__}) {diagnosis.message_primary}",)


def _writes(connection: Connection) -> bool:
    return bool(connection.get_execution_options().get("writing", False))
