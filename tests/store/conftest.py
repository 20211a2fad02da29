"""A fresh store with the checks and the rubric of the world registered."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from store_world import World, register

from store import Store, open_store


@pytest.fixture
def url(tmp_path: Path) -> str:
    return f"sqlite:///{tmp_path / 'callqa.db'}"


@pytest.fixture(scope="session")
def migrated(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A database as a fresh store leaves it. Copying it is much faster than migrating again."""
    path = tmp_path_factory.mktemp("migrated") / "callqa.db"
    store = open_store(f"sqlite:///{path}")
    register(store)
    store.close()
    return path


@pytest.fixture
def store(url: str, migrated: Path, tmp_path: Path) -> Iterator[Store]:
    shutil.copy(migrated, tmp_path)
    store = open_store(url)
    yield store
    store.close()


@pytest.fixture
def world(store: Store) -> World:
    return World(store)
