"""A home of before, and what was recorded of it then."""

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from adopted import adopt_checks, adopt_engine
from differences import Differences
from old_home import Home
from recorder import NOW
from stopped_clock import Clock
from stored import unpack, unpack_record


@pytest.fixture(scope="session")
def before() -> dict[str, Any]:
    return unpack_record()


@pytest.fixture
def home_as_left(tmp_path: Path, samples: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Home]:
    """On the morning after the last night, its calls heard by today's engine; opening it migrates it."""
    for name in [name for name in os.environ if name.startswith("CALLQA_")]:
        monkeypatch.delenv(name)
    with Clock(NOW) as clock:
        unpack(tmp_path / "home", samples / "audio")
        adopt_engine(tmp_path / "home" / "callqa.db")
        yield Home(tmp_path / "home", clock)


@pytest.fixture
def home(home_as_left: Home) -> Home:
    """The same, with its verdicts taken for those of today's checks."""
    adopt_checks(home_as_left.folder / "callqa.db")
    return home_as_left


@pytest.fixture
def differences() -> Differences:
    return Differences()
