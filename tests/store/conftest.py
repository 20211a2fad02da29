"""A fresh store with the checks and the rubric of the world registered."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from store_world import World, register

from store import Store, open_store


@pytest.fixture
def url(tmp_path: Path) -> str:
    return f"sqlite:///{tmp_path / 'callqa.db'}"


@pytest.fixture
def store(url: str) -> Iterator[Store]:
    store = open_store(url)
    register(store)
    yield store
    store.close()


@pytest.fixture
def world(store: Store) -> World:
    return World(store)
