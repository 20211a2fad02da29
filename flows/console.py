"""Where people read what callqa prints."""

from rich.console import Console

PIPED_WIDTH = 120  # characters; for logs and files, which have no width of their own


def wide_console() -> Console:
    """A console as wide as the terminal, or wide enough for the tables where there is none."""
    console = Console()
    return console if console.is_terminal else Console(width=PIPED_WIDTH)
