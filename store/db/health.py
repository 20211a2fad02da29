"""Health of a database, examined without changing anything: nothing is made or migrated."""

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any, Literal

from sqlalchemy import Connection, Engine, func, inspect, make_url, select, text
from sqlalchemy.exc import ArgumentError, DBAPIError

from store.db import connect
from store.db import engine as db
from store.removal.erasures import anything_erased
from store.runs.history import NIGHTLY
from store.tables.calls import call, run

NIGHTS = 14
"""Days, back from the last run, that are looked at for how many calls one brings."""


@dataclass(frozen=True, slots=True)
class DatabaseHealth:
    """What a look at the database found."""

    kind: Literal["sqlite", "postgresql"]
    schema: str | None
    """``None``: no callqa has used it yet."""
    newest_schema: str
    """That this version of callqa works with."""
    refused: str
    """Why nothing can be written; empty when something can."""
    busy: bool
    """Somebody was writing all the while, so it is not known whether one could."""
    damage: str
    """The first thing that an integrity check complained about; empty for sound databases and for PostgreSQL."""
    n_bytes: int
    n_calls: int
    busiest_night: int
    """Calls that were taken in on the busiest of the last days, at once or as they arrived."""
    last_run: datetime | None
    """When one of any kind was started."""
    last_night: datetime | None
    """When a run was started that brings calls up to date."""
    clock_ahead: timedelta
    """How far the clock of a PostgreSQL server is ahead of this machine's."""
    anything_erased: bool = False
    """At a citizen's request, so that the key is needed by which it is known again."""


def database_health(url: str) -> DatabaseHealth | None:
    """``None`` when there is no SQLite file yet. Raises `StoreError` when the database is out of reach."""
    if is_missing(url):
        return None
    engine = connect.connectable(url)
    store = db.Store(engine)
    try:
        with store.read() as c:
            facts = _examined(c)
        refused, busy = _refusal(engine)
        return DatabaseHealth(refused=refused, busy=busy, **facts)
    except DBAPIError as error:
        raise store.unusable(error) from error
    finally:
        store.close()


@contextmanager
def as_it_is(url: str) -> Iterator[Connection | None]:
    """A look at the database without making or migrating it; ``None`` where it is not there, or of another version.

    Raises `StoreError` when it is out of reach.
    """
    if is_missing(url):
        yield None
        return
    store = db.Store(connect.connectable(url))
    try:
        with store.read() as c:
            schema, newest = db.revisions(c)
            yield c if schema == newest else None
    except DBAPIError as error:
        raise store.unusable(error) from error
    finally:
        store.close()


def size(c: Connection) -> int:
    """Bytes of the database."""
    if c.dialect.name == "sqlite":
        pages, each = (c.scalar(text(f"PRAGMA {name}")) for name in ("page_count", "page_size"))
        return int(pages * each)
    return c.scalar(text("SELECT pg_database_size(current_database())")) or 0


def is_missing(url: str) -> bool:
    """Whether there is no SQLite file yet; a database of a server is there, or connecting says so."""
    try:
        parsed = make_url(url)
    except ArgumentError:
        return False  # which whoever connects will say
    return parsed.get_backend_name() == "sqlite" and not (parsed.database and Path(parsed.database).is_file())


def _examined(c: Connection) -> dict[str, Any]:
    schema, newest = db.revisions(c)
    is_sqlite = c.dialect.name == "sqlite"
    there = inspect(c).has_table("run")
    begun = select(run.c.started_at).order_by(run.c.id.desc()).limit(1)
    last_run = c.scalar(begun) if there else None
    return {
        "kind": "sqlite" if is_sqlite else "postgresql",
        "schema": schema,
        "newest_schema": newest,
        "damage": _damage(c) if is_sqlite else "",
        "n_bytes": size(c),
        "n_calls": (c.scalar(select(func.count()).select_from(call)) or 0) if there else 0,
        "busiest_night": _busiest(c, last_run) if last_run else 0,
        "last_run": last_run,
        "last_night": c.scalar(begun.where(run.c.kind.in_(NIGHTLY))) if there else None,
        "clock_ahead": timedelta(0) if is_sqlite else _clock_ahead(c),
        "anything_erased": inspect(c).has_table("erased_number") and anything_erased(c),
    }


def _clock_ahead(c: Connection) -> timedelta:
    before = datetime.now(UTC)
    server: datetime = c.execute(text("SELECT clock_timestamp()")).scalar_one()
    return server - (before + (datetime.now(UTC) - before) / 2)


def _busiest(c: Connection, last_run: datetime) -> int:
    since = last_run - timedelta(days=NIGHTS)
    taken: Counter[date] = Counter()
    for started_at, report in c.execute(select(*run.c["started_at", "report"]).where(run.c.started_at >= since)):
        ingest = (report or {}).get("ingest", {})
        taken[started_at.date()] += int(ingest.get("new", 0)) + int(ingest.get("replaced", 0))
    return max(taken.values(), default=0)


def _damage(c: Connection) -> str:
    answer = str(c.scalar(text("PRAGMA quick_check(1)")))
    return "" if answer == "ok" else answer.splitlines()[0]


def _refusal(engine: Engine) -> tuple[str, bool]:
    """Begins to write, and takes it back."""
    try:
        with connect.writing(engine).connect() as c:
            c.exec_driver_sql("CREATE TABLE doctor_was_here (id INTEGER)")  # writes a page, unlike the mere beginning
            c.rollback()
    except DBAPIError as error:
        if connect.is_busy(error):
            return "", True
        return " ".join(str(error.orig).split()), False
    return "", False
