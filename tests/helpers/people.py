"""Commands that people type, and what they print."""

from nights import environment
from typer.testing import CliRunner

from callqa.errors import CallQAError
from callqa.settings import Settings
from cli.main import app


def told(settings: Settings, *arguments: str) -> str:
    """The output of a command that does what it should."""
    result = CliRunner().invoke(app, list(arguments), env=environment(settings))
    if result.exception:
        raise result.exception
    assert result.exit_code == 0, result.output
    return result.stdout


def refused(settings: Settings, *arguments: str) -> str:
    """The one line a person reads when the command is refused."""
    result = CliRunner().invoke(app, list(arguments), env=environment(settings))
    assert isinstance(result.exception, CallQAError), result.output
    return str(result.exception)
