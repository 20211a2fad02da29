"""Text of other people in the cells of a spreadsheet."""

from typing import TypeVar

RUNS_CODE = ("=", "+", "-", "@", "\t", "\n")
"""A spreadsheet takes a CSV cell that begins so for a formula."""
T = TypeVar("T")


def never_run(value: T) -> T | str:
    """The value; text that a spreadsheet would run gets an apostrophe before it."""
    return f"'{value}" if isinstance(value, str) and value.lstrip("'").startswith(RUNS_CODE) else value
