"""A fresh store with the checks and the rubric of the world registered, on each kind of database."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from postgres import Postgres
from store_world import KINDS, World, fresh_url, register

from store import Store, open_store


@pytest.fixture(scope="session")
def migrated(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A database as a fresh store leaves it. Copying it is much faster than migrating again."""
    path = tmp_path_factory.mktemp("migrated") / "callqa.db"
    _make(f"sqlite:///{path}")
    return path


@pytest.fixture(scope="session")
def migrated_on_server(postgres: Postgres) -> Iterator[str]:
    """The same on the server: the name of the database that is copied."""
    with postgres.database() as name:
        _make(postgres.url(name))
        yield name


def _make(url: str) -> None:
    store = open_store(url)
    register(store)
    store.close()


@pytest.fixture(params=KINDS)
def empty_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """Of a database that callqa has never seen."""
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path / 'new.db'}"
        return
    server: Postgres = request.getfixturevalue("postgres")
    with server.database() as name:
        yield server.url(name)


@pytest.fixture(params=KINDS)
def url(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Of a fresh store's database; each test that asks for it, or for the store, runs on both kinds."""
    with fresh_url(request, tmp_path_factory) as url:
        yield url


@pytest.fixture
def store(url: str) -> Iterator[Store]:
    store = open_store(url)
    yield store
    store.close()


@pytest.fixture
def world(store: Store) -> World:
    return World(store)
