"""`callqa tickets`: tickets with their whole life, as a ticket system exports them."""

from pathlib import Path
from typing import Annotated

import pandas as pd
import typer
from rich.console import Console

from callqa.messages import Message
from callqa.messages import terminal_text as _
from cli.options import AsJson
from cli.output import print_answer, print_plain, rich_table
from services.console import wide_console
from services.tickets.check import LifeCheck, check_lives

tickets_app = typer.Typer(
    no_args_is_help=True,
    help="Read the life of tickets from an export: how far they came, and what contradicts itself.",
)
console = wide_console()
STAGES = {
    "unknown": Message("stage unknown"),
    "filed": Message("stage filed"),
    "dispatched": Message("stage dispatched"),
    "accepted": Message("stage accepted"),
    "returned": Message("stage returned"),
    "contacted": Message("stage contacted"),
    "closed": Message("stage closed"),
    "called_back": Message("stage called back"),
    "merged": Message("stage merged"),
}
FLAGS = {
    "no_filing": Message("never filed"),
    "before_filing": Message("something happened before the filing"),
    "return_without_dispatch": Message("returned without a dispatch"),
    "return_by_another": Message("returned by a unit that did not have it"),
    "closed_by_another": Message("closed by a unit that did not have it"),
    "unknown_unit": Message("a unit that closed no ticket of the export"),
    "called_back_open": Message("call-back before the closing"),
    "after_merger": Message("something happened after the merger"),
    "due_unreadable": Message("a due time that is no time"),
}
N_REFUSED = 10


@tickets_app.command()
def check(
    folder: Annotated[
        Path, typer.Argument(help="tickets.csv.gz and lifecycle.csv.gz, as the ticket system exports them.")
    ],
    as_json: AsJson = False,
) -> None:
    """Say how far the tickets of an export have come, what is overdue, and what contradicts itself."""
    print_answer(check_lives(folder), _print, as_json, console)


def _print(result: LifeCheck, console: Console) -> None:
    stages = [(STAGES[name], n) for name, n in result.stages.most_common()]
    console.print(rich_table(Message("tickets: {n}", n=result.n), _table(("stage", "tickets"), stages)))
    counts = [
        (Message("returned by a unit"), result.returned),
        (Message("came back to a unit that had returned it"), result.back_and_forth),
        (Message("overdue"), result.overdue),
        (Message("solved by the unit's word, not by the citizen's"), result.claimed),
    ]
    console.print(rich_table(Message("to look at"), _table(("what", "tickets"), counts)))
    if result.flags:
        rows = [(FLAGS[name], n, ", ".join(result.examples[name])) for name, n in result.flags.most_common()]
        console.print(rich_table(Message("what contradicts itself"), _table(("what", "tickets", "for example"), rows)))
    for message in result.refused[:N_REFUSED]:
        print_plain(_("not read: {reason}", reason=message), console)
    if len(result.refused) > N_REFUSED:
        console.print(_("and {n} more rows that cannot be read", n=len(result.refused) - N_REFUSED))


def _table(names: tuple[str, ...], rows: list[tuple[Message, int]] | list[tuple[Message, int, str]]) -> pd.DataFrame:
    return pd.DataFrame(rows, columns=[Message(name) for name in names])
