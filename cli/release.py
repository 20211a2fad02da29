"""`callqa release`: publishes a held night, or lists those that were held."""

from datetime import UTC, datetime
from typing import Annotated

import pandas as pd
import typer

from callqa.errors import ConfigError
from callqa.messages import Joined, Message
from callqa.messages import terminal_text as _
from callqa.settings import load_settings
from cli.output import rich_table
from reports.month import write_changed_reports
from services.console import wide_console
from services.context import RubricContext, open_rubric_set
from store.runs import score_holds

console = wide_console()


def release(
    run_id: Annotated[int | None, typer.Argument(help="The run whose scores to publish; none: list all holds.")] = None,
    by: Annotated[str, typer.Option("--by", help="Your name or number; it is kept with what you do.")] = "",
    reason: Annotated[str, typer.Option("--reason", help="Why the scores may be published.")] = "",
) -> None:
    """Publish scores that the golden-set gate held, or list what is held."""
    with open_rubric_set(load_settings()) as rubric_set:
        context = rubric_set[0]
        if run_id is None:
            _list(context)
            return
        if not by.strip() or not reason.strip():
            raise ConfigError("score_hold.release_needs")
        with context.store.write() as connection:
            n_scores = score_holds.release(connection, run_id, by.strip(), reason.strip(), datetime.now(UTC))
        for context in rubric_set:
            write_changed_reports(context)
    console.print(
        _("scores of run {run} published: {n}; the reports are written anew", n=n_scores, run=run_id),
        highlight=False,
    )


def _list(context: RubricContext) -> None:
    with context.store.read() as connection:
        rows = [
            {
                "运行": hold.run_id,
                "时间": hold.at.astimezone(context.zone).strftime("%Y-%m-%d %H:%M"),
                _("rubric"): f"{hold.rubric_id} {hold.version}",
                "得分数": hold.n_scores,
                "原因": Joined(hold.reasons, "\n"),
                "状态": Message("published ({by}: {reason})", by=hold.released_by, reason=hold.release_reason)
                if hold.released_by
                else Message("暂缓发布"),
            }
            for hold in score_holds.holds(connection)
        ]
    console.print(rich_table(Message("scores that are held"), pd.DataFrame(rows)) if rows else _("no scores are held"))
