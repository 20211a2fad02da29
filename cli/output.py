"""Answers and tables of commands as people, and programs, read them."""

import json
from collections.abc import Callable
from typing import Any, Protocol, TypeVar

import pandas as pd
import typer
from rich.console import Console
from rich.table import Table
from rich.text import Text

from callqa.messages import Joined, Message, Title
from callqa.messages import terminal_text as _
from reports.frames.names import with_titles


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


def print_plain(text: str, console: Console) -> None:
    """A line as it is: names may look like markup, and links must not be broken."""
    console.print(text, markup=False, highlight=False, soft_wrap=True)


def rich_table(title: str | Message, frame: pd.DataFrame) -> Table:
    """The frame for the terminal, without its empty columns.

    Title, headings and messages in cells are in its language; texts in cells are data, and stay as they are.
    """
    table = Table(title=_(title), title_justify="left", expand=False)
    frame = with_titles(frame).loc[:, [name for name in frame.columns if not all(map(_is_empty, frame[name]))]]
    for name in frame.columns:
        numeric = pd.api.types.is_numeric_dtype(frame[name])
        table.add_column(_(name), justify="right" if numeric else "left", overflow="fold")
    for cells in zip(*(_cells(frame[name]) for name in frame.columns), strict=True):
        table.add_row(*map(Text, cells))  # as plain text: what people say may look like markup
    return table


def _is_empty(value: object) -> bool:
    return not value if isinstance(value, str | Joined) else value is None


def _as_text(value: object) -> str:
    return _(value) if isinstance(value, Title) else str(value)


def _cells(column: "pd.Series[Any]") -> list[str]:
    """Numbers of a column have equally many decimals, so that they stand below each other."""
    numbers = [value for value in column if isinstance(value, float) and not pd.isna(value)]
    decimals = max((len(f"{value:g}".partition(".")[2]) for value in numbers), default=0)
    return [
        "" if pd.isna(value) else f"{value:.{decimals}f}" if isinstance(value, float) else _as_text(value)
        for value in column
    ]
