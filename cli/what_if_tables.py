"""A what-if in tables, for the terminal."""

from rich.console import Console

from callqa.messages import Message
from callqa.messages import terminal_text as _
from cli.output import rich_table
from reports.frames.what_if import summary, what_if_tables
from services.rubrics.what_if import Answer


def print_what_if(answer: Answer, console: Console) -> None:
    """What moves, in the words of a hotline."""
    moves = answer.moves
    head = _(
        "tried: the draft {id} {version} against {present}; nothing is kept",
        id=moves.draft.id,
        version=moves.draft.version,
        present=answer.present,
    )
    console.print(head, markup=False, highlight=False)
    if answer.unchecked:
        unchecked = _(
            "calls not compared, {n}: checks that the draft needs have not run on them: {checks}",
            n=answer.n_left_out,
            checks=[Message("{check} (calls: {n})", check=check, n=n) for check, n in answer.unchecked],
        )
        console.print(unchecked, style="yellow", highlight=False)
    if not moves.n:
        console.print(_("there are no calls to compare"))
        return
    console.print(_(summary(moves)), markup=False, highlight=False)
    for title, table in what_if_tables(moves).items():
        if len(table):
            console.print(rich_table(title, table))
