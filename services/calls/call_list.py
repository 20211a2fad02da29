"""The list of calls follows the scores: after each run, and before a desk opens that may find an older database."""

from collections.abc import Iterator, Sequence
from functools import partial

import numpy as np
from more_itertools import chunked
from rich.console import Console

from callqa.messages import terminal_text as _
from scoring.sheets import read_sheets
from services.console import night_line
from services.context import RubricContext, RubricSet
from services.progress import count_bar
from store.calls import list_rows

ROWS_PER_COMMIT = 2000


def list_calls(rubric_set: RubricSet, console: Console) -> int:
    """Brings the list of calls up to date with the present scores of all rubrics; how many rows were changed.

    Safe to repeat, and beside other processes. Without anything to do it takes one look at all scores.
    """
    keys, store = [context.keys for context in rubric_set], rubric_set[0].store
    with store.read() as c:
        behind = [(context, list_rows.to_list(c, context.keys)) for context in rubric_set]
    n_listed = sum(len(ids) for _, ids in behind)
    with count_bar(_("list"), n_listed, console) as advance:
        for context, ids in behind:
            for chunk in chunked(ids, ROWS_PER_COMMIT):
                with store.write() as c:
                    list_rows.put_rows(c, chunk, context.keys, partial(marks_of, context))
                advance(len(chunk))
    with store.read() as c:
        stale = list_rows.to_unlist(c, keys)
    for chunk in chunked(stale, ROWS_PER_COMMIT):
        with store.write() as c:
            list_rows.unlist_stale(c, chunk, keys)
    if n_listed or stale:
        changed = {"n": n_listed, "n_stale": len(stale)}
        line = _(
            "calls brought up to date: {n}, taken off: {n_stale}" if stale else "calls brought up to date: {n}",
            **changed,
        )
        console.print(night_line(_("list"), line), highlight=False)
    return n_listed + len(stale)


def marks_of(context: RubricContext, verdict_strings: Sequence[str]) -> Iterator[list_rows.Marks]:
    """What lists can be filtered by, of each of these sheets of the context's rubric."""
    sheets = read_sheets(verdict_strings, context.rubric, context.advisory)
    ids = np.array(list(context.rubric.titles))
    columns = zip(sheets.scored & ~sheets.passed, sheets.undecided, sheets.swing.tolist(), strict=True)
    for failed, undecided, swing in columns:
        yield list_rows.Marks(ids[failed].tolist(), ids[undecided].tolist(), swing)
