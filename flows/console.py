"""Where people, and programs, read what callqa prints."""

import json
from collections.abc import Callable
from typing import Any, Protocol, TypeVar

import typer
from rich.console import Console

PIPED_WIDTH = 120  # characters; for logs and files, which have no width of their own


def wide_console() -> Console:
    """As wide as the terminal, or wide enough for the tables where there is none. What somebody wrote, e.g. :x: or [x],
    is printed as it is."""
    console = Console(emoji=False, markup=False)
    return console if console.is_terminal else Console(width=PIPED_WIDTH, emoji=False, markup=False)


class Answer(Protocol):
    """Figures that can be read by a program, too."""

    def as_dict(self) -> dict[str, Any]: ...


A = TypeVar("A", bound=Answer)


def print_answer(answer: A, as_tables: Callable[[A, Console], None], as_json: bool, console: Console) -> None:
    """The answer as tables for people, or as JSON, which no width breaks."""
    if as_json:
        typer.echo(json.dumps(answer.as_dict(), ensure_ascii=False, indent=1))
    else:
        as_tables(answer, console)
