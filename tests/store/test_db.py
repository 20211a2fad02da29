"""Opening: schema, migrations, pragmas, transactions, and what happens between processes."""

import importlib
import multiprocessing
import os
import pkgutil
import re
import signal
import sqlite3
from pathlib import Path

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from postgres import Postgres
from sqlalchemy import Connection, create_engine, func, select, text
from sqlalchemy.dialects import postgresql
from sqlalchemy.exc import DBAPIError, IntegrityError
from sqlalchemy.schema import CreateTable
from store_world import ONLY_POSTGRES, ONLY_SQLITE, World

import store.tables as tables_package
from callqa.errors import StoreBusy, StoreDamaged, StoreError
from store import Store, open_store
from store.calls import write
from store.db import connect, engine
from store.tables.calls import call, call_score, metadata, recording

SPAWN = multiprocessing.get_context("spawn")
MIGRATE = engine._migrate  # the real one, which copies of a new database stand for in other tests


@pytest.fixture(autouse=True)
def _really_migrated(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(engine, "_migrate", MIGRATE)


for module in pkgutil.iter_modules(tables_package.__path__, "store.tables."):
    importlib.import_module(module.name)  # each may have tables of its own

PARTS = re.compile(r",\s|\n")


def schema(path: Path) -> set[frozenset[str]]:
    """Each CREATE statement as its set of columns and constraints: their order means nothing."""
    with sqlite3.connect(path) as connection:
        rows = connection.execute("SELECT sql FROM sqlite_master WHERE sql NOT NULL AND tbl_name != 'alembic_version'")
        statements = {frozenset(part.strip(" ,\t)") for part in PARTS.split(row[0])) for row in rows}
    connection.close()
    return statements


def defined(c: Connection) -> set[tuple[str, ...]]:
    """Each constraint and index of a PostgreSQL database, which from version 18 on names what must not be null."""
    return {
        tuple(row)
        for statement in (
            "SELECT conrelid::regclass::text, CASE contype WHEN 'n' THEN '' ELSE conname END, "
            "pg_get_constraintdef(oid) FROM pg_constraint",
            "SELECT tablename, indexname, indexdef FROM pg_indexes WHERE schemaname = 'public'",
        )
        for row in c.execute(text(statement))
        if "alembic_version" not in row[0]
    }


def test_migrated_schema_is_the_one_of_the_tables(store: Store) -> None:
    with store.read() as c:
        assert compare_metadata(MigrationContext.configure(c), metadata) == []


@ONLY_SQLITE
def test_migrated_statements_are_those_of_the_tables(url: str, tmp_path: Path) -> None:
    declared = create_engine(f"sqlite:///{tmp_path / 'declared.db'}")
    metadata.create_all(declared)
    declared.dispose()
    # Alembic's comparison looks at neither WITHOUT ROWID nor names, so the statements are compared too.
    assert schema(Path(url.removeprefix("sqlite:///"))) == schema(tmp_path / "declared.db")


@ONLY_POSTGRES
def test_migrated_constraints_and_indexes_are_those_of_the_tables(postgres: Postgres, url: str) -> None:
    with postgres.database() as name:
        declared = create_engine(postgres.url(name))
        metadata.create_all(declared)
        migrated = create_engine(url)
        with declared.connect() as first, migrated.connect() as second:
            assert defined(first) == defined(second)
        declared.dispose()
        migrated.dispose()


def test_calls_of_the_first_schema_are_kept_and_scored_anew(empty_url: str) -> None:
    old = create_engine(empty_url)
    config = Config()
    config.set_main_option("script_location", str(engine.MIGRATIONS))
    with old.begin() as c:
        config.attributes["connection"] = c
        command.upgrade(config, "0001")
        c.execute(text("INSERT INTO recording VALUES (1, 'aa', 10)"))
        c.execute(
            text(
                """INSERT INTO call VALUES (1, 'T1', 1, 0, 'k', 'k', 'a.wav', 's', '3028', 'early',
                '2026-11-01 16:30:00.000000', '2026-11', 'inbound', 'citizen', :ticket)"""
            ),
            {"ticket": '{"request_type": "投诉", "category": ["环境保护", "噪声"]}'},
        )
    old.dispose()
    store = open_store(empty_url)
    with store.read() as c:
        kept = c.execute(select(*call.c["call_id", "day", "line", "category", "request_type"])).one()
        assert c.scalar(select(func.count()).select_from(call_score)) == 0
    store.close()
    assert tuple(kept) == ("T1", "2026-11-02", "", "环境保护", "投诉")


def test_tables_compile_for_postgresql() -> None:
    for table in metadata.sorted_tables:
        assert str(CreateTable(table).compile(dialect=postgresql.dialect()))


def test_opening_again_keeps_everything(store: Store, url: str) -> None:
    with store.write() as c:
        c.execute(recording.insert(), {"sha256": "a", "n_bytes": 1})
    again = open_store(url)
    with again.read() as c:
        assert c.scalar(select(func.count()).select_from(recording)) == 1
    again.close()


def test_a_newer_database_is_refused(store: Store, url: str) -> None:
    with store.write() as c:
        c.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    with pytest.raises(StoreError, match=r"newer callqa \(schema 9999\); install that version"):
        open_store(url)


@pytest.mark.parametrize(
    ("url", "advice"),
    [
        ("not a url", "write sqlite:///"),
        ("nosuch://host/db", "write sqlite:///"),
        ("sqlite:////proc/nobody/may/write.db", "folder"),
    ],
)
def test_unusable_urls_come_with_advice(url: str, advice: str) -> None:
    with pytest.raises(StoreError, match=advice):
        open_store(url)


def mode(path: Path) -> int:
    return path.stat().st_mode & 0o777


def test_what_is_made_is_its_owners(tmp_path: Path) -> None:
    database = tmp_path / "not" / "yet" / "home" / "callqa.db"
    store = open_store(f"sqlite:///{database}")
    with store.write() as c:
        c.exec_driver_sql("CREATE TABLE t (x)")
        beside = list(database.parent.glob("callqa.db*"))
        assert len(beside) > 1, "with SQLite's log of writes"
        assert {mode(path) for path in beside} == {0o600}
    store.close()
    assert {mode(folder) for folder in database.parents[:3]} == {0o700}


def test_what_is_there_keeps_its_mode(tmp_path: Path) -> None:
    home = tmp_path / "home"
    home.mkdir(mode=0o750)
    database = home / "callqa.db"
    database.touch()
    home.chmod(0o750)
    database.chmod(0o640)
    open_store(f"sqlite:///{database}").close()
    assert (mode(home), mode(database)) == (0o750, 0o640)


def test_a_file_that_is_no_database(tmp_path: Path) -> None:
    (tmp_path / "callqa.db").write_text("this is not a database, it only lies where one should be" * 100)
    with pytest.raises(StoreDamaged, match="cannot open.*callqa restore BACKUP --force"):
        open_store(f"sqlite:///{tmp_path / 'callqa.db'}")


@pytest.mark.parametrize("page", [1, 20, 60])
def test_a_file_with_damaged_pages(tmp_path: Path, page: int) -> None:
    file = tmp_path / "callqa.db"
    open_store(f"sqlite:///{file}").close()
    content = bytearray(file.read_bytes())
    content[4096 * page :] = b"\xff" * (len(content) - 4096 * page)
    file.write_bytes(content)

    def read_all() -> None:
        with open_store(f"sqlite:///{file}").read() as c:
            for table in metadata.sorted_tables:
                c.execute(select(table)).all()

    with pytest.raises(StoreDamaged):
        read_all()


@ONLY_SQLITE
def test_pragmas(store: Store) -> None:
    with store.read() as c:
        values = {name: c.execute(text(f"PRAGMA {name}")).scalar() for name in ("journal_mode", "foreign_keys")}
        assert values == {"journal_mode": "wal", "foreign_keys": 1}
        assert c.execute(text("PRAGMA busy_timeout")).scalar() == connect.BUSY_TIMEOUT


def test_foreign_keys_are_enforced(store: Store) -> None:
    with pytest.raises(IntegrityError), store.write() as c:
        c.execute(text("INSERT INTO finding VALUES (77, 'k', 88, 'met', 'said', NULL, NULL, NULL, NULL)"))


def test_errors_do_not_quote_what_was_written(store: Store) -> None:
    with pytest.raises(IntegrityError) as caught, store.write() as c:
        c.execute(recording.insert(), {"sha256": "王女士", "n_bytes": None})
    assert "王女士" not in str(caught.value)


def test_an_error_inside_write_leaves_nothing(store: Store) -> None:
    def write_twice() -> None:
        with store.write() as c:
            c.execute(recording.insert(), {"sha256": "a", "n_bytes": 1})
            c.execute(recording.insert(), {"sha256": "a", "n_bytes": 1})

    with pytest.raises(IntegrityError):
        write_twice()
    with store.read() as c:
        assert c.scalar(select(func.count()).select_from(recording)) == 0


def test_a_reader_sees_one_state_while_another_writes(store: Store) -> None:
    n_recordings = select(func.count()).select_from(recording)
    with store.read() as reader:
        assert reader.scalar(n_recordings) == 0
        with store.write() as writer:
            writer.execute(recording.insert(), {"sha256": "a", "n_bytes": 1})
        assert reader.scalar(n_recordings) == 0


def test_a_busy_database_can_be_told_from_other_errors(store: Store, url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(connect, "BUSY_TIMEOUT", 50)
    impatient = open_store(url)
    with store.write(), pytest.raises(StoreBusy, match="let it finish, then run again"), impatient.write():
        pass
    impatient.close()


def test_other_database_errors_are_not_called_busy(store: Store) -> None:
    with pytest.raises(DBAPIError, match="nowhere"), store.write() as c:
        c.execute(text("SELECT * FROM nowhere"))


def _put_many(url: str, first: int) -> None:

    store = open_store(url)
    for n in range(first, first + 20):
        World(store).put_call(n)
    store.close()


@pytest.mark.slow
def test_two_processes_make_and_fill_one_database(empty_url: str) -> None:
    workers = [SPAWN.Process(target=_put_many, args=(empty_url, first)) for first in (1, 11)]  # 11 to 20 by both
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join(60)
    assert [worker.exitcode for worker in workers] == [0, 0]
    store = open_store(empty_url)
    with store.read() as c:
        assert c.scalar(select(func.count()).select_from(call)) == 30
        assert c.scalar(select(func.count()).select_from(recording)) == 30
    store.close()


def _die_while_writing(url: str) -> None:

    store = open_store(url)
    world = World(store)
    with store.write() as c:
        for n in range(1, 200):
            write.put_call(c, world.call(n), world.sha256(n), n, "stamp")
        os.kill(os.getpid(), signal.SIGKILL)


@pytest.mark.slow
def test_a_killed_transaction_leaves_nothing(store: Store, url: str) -> None:
    worker = SPAWN.Process(target=_die_while_writing, args=(url,))
    worker.start()
    worker.join(60)
    assert worker.exitcode == -signal.SIGKILL
    with store.write() as c:  # and no lock is left either
        assert c.scalar(select(func.count()).select_from(call)) == 0
        assert c.scalar(select(func.count()).select_from(recording)) == 0
