"""A look at a database, which changes nothing about it."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import text, update
from store_world import KEYS, ONLY_SQLITE, World

from callqa.errors import StoreError
from store import Store
from store.calls import write
from store.db import engine
from store.db.health import database_health
from store.tables.calls import run

NOW = datetime(2026, 11, 25, 3, tzinfo=UTC)


def test_what_a_look_finds(store: Store, world: World, url: str) -> None:
    world.fill(3)
    with store.write() as c:
        for days_ago, new in ((20, 90), (3, 2), (2, 20), (2, 18), (1, 30)):  # of one day in two parts
            pk = write.start_run(c, "ingest", KEYS)
            write.finish_run(c, pk, {"ingest": {"new": new, "replaced": 1}})
            c.execute(update(run).where(run.c.id == pk).values(started_at=NOW - timedelta(days=days_ago)))
        night = write.start_run(c, "nightly", KEYS)
        c.execute(update(run).where(run.c.id == night).values(started_at=NOW - timedelta(hours=2)))
        rescore = write.start_run(c, "rescore", KEYS)
        c.execute(update(run).where(run.c.id == rescore).values(started_at=NOW))
    health = database_health(url)
    assert health is not None
    assert (health.schema, health.refused, health.busy, health.damage) == (health.newest_schema, "", False, "")
    assert (health.n_calls, health.busiest_night) == (3, 40)
    assert health.n_bytes > 100_000
    assert (health.last_run, health.last_night) == (NOW, NOW - timedelta(hours=2))
    assert abs(health.clock_ahead.total_seconds()) < 2
    with store.write() as c:
        c.execute(text("CREATE TABLE doctor_was_here (id INTEGER)"))  # so the look has left none


def test_an_empty_database_is_left_empty(empty_url: str) -> None:
    health = database_health(empty_url)
    assert health is None or (health.schema, health.n_calls, health.last_night) == (None, 0, None)
    assert not Path(empty_url.removeprefix("sqlite:///")).exists()


@ONLY_SQLITE
def test_an_older_schema_is_told_and_kept(store: Store, url: str) -> None:
    with store.write() as c:
        c.execute(text("UPDATE alembic_version SET version_num = '0002'"))
    health = database_health(url)
    assert health is not None
    assert health.schema == "0002"
    with store.read() as c:
        assert engine.revisions(c)[0] == "0002"


@ONLY_SQLITE
def test_who_writes_makes_it_busy_and_nothing_else(store: Store, url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("store.db.connect.BUSY_TIMEOUT", 50)
    with store.write():
        health = database_health(url)
    assert health is not None
    assert (health.busy, health.refused) == (True, "")


@ONLY_SQLITE
def test_damage_is_found(store: Store, world: World, url: str) -> None:
    assert not complaint(url)
    world.fill(30)
    store.close()  # moves what was logged into the file
    path = Path(url.removeprefix("sqlite:///"))
    with path.open("r+b") as file:
        file.seek(path.stat().st_size // 2 // 4096 * 4096)
        file.write(b"\xff" * 8192)
    assert complaint(url)


def complaint(url: str) -> str:
    """As the check says it, or as SQLite does when it cannot even read so far."""
    try:
        health = database_health(url)
    except StoreError as error:
        return str(error)
    return health.damage if health else ""
