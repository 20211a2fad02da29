"""`callqa retention`: what is kept for how long; removing what is due; what was removed; what is left."""

from datetime import UTC, datetime
from typing import Annotated

import pandas as pd
import typer

from callqa.errors import ConfigError
from callqa.settings.privacy import RetentionSettings
from cli.audit_entry import typist
from cli.output import rich_table
from flows.stages import index_again
from services.console import wide_console
from services.context import open_rubric_set, settings_in_use
from services.retention.apply import apply as apply_limits
from services.retention.plan import plan as plan_removals
from store.removal import deletion, removals

console = wide_console()
retention_app = typer.Typer()
STUCK = 1
"""Exit status when a recording should have gone and could not be deleted."""


@retention_app.callback(invoke_without_command=True)
def plan_by_default(ctx: typer.Context) -> None:
    """What is kept of calls for how long, and removing what is due.

    Without a command: what would be removed now.
    """
    if ctx.invoked_subcommand is None:
        plan()


@retention_app.command()
def plan() -> None:
    """Show what would be removed now. Nothing is changed."""
    now = datetime.now(UTC)
    with open_rubric_set(settings_in_use()) as rubric_set:
        settings = rubric_set[0].settings.retention
        _refuse_nothing(settings)
        with rubric_set[0].store.read() as c:
            rows = [one.as_dict() for one in plan_removals(c, settings, now)]
    console.print(rich_table("Due for removal", pd.DataFrame(rows)))
    if not settings.originals:
        console.print("recordings themselves stay where they are: retention.originals names no folder")
    console.print("nothing was changed; to remove: callqa retention apply", highlight=False)


@retention_app.command()
def apply(
    reason: Annotated[str, typer.Option("--reason", help="Why; it is kept with the report.")] = "",
) -> None:
    """Remove what is due, and store a report. Can be stopped at any time; the next one goes on."""
    with open_rubric_set(settings_in_use()) as rubric_set:
        _refuse_nothing(rubric_set[0].settings.retention)
        report = apply_limits(rubric_set, typist(), reason.strip(), datetime.now(UTC), console, index_again)
    print_report(report)


@retention_app.command()
def reports() -> None:
    """What was removed, by whom, when and why."""
    with open_rubric_set(settings_in_use()) as rubric_set, rubric_set[0].store.read() as c:
        rows = [
            {
                "report": one.pk,
                "kind": one.kind,
                "at": one.at.astimezone(rubric_set[0].zone).strftime("%Y-%m-%d %H:%M"),
                "by": one.author,
                "reason": one.reason,
                "removed": _counts(one) or "nothing",
                "state": "" if one.finished_at else "stopped half-way",
            }
            for one in removals.reports(c)
        ]
    console.print(rich_table("Removals", pd.DataFrame(rows)) if rows else "nothing was removed yet")


@retention_app.command()
def figures(csv: Annotated[typer.FileTextWrite | None, typer.Option(help="Write them to this file.")] = None) -> None:
    """What is left of calls whose scores are gone: sums by month, team and category."""
    with open_rubric_set(settings_in_use()) as rubric_set, rubric_set[0].store.read() as c:
        frame = pd.DataFrame([one._asdict() for one in deletion.past(c)])
    if csv:
        frame.to_csv(csv, index=False)
    else:
        console.print(rich_table("Figures of removed calls", frame) if len(frame) else "no scores were removed yet")


def print_report(report: removals.Report) -> None:
    """What a removal did. Exits with `STUCK` when it could not do all."""
    console.print(f"report {report.pk}: {_counts(report) or 'nothing was due'}", highlight=False)
    if stuck := report.counts.get("originals_stuck"):
        console.print(
            f"{stuck} recordings could not be deleted, and their calls stay until they can: check the folder's rights",
            style="red",
        )
        raise typer.Exit(STUCK)


def _counts(report: removals.Report) -> str:
    return ", ".join(f"{n} {name.replace('_', ' ')}" for name, n in report.counts.items())


def _refuse_nothing(settings: RetentionSettings) -> None:
    if not any(value for name, value in settings.model_dump().items() if name.endswith("_days")):
        raise ConfigError(
            "nothing has a limit; set retention.audio_days, transcript_days, score_days or audit_days "
            "in callqa.toml (see docs/privacy.md)"
        )
