"""Opening the database: SQLite pragmas, transactions, migrations to the newest schema."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, Engine, create_engine, event, make_url
from sqlalchemy.exc import ArgumentError, DBAPIError, NoSuchModuleError, OperationalError

from callqa.errors import StoreBusy, StoreError

MIGRATIONS = Path(__file__).parent / "migrations"
BUSY_TIMEOUT = 10_000  # milliseconds a writer waits for another one
CACHE = (
    65_536  # kB of SQLite's pages: a day's calls fit, in whatever order they are read; its own 2 MB do not hold them
)


class Store:
    """An open database. Safe to share between threads; every process opens its own."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._writing = engine.execution_options(writing=True)

    @property
    def url(self) -> str:
        """Without the password, for messages and logs."""
        return self._engine.url.render_as_string()

    @contextmanager
    def read(self) -> Iterator[Connection]:
        """One consistent view of the database; nothing can be written."""
        with self._engine.connect() as connection:
            yield connection

    @contextmanager
    def write(self) -> Iterator[Connection]:
        """One transaction: all of it is kept, or nothing. Keep it short, others wait. Raises `StoreBusy`."""
        try:
            with self._writing.begin() as connection:
                yield connection
        except OperationalError as error:
            if "locked" not in str(error.orig):
                raise
            waited = BUSY_TIMEOUT // 1000
            raise StoreBusy(
                f"{self.url}: another process kept the database busy for {waited} s; let it finish, then run again"
            ) from error

    def close(self) -> None:
        self._engine.dispose()


def open_store(url: str) -> Store:
    """Opens the database at a SQLAlchemy ``url``, made and brought to the newest schema when needed.

    Raises `StoreError` when it cannot be opened, or was written by a newer callqa.
    """
    try:
        engine = _connectable(url)
    except (ArgumentError, NoSuchModuleError, ImportError) as error:
        raise StoreError(f"database_url is not usable ({error}); example: sqlite:///callqa-data/callqa.db") from error
    except OSError as error:
        raise StoreError(
            f"cannot make the folder of the database: {error}; set CALLQA_HOME to a folder you may write to"
        ) from error
    store = Store(engine)
    try:
        _migrate(store)
    except DBAPIError as error:
        store.close()
        raise StoreError(f"cannot open {store.url}: {error.orig}; check path, rights and free space") from error
    except StoreError:
        store.close()
        raise
    return store


def _connectable(url: str) -> Engine:
    parsed = make_url(url)
    if parsed.get_backend_name() != "sqlite":
        return create_engine(parsed, hide_parameters=True)
    if parsed.database:
        Path(parsed.database).parent.mkdir(parents=True, exist_ok=True)
    engine = create_engine(parsed, hide_parameters=True)  # an error message quotes nobody
    event.listen(engine, "connect", _prepare_sqlite)
    event.listen(engine, "begin", _begin_sqlite)
    return engine


def _prepare_sqlite(dbapi_connection: Any, _record: object) -> None:
    dbapi_connection.isolation_level = None  # the driver begins nothing by itself; _begin_sqlite does
    cursor = dbapi_connection.cursor()
    cursor.execute(f"PRAGMA busy_timeout = {BUSY_TIMEOUT}")
    cursor.execute("PRAGMA journal_mode = WAL")
    cursor.execute("PRAGMA synchronous = NORMAL")
    cursor.execute("PRAGMA foreign_keys = ON")
    cursor.execute(f"PRAGMA cache_size = -{CACHE}")
    cursor.close()


def _begin_sqlite(connection: Connection) -> None:
    # A deferred transaction that reads before it writes fails at once, whatever the timeout, when another one wrote
    # in between. So writers queue up at the door.
    writing = connection.get_execution_options().get("writing", False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writing else "BEGIN")


def _migrate(store: Store) -> None:
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
    scripts = ScriptDirectory.from_config(config)
    head = scripts.get_current_head()
    with store.read() as connection:
        if _revision(connection) == head:
            return
    with store.write() as connection:
        current = _revision(connection)  # again: another process may have migrated while we waited
        known = {script.revision for script in scripts.walk_revisions()}
        if current is not None and current not in known:
            raise StoreError(f"{store.url} was written by a newer callqa (schema {current}); install that version")
        config.attributes["connection"] = connection
        command.upgrade(config, "head")


def _revision(connection: Connection) -> str | None:
    return MigrationContext.configure(connection).get_current_revision()
