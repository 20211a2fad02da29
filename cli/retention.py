"""`callqa retention`: what is kept for how long; removing what is due; what was removed; what is left."""

from datetime import UTC, datetime
from typing import Annotated

import pandas as pd
import typer

from callqa.errors import ConfigError
from callqa.messages import Message
from callqa.messages import terminal_text as _
from callqa.settings.privacy import RetentionSettings
from cli.audit_entry import typist
from cli.output import rich_table
from cli.removal_counts import COUNTED, counts_of
from flows.stages import index_again
from services.console import wide_console
from services.context import open_rubric_set, settings_in_use
from services.retention.apply import apply as apply_limits
from services.retention.plan import PlannedRemoval
from services.retention.plan import plan as plan_removals
from store.removal import deletion, removals

console = wide_console()
retention_app = typer.Typer()
KINDS = {"retention": Message("retention"), "erasure": Message("erasure")}
"""Of reports."""
FIGURES = {
    "period": Message("period"),
    "rubric": Message("rubric"),
    "team": Message("team"),
    "category": Message("category"),
    "n_calls": Message("n_calls"),
    "n_totals": Message("n_totals"),
    "mean": Message("mean"),
    "n_fatal": Message("n_fatal"),
    "hours": Message("hours"),
}
"""Of calls whose scores are gone, by the names of the columns in CSV."""
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
            rows = [_planned_row(limit) for limit in plan_removals(c, settings, now)]
    console.print(rich_table(_("Due for removal"), pd.DataFrame(rows)))
    if not settings.originals:
        console.print(_("recordings themselves stay where they are: retention.originals names no folder"))
    console.print(_("nothing was changed; to remove: callqa retention apply"), highlight=False)


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
                _("report (of a removal)"): report.pk,
                _("kind"): _(KINDS.get(report.kind, report.kind)),
                _("at"): report.at.astimezone(rubric_set[0].zone).strftime("%Y-%m-%d %H:%M"),
                _("by"): report.author,
                _("reason"): report.reason,
                _("removed"): _("{counts}", counts=counts_of(report)) or _("nothing"),
                _("state"): "" if report.finished_at else _("stopped half-way"),
            }
            for report in removals.reports(c)
        ]
    console.print(rich_table(_("Removals"), pd.DataFrame(rows)) if rows else _("nothing was removed yet"))


@retention_app.command()
def figures(csv: Annotated[typer.FileTextWrite | None, typer.Option(help="Write them to this file.")] = None) -> None:
    """What is left of calls whose scores are gone: sums by month, team and category."""
    with open_rubric_set(settings_in_use()) as rubric_set, rubric_set[0].store.read() as c:
        frame = pd.DataFrame([row._asdict() for row in deletion.past(c)])
    if csv:
        frame.to_csv(csv, index=False)
    else:
        shown = frame.rename(columns={name: _(heading) for name, heading in FIGURES.items()})
        console.print(
            rich_table(_("Figures of removed calls"), shown) if len(frame) else _("no scores were removed yet")
        )


def print_report(report: removals.Report) -> None:
    """What a removal did. Exits with `STUCK` when it could not do all."""
    counts = counts_of(report) or Message("nothing was due")
    console.print(_("report {pk}: {counts}", pk=report.pk, counts=counts), highlight=False)
    if stuck := report.counts.get("originals_stuck"):
        console.print(
            _(
                "recordings that could not be deleted: {n}; their calls stay until they can: check the folder's rights",
                n=stuck,
            ),
            style="red",
        )
        raise typer.Exit(STUCK)


def _planned_row(planned: PlannedRemoval) -> dict[str, object]:
    """What one limit would remove."""
    due = planned.due
    return {
        _("what"): _(COUNTED[planned.limit.name]),
        _("days"): planned.limit.days,
        _("calls"): due.n_calls,
        _("first_day"): due.first_day,
        _("last_day"): due.last_day,
        _("held"): due.n_held,
    }


def _refuse_nothing(settings: RetentionSettings) -> None:
    if not any(value for name, value in settings.model_dump().items() if name.endswith("_days")):
        raise ConfigError("retention.no_limit")
