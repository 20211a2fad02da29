"""`callqa show`: one call on paper."""

from callqa.settings import load_settings
from cli.audit_entry import log_action
from cli.call_sheet import show_call
from cli.options import CallId, Rubric
from services.console import wide_console
from services.context import context_for, open_rubric_set
from store.calls import read

console = wide_console()


def show(call_id: CallId, rubric: Rubric = None) -> None:
    """Print one call: turns, findings with quotes and times, points."""
    with open_rubric_set(load_settings(rubric=rubric)) as rubric_set:
        context = context_for(rubric_set, call_id)
        with context.store.read() as c:
            known = read.call_row(c, call_id)
        if known:
            log_action(context.store, "call_opened", "call", known.call_pk, call_id)
        show_call(context, call_id, console)
