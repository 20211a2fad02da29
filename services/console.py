"""The console that commands and the night print to."""

from rich.cells import cell_len, set_cell_size
from rich.console import Console

PIPED_WIDTH = 120  # characters; for logs and files, which have no width of their own
LABEL_WIDTH = 10  # columns
LINE_LABEL_WIDTH = 12
"""Of the lines of a night: which step, then what became of it."""


def wide_console() -> Console:
    """As wide as the terminal, or wide enough for the tables where there is none. What somebody wrote, e.g. :x: or [x],
    is printed as it is."""
    console = Console(emoji=False, markup=False)
    return console if console.is_terminal else Console(width=PIPED_WIDTH, emoji=False, markup=False)


def padded(text: str, width: int = LABEL_WIDTH) -> str:
    """The text with blanks up to ``width`` columns, of which a Chinese character takes two; one at least.

    >>> padded("入库"), padded("ingest")
    ('入库      ', 'ingest    ')
    """
    return set_cell_size(text, max(width, cell_len(text) + 1))


def night_line(step: str, text: str) -> str:
    """A line of a night: which step, and what became of it, below those of the other steps."""
    return f"{padded(step, LINE_LABEL_WIDTH)}{text}"
