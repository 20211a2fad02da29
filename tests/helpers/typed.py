"""Commands as people type them, in this process."""

from collections.abc import Callable

import pytest
from click.testing import Result
from nights import environment
from typer.testing import CliRunner

from callqa.settings import Settings
from cli.main import app

Typed = Callable[..., Result]


def typed_in(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> Typed:
    """Runs a command in the home of these settings. What callqa refuses is the result's ``exception``."""
    for name, value in environment(settings).items():
        monkeypatch.setenv(name, value)

    def typed(*arguments: str) -> Result:
        return CliRunner().invoke(app, list(arguments))

    return typed
