"""The console that commands and the night print to."""

from rich.console import Console

PIPED_WIDTH = 120  # characters; for logs and files, which have no width of their own


def wide_console() -> Console:
    """As wide as the terminal, or wide enough for the tables where there is none. What somebody wrote, e.g. :x: or [x],
    is printed as it is."""
    console = Console(emoji=False, markup=False)
    return console if console.is_terminal else Console(width=PIPED_WIDTH, emoji=False, markup=False)
