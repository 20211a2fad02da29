"""Fixtures every test may use."""

from pathlib import Path

import pytest


@pytest.fixture(scope="session")
def samples() -> Path:
    """The folder of labelled sample calls: manifest.csv, audio/, truth/."""
    return Path(__file__).parent.parent / "samples"
