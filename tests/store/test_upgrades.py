"""Databases of every released schema, with data in them, are brought forward: nothing is lost, and work goes on."""

import importlib
import pkgutil
import sqlite3
import zlib
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from freezing import make
from postgres import Postgres
from sqlalchemy import Connection, MetaData, create_engine, delete, insert, select
from store_world import KEYS, KINDS, World

import store.tables as tables_package
from store import open_store
from store.calls import read
from store.db import engine as db
from store.db.copying import count_on
from store.tables.calls import metadata

for module in pkgutil.iter_modules(tables_package.__path__, "store.tables."):
    importlib.import_module(module.name)  # each may have tables of its own

FROZEN = sorted((Path(__file__).parent / "frozen").glob("*.sql"))
MADE_ANEW = {"0001": {"call_score"}}
"""Scores of the first schema follow from the findings, and its upgrade drops them."""


@pytest.fixture(params=FROZEN, ids=lambda path: path.stem)
def frozen(request: pytest.FixtureRequest) -> Path:
    path: Path = request.param
    return path


@pytest.fixture(scope="module")
def frozen_on_server(postgres: Postgres, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[[Path], str]]:
    """Gives the name of a database of a schema, with its rows, that is copied: making one takes seconds."""
    with ExitStack() as databases:

        @cache
        def made(frozen: Path) -> str:
            path = tmp_path_factory.mktemp("frozen") / "frozen.db"
            load(frozen, path)
            name = databases.enter_context(postgres.database())
            make(postgres.url(name), frozen.stem)
            move(f"sqlite:///{path}", postgres.url(name))
            return name

        yield made


@pytest.fixture(params=KINDS)
def old_url(request: pytest.FixtureRequest, frozen: Path, tmp_path: Path) -> Iterator[str]:
    """Of a database of that schema, of either kind, with its rows."""
    if request.param == "sqlite":
        load(frozen, tmp_path / "frozen.db")
        yield f"sqlite:///{tmp_path / 'frozen.db'}"
        return
    server: Postgres = request.getfixturevalue("postgres")
    with server.database(request.getfixturevalue("frozen_on_server")(frozen)) as name:
        yield server.url(name)


def load(frozen: Path, path: Path) -> None:
    with closing(sqlite3.connect(path)) as c:
        c.executescript(frozen.read_text(encoding="utf-8"))


def move(source_url: str, target_url: str) -> None:
    source, target = create_engine(source_url), create_engine(target_url)
    with source.connect() as s, target.begin() as t:
        theirs = MetaData()
        theirs.reflect(t)
        t.execute(delete(theirs.tables["alembic_version"]))
        for table in theirs.sorted_tables:
            if rows := rows_of(s)[table.name]:
                t.execute(insert(table), rows)
                count_on(t, table)
    source.dispose()
    target.dispose()


def rows_of(c: Connection) -> dict[str, list[dict[str, Any]]]:
    known = MetaData()
    known.reflect(c)
    return {
        table.name: [
            dict(row) for row in c.execute(select(table).order_by(*table.primary_key.columns)).mappings().all()
        ]
        for table in known.sorted_tables
    }


def in_text(table: str, row: dict[str, Any]) -> dict[str, Any]:
    """The row as schemas before 0004 kept it: evidence was not packed."""
    if table == "finding" and isinstance(row["evidence"], bytes):
        return row | {"evidence": zlib.decompress(row["evidence"]).decode()}
    return row


def read_rows(url: str) -> dict[str, list[dict[str, Any]]]:
    engine = create_engine(url)
    with engine.connect() as c:
        rows = rows_of(c)
    engine.dispose()
    return rows


def test_every_schema_but_the_newest_is_frozen() -> None:
    scripts = sorted(path.name[:4] for path in (db.MIGRATIONS / "versions").glob("0*.py"))
    assert [path.stem for path in FROZEN] == scripts[: len(FROZEN)]
    assert len(FROZEN) >= len(scripts) - 1, "a released schema is frozen by tests/store/freezing.py"


def test_a_frozen_schema_has_rows_in_its_tables(frozen: Path) -> None:
    with closing(sqlite3.connect(":memory:")) as c:
        c.executescript(frozen.read_text(encoding="utf-8"))
        names = [name for (name,) in c.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
        empty = {name for name in names if not c.execute(f'SELECT count(*) FROM "{name}"').fetchone()[0]}
        assert empty <= {"lease", "sqlite_sequence"}
        assert c.execute("PRAGMA foreign_key_check").fetchall() == []


def test_no_row_is_lost(frozen: Path, old_url: str) -> None:
    before = read_rows(old_url)
    open_store(old_url).close()
    after = read_rows(old_url)
    assert len(before["call"]) == 3
    for name in before.keys() & after.keys() - {"alembic_version"} - MADE_ANEW.get(frozen.stem, set()):
        now = [in_text(name, row) for row in after[name]] if frozen.stem < "0004" else after[name]
        kept = [{column: row[column] for column in old} for old, row in zip(before[name], now, strict=True)]
        assert kept == before[name], name


def test_the_schema_is_todays(old_url: str) -> None:
    with closing(open_store(old_url)) as store, store.read() as c:
        assert compare_metadata(MigrationContext.configure(c), metadata) == []


def test_work_goes_on(old_url: str) -> None:
    with closing(open_store(old_url)) as store:
        world = World(store)
        with store.read() as c:
            call_row = read.call_row(c, "call-2")
            ids = [row.call_pk for row in read.conversations(c, [1, 2, 3], KEYS.engine_key)]
            answers = [answer for row in read.findings(c, [1, 2, 3], KEYS) for answer in row.findings]
        assert call_row is not None
        assert call_row.call == world.call(
            2, started_at=call_row.call.started_at, line=call_row.call.line
        )  # 0001 knew no lines
        assert ids == [1, 2, 3], "what was heard can still be read"
        assert [finding.evidence[0].quote for finding in answers if finding.evidence] == ["您好"] * 3, (
            "and what was found in it"
        )
        assert isinstance(call_row.call.started_at, datetime)
        assert world.put_call(1) == "same", "a call is known again"
        world.fill(5)
        with store.read() as c:
            assert len(list(read.scores(c, KEYS))) == 5
