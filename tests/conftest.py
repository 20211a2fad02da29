"""Fixtures every test may use."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import settings
from postgres import Postgres, binaries, running

settings.register_profile("steady", deadline=None)  # a busy machine makes no test fail
settings.load_profile("steady")


@pytest.fixture(scope="session")
def samples() -> Path:
    """The folder of labelled sample calls: manifest.csv, audio/, truth/."""
    return Path(__file__).parent.parent / "samples"


@pytest.fixture(scope="session")
def postgres() -> Iterator[Postgres]:
    """A PostgreSQL server of the tests' own; a test that needs it is slow, and skipped where none is installed."""
    programs = binaries()
    if programs is None:
        pytest.skip("PostgreSQL is not installed")
    with running(programs) as server:
        yield server
