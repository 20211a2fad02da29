"""`callqa failures`: what could not be processed, and how it is tried again."""

from typing import Annotated, Literal

import pandas as pd
import typer

from callqa.messages import Message
from callqa.messages import terminal_text as _
from cli.month_report import failure_table
from cli.output import rich_table
from services.console import wide_console
from services.context import open_rubric_set, settings_in_use
from store.calls import failures

failures_app = typer.Typer(help="What could not be processed, and why.", no_args_is_help=False)
console = wide_console()

FailedStage = Literal["ingest", "transcribe", "ask", "check"]


@failures_app.callback(invoke_without_command=True)
def list_failures(ctx: typer.Context) -> None:
    """List what failed. After three failures an item waits until it is cleared."""
    if ctx.invoked_subcommand:
        return
    with open_rubric_set(settings_in_use()) as rubric_set:
        failed = pd.concat(map(failure_table, rubric_set)).drop_duplicates()
    console.print(rich_table(Message("未能处理"), failed) if len(failed) else _("nothing failed"))


@failures_app.command("clear")
def clear_failures(
    stage: Annotated[FailedStage | None, typer.Option(help="Only this stage.")] = None,
) -> None:
    """Forget failures, so that the next run tries these items again."""
    with open_rubric_set(settings_in_use()) as (context, *_others), context.store.write() as connection:
        cleared = failures.clear_errors(connection) if stage in (None, "check") else 0
        if stage != "check":
            cleared += failures.clear_failures(connection, stage)
    console.print(
        _("failures cleared: {n}; the next run tries these items again", n=cleared)
        if cleared
        else _("nothing to clear")
    )
