"""Opening the database: transactions, and migrations to the newest schema."""

from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import Any

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, Engine
from sqlalchemy.exc import DBAPIError, OperationalError

from callqa.errors import StoreAway, StoreBusy, StoreDamaged, StoreError
from store.db import connect

MIGRATIONS = Path(__file__).parents[1] / "migrations"


class Store:
    """An open database. Safe to share between threads; every process opens its own."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._reading, self._writing = connect.reading(engine), connect.writing(engine)

    @property
    def url(self) -> str:
        """Without the password, for messages and logs."""
        return self._engine.url.render_as_string()

    @property
    def on_server(self) -> bool:
        """Whether another process answers, so that waiting for it takes nothing of this one."""
        return self._engine.dialect.name != "sqlite"

    @contextmanager
    def read(self) -> Iterator[Connection]:
        """One consistent view of the database; nothing can be written. Raises `StoreAway`."""
        with self._explained(), self._reading.connect() as connection:
            yield connection

    @contextmanager
    def write(self) -> Iterator[Connection]:
        """One transaction: all of it is kept, or nothing. One at a time has its turn, so keep it short.

        Raises `StoreAway`, and `StoreBusy` when others write for too long.
        """
        with self._explained(), self._writing.begin() as connection:
            yield connection

    @contextmanager
    def unmanaged(self) -> Iterator[Any]:
        """The driver's own connection, outside of any transaction: for what its database replaces as a whole."""
        connection = self._engine.raw_connection()
        try:
            yield connection.driver_connection
        finally:
            connection.close()

    def tidy(self) -> None:
        """Takes what was deleted out of the files of the database, as far as it can be done from here."""
        with self._explained():
            connect.tidy(self._engine)

    def close(self) -> None:
        self._engine.dispose()

    def unusable(self, error: DBAPIError) -> StoreAway:
        """What to tell people of a database that cannot be worked with."""
        why = " ".join(str(error.orig).split())
        if connect.is_full(error):
            return StoreAway("database.full", place=self.url, why=why)
        if connect.is_damaged(error):
            return StoreDamaged("database.damaged", url=self.url, why=why)
        if self.on_server:
            return StoreAway("database.server_away", url=self.url, why=why)
        return StoreAway("database.file_away", url=self.url, why=why)

    @contextmanager
    def _explained(self) -> Iterator[None]:
        try:
            yield
        except DBAPIError as error:
            if connect.is_damaged(error):
                raise self.unusable(error) from error
            if not isinstance(error, OperationalError):
                raise
            if connect.is_lost(error) or connect.is_full(error):
                raise self.unusable(error) from error
            if not connect.is_busy(error):
                raise
            waited = connect.BUSY_TIMEOUT // 1000
            raise StoreBusy("database.busy", url=self.url, seconds=waited) from error


def open_store(url: str) -> Store:
    """Opens the database at a SQLAlchemy ``url``, made and brought to the newest schema when needed.

    A PostgreSQL database has to be there already. Raises `StoreError` when it cannot be opened, or was written by a
    newer callqa.
    """
    store = Store(connect.connectable(url))
    try:
        _migrate(store)
    except DBAPIError as error:
        store.close()
        raise store.unusable(error) from error
    except StoreError:
        store.close()
        raise
    return store


def revisions(connection: Connection) -> tuple[str | None, str]:
    """The schema that the database has, ``None`` before its first, and the newest one there is."""
    return _revision(connection), newest()


@cache
def newest() -> str:
    """The schema that this version of callqa works on."""
    return str(ScriptDirectory.from_config(_config()).get_current_head())


def _migrate(store: Store) -> None:
    with store.read() as connection:
        if _revision(connection) == newest():
            return
        connect.refuse_other_orders(connection)
    with store.write() as connection:
        current = _revision(connection)  # again: another process may have migrated while we waited
        config = _config()
        known = {script.revision for script in ScriptDirectory.from_config(config).walk_revisions()}
        if current is not None and current not in known:
            raise StoreError("database.newer", url=store.url, schema=current)
        config.attributes["connection"] = connection
        command.upgrade(config, "head")


def _config() -> Config:
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
    return config


def _revision(connection: Connection) -> str | None:
    return MigrationContext.configure(connection).get_current_revision()
