"""Help and complaints in the terminal's language: texts of commands, options and arguments, and typer's words around
them."""

import gettext
import re
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from functools import cache
from typing import Any

from rich.columns import Columns
from rich.table import Table

from callqa.messages import Say, subjects, terminal_language, words

PARAGRAPH = "\n\n"
PARTS = ("help", "short_help", "epilog", "rich_help_panel", "show_default", "options_metavar", "subcommand_metavar")
LIBRARY = "typer"
"""The catalogue of texts that are typer's."""
PREFIX = "Value error, "
"""What pydantic, which typer reads values with, puts before what typer says of them."""
BRACES = re.compile(r"\{(\w+)[^}]*\}")


def translate(command: Any, say: Say) -> None:
    """Puts the texts of a command, its parameters and the commands below it into another language, in place."""
    for element in (command, *command.params):
        _translate_parts(element, say)
    _translate_when_shown(command, say)
    for below in getattr(command, "commands", {}).values():
        translate(below, say)


def _translate_parts(element: Any, say: Say) -> None:
    for part in PARTS:
        if isinstance(text := getattr(element, part, None), str):
            setattr(element, part, PARAGRAPH.join(translated(paragraph, say) for paragraph in text.split(PARAGRAPH)))


def _translate_when_shown(command: Any, say: Say) -> None:
    """The option --help and the line of usage, which typer makes when it shows them."""
    help_option, usage, help_ = command.get_help_option, command.get_usage, command.format_help

    def own_help_option(ctx: Any) -> Any:
        if option := help_option(ctx):
            _translate_parts(option, say)
        return option

    def folded_help(ctx: Any, formatter: Any) -> None:
        from typer import rich_utils  # takes a moment

        vars(rich_utils).update(Table=FoldedTable, Columns=FoldedColumns)
        help_(ctx, formatter)

    command.get_help_option = own_help_option
    command.get_usage = lambda ctx: usage(ctx).replace("Usage: ", say("Usage: "), 1)
    command.format_help = folded_help


class FoldedTable(Table):
    """Goes on in the next line where a cell is full: Chinese has no blanks to break lines at, and would be cut off."""

    def add_row(self, *args: Any, **settings: Any) -> None:
        super().add_row(*args, **settings)
        for column in self.columns:
            column.overflow = "fold"


class FoldedColumns(Columns):
    """As the table: texts beside each other that go on in the next line."""

    def add_renderable(self, renderable: Any) -> None:
        renderable.overflow = "fold"
        super().add_renderable(renderable)

    def __init__(self, renderables: Iterable[Any], **settings: Any) -> None:
        super().__init__(**settings)
        for renderable in renderables:
            self.add_renderable(renderable)


def translated(paragraph: str, say: Say) -> str:
    """The paragraph in another language; as it is where there is none. Its line breaks are the source's."""
    text = " ".join(paragraph.split())
    other = say(text)
    return paragraph if other == text else other


@contextmanager
def complaints_translated(complaint: type[Exception]) -> Iterator[None]:
    """What typer says of a command line that it cannot read: it has the text, and no code for it."""
    try:
        yield
    except complaint as error:
        text = error.format_message()  # type: ignore[attr-defined]  # typer's exceptions are click's, or its own
        text = text.replace(PREFIX, "")
        error.format_message = lambda: library_text(text, terminal_language())  # type: ignore[attr-defined]
        raise


def library_text(text: str, language: str) -> str:
    """A text of typer's in another language, known by its entry with braces for what is filled in.

    >>> library_text("Missing option '--calls'.", "zh")
    "缺少选项 '--calls'。"
    """
    for pattern, other in _library(language):
        if match := pattern.fullmatch(text):
            return other.format(**{name: library_text(value, language) for name, value in match.groupdict().items()})
    return text


@cache
def _library(language: str) -> list[tuple[re.Pattern[str], str]]:
    """Patterns of typer's texts, the longest first, with the other language's text for what they match."""
    entries = subjects(language).get(LIBRARY, {})
    return [
        (re.compile(BRACES.sub(r"(?P<\1>.+)", _escaped(english)), re.DOTALL), BRACES.sub(r"{\1}", other))
        for _, english in sorted(entries, key=lambda key: -len(key[1]))
        if "{}" not in english and (other := entries[None, english])
    ]


def _escaped(text: str) -> str:
    """For a pattern; braces stay."""
    return re.sub(r"[^\w\s{}!]", lambda match: re.escape(match[0]), text)


def speak_as_the_terminal() -> None:
    """Gives the libraries that read the command line our words for theirs; to be called before they are imported."""
    language = terminal_language()
    if language == "en":  # which is theirs
        return
    say = words(language)

    def say_of(msgid1: str, msgid2: str, n: int) -> str:
        return say(msgid1 if n == 1 else msgid2)

    gettext.gettext, gettext.ngettext = say, say_of
