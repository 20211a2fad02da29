"""Runs on the sample calls with the scripted engine: everything is real except what the engine hears."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from typed import Typed, typed_in

from callqa.settings import Settings
from services.context import Run, open_book


@pytest.fixture
def few(tmp_path: Path, samples: Path) -> Path:
    """A manifest of the two shortest sample calls, one stereo and one mono."""
    header, *lines = (samples / "manifest.csv").read_text(encoding="utf-8").splitlines()
    kept = [line.replace("audio/", f"{samples}/audio/") for line in lines if line.startswith(("D019", "D036"))]
    manifest = tmp_path / "few.csv"
    manifest.write_text("\n".join([header, *kept]), encoding="utf-8")
    return manifest


@pytest.fixture
def typed(scored: Settings, monkeypatch: pytest.MonkeyPatch) -> Typed:
    """Types commands in that home."""
    return typed_in(scored, monkeypatch)


@pytest.fixture
def book(scored: Settings) -> Iterator[tuple[Run, ...]]:
    """The runs of that home."""
    with open_book(scored) as opened:
        yield opened
