"""The checks on labelled calls, as they were really said, must not get worse."""

from pathlib import Path

import pytest
from nights import callqa

from callqa.settings import Settings

CALLS = Path(__file__).parent.parent / "calls"


@pytest.mark.slow
def test_the_checks_reach_their_floors_on_labelled_calls(settings: Settings) -> None:
    result = callqa(settings, "eval", str(CALLS), "--from-truth", "--fail-under", str(CALLS / "floors.yaml"))
    assert result.returncode == 0, result.stdout + result.stderr
