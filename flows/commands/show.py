"""`callqa show`: one call on paper."""

from callqa.settings import load_settings
from flows.commands.options import CallId, Rubric
from flows.console import wide_console
from flows.show import show_call
from flows.wiring import open_book, run_for

console = wide_console()


def show(call_id: CallId, rubric: Rubric = None) -> None:
    """Print one call: turns, findings with quotes and times, points."""
    with open_book(load_settings(rubric=rubric)) as book:
        show_call(run_for(book, call_id), call_id, console)
