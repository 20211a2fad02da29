"""The command line: the list of its commands. A command is imported when it is typed, because that takes seconds."""

import os
import signal
import sys
from importlib import metadata
from pathlib import Path
from typing import Annotated, Any, NoReturn

import typer
from rich.console import Console
from typer.core import TyperGroup
from typer.main import get_group

from callqa.errors import NO_ROOM, NO_WAY, CallQAError, ConfigError, system_problem
from callqa.messages import Message
from callqa.messages import terminal_text as _
from cli.commands import COMMANDS
from cli.translate import complaints_translated, translate

COMPLAINT = typer.BadParameter.__bases__[0]
"""What typer raises for a command line that it cannot read."""


def load_command(name: str) -> Any:
    """The command itself, in the terminal's language."""
    loaded = COMMANDS[name].load()
    alone = typer.Typer()
    if isinstance(loaded, typer.Typer):
        alone.add_typer(loaded, name=name)
    else:
        alone.command(name)(loaded)
    command = get_group(alone).commands[name]
    translate(command, _)
    return command


class ListedCommands(TyperGroup):
    """Knows its commands by the list, until one is typed. Speaks the terminal's language."""

    def __init__(self, **settings: Any) -> None:
        super().__init__(**settings)
        translate(self, _)

    def make_context(self, *args: Any, **settings: Any) -> Any:
        with complaints_translated(COMPLAINT):
            return super().make_context(*args, **settings)

    def invoke(self, ctx: Any) -> Any:
        with complaints_translated(COMPLAINT):
            return super().invoke(ctx)

    def resolve_command(self, ctx: Any, args: list[str]) -> Any:
        name, listed, rest = super().resolve_command(ctx, args)
        command = load_command(name) if name and listed else None
        if signal.getsignal(signal.SIGINT) is signal.SIG_DFL:  # from `cli.start`
            signal.signal(signal.SIGINT, signal.default_int_handler)
        return name, command, rest


app = typer.Typer(
    name="callqa",
    cls=ListedCommands,
    help="Inspect every call of a citizen hotline: transcripts, checks, scores, and the evidence for every verdict.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)


def _print_version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"callqa {metadata.version('callqa')}")
        raise typer.Exit


@app.callback()
def set_home(
    home: Annotated[
        Path | None,
        typer.Option(help="Where database and reports go.", show_default="CALLQA_HOME or callqa-data"),
    ] = None,
    wants_version: Annotated[
        bool,
        typer.Option("--version", help="Print the version.", callback=_print_version, is_eager=True),
    ] = False,
) -> None:
    if home:
        os.environ["CALLQA_HOME"] = str(home.absolute())  # noqa: TID251  # workers started from here inherit it


def _listed() -> None:
    """Stands for a command in the list."""


for command in COMMANDS.values():
    app.command(command.name, help=command.line, rich_help_panel=command.heading)(_listed)


def main() -> None:
    """Entry point: what callqa refuses is one line on the error output, not a traceback."""
    try:
        app()
    except CallQAError as error:
        _refuse(str(error))
    except OSError as error:
        why = system_problem(error)
        if error.errno in NO_ROOM:
            _refuse(str(ConfigError("file.no_room", path=error.filename or Message("file.some"), why=why)))
        if error.errno in NO_WAY and error.filename:
            _refuse(str(ConfigError("file.no_way", path=error.filename, why=why)))
        raise


def _refuse(why: str) -> NoReturn:
    from services.upkeep.logs import log_refusal  # takes half a second

    if not log_refusal(why):
        stderr = Console(stderr=True, emoji=False)
        stderr.print(f"callqa: {why}", style="red", markup=False, highlight=False, soft_wrap=True)
    sys.exit(1)
