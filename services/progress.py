"""Progress bars of long work that is counted in rows, calls or shares."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    TaskProgressColumn,
    TextColumn,
    TimeElapsedColumn,
    TimeRemainingColumn,
)

from callqa.messages import terminal_text as _


@contextmanager
def ingest_bar(console: Console) -> Iterator[Callable[[], None]]:
    """A counter of manifest rows; the number of rows is not known beforehand."""
    columns = (
        TextColumn("{task.description:<10}"),
        BarColumn(),
        TextColumn(_("rows: {n}", n="{task.completed}")),
        TimeElapsedColumn(),
    )
    with Progress(*columns, console=console, transient=True, disable=not console.is_terminal) as progress:
        task = progress.add_task(_("ingest"), total=None)
        yield lambda: progress.advance(task)


@contextmanager
def count_bar(name: str, total: int, console: Console) -> Iterator[Callable[[int], None]]:
    """A bar for ``total`` rows that are done some at a time."""
    columns = TextColumn("{task.description:<10}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn()
    with Progress(*columns, console=console, transient=True, disable=not console.is_terminal) as progress:
        task = progress.add_task(name, total=total)
        yield lambda n: progress.advance(task, n)


def training_bar(console: Console) -> Progress:
    """A bar for one long piece of work that tells what it is doing and which share is done."""
    columns = TextColumn("{task.description}"), BarColumn(), TaskProgressColumn(), TimeElapsedColumn()
    return Progress(*columns, console=console, transient=True, disable=not console.is_terminal)
