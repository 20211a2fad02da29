"""Fixtures every test may use."""

from pathlib import Path

import pytest
from hypothesis import settings

settings.register_profile("steady", deadline=None)  # a busy machine makes no test fail
settings.load_profile("steady")


@pytest.fixture(scope="session")
def samples() -> Path:
    """The folder of labelled sample calls: manifest.csv, audio/, truth/."""
    return Path(__file__).parent.parent / "samples"
