"""`callqa show`: one call on paper."""

from callqa.settings import load_settings
from cli.audit_entry import note
from cli.call_sheet import show_call
from cli.options import CallId, Rubric
from services.console import wide_console
from services.context import open_book, run_for
from store.calls import read

console = wide_console()


def show(call_id: CallId, rubric: Rubric = None) -> None:
    """Print one call: turns, findings with quotes and times, points."""
    with open_book(load_settings(rubric=rubric)) as book:
        run = run_for(book, call_id)
        with run.store.read() as c:
            known = read.call_row(c, call_id)
        if known:
            note(run.store, "call_opened", "call", known.call_pk, call_id)
        show_call(run, call_id, console)
