"""Rows by the million into tables of either kind of database, past SQLAlchemy, which would take hours."""

import sqlite3
from collections.abc import Iterable, Sequence
from contextlib import closing
from typing import Any

import psycopg
from more_itertools import chunked
from sqlalchemy.engine import make_url

ROWS_AT_ONCE = 20_000
CACHE = 1_000_000  # kB


class Bulk:
    """A connection that only adds rows. Nothing is safe until it was closed, so a build that dies starts anew."""

    def __init__(self, url: str) -> None:
        parsed = make_url(url)
        self._sqlite: sqlite3.Connection | None = None
        if parsed.get_backend_name() == "sqlite":
            self._sqlite = sqlite3.connect(str(parsed.database))
            for pragma in ("synchronous = OFF", f"cache_size = -{CACHE}"):
                self._sqlite.execute(f"PRAGMA {pragma}")
        else:
            self._postgres = psycopg.connect(parsed.set(drivername="postgresql").render_as_string(hide_password=False))

    def add(self, table: str, columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
        names = ", ".join(f'"{column}"' for column in columns)
        if self._sqlite:
            statement = f'INSERT INTO "{table}" ({names}) VALUES ({", ".join("?" * len(columns))})'
            for some in chunked(rows, ROWS_AT_ONCE):
                self._sqlite.executemany(statement, some)
            self._sqlite.commit()
            return
        with closing(self._postgres.cursor()) as cursor:
            with cursor.copy(f'COPY "{table}" ({names}) FROM STDIN') as copy:  # type: ignore[arg-type]
                for row in rows:
                    copy.write_row(row)
            if "id" in columns:
                numbers = f"pg_get_serial_sequence('\"{table}\"', 'id')"
                cursor.execute(f'SELECT setval({numbers}, (SELECT max(id) FROM "{table}"))')  # type: ignore[arg-type]

    def close(self) -> None:
        """Keeps all of it, and has the database look at what it holds, as its planner needs it."""
        if self._sqlite:
            self._sqlite.execute("ANALYZE")
            self._sqlite.commit()
            self._sqlite.close()
            return
        self._postgres.commit()
        self._postgres.autocommit = True
        self._postgres.execute("VACUUM ANALYZE")
        self._postgres.close()
