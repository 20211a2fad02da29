"""The commands of a run: take calls in, do what is missing, score anew, report."""

from functools import partial
from pathlib import Path
from typing import Annotated, NoReturn

import typer

from callqa.errors import ConfigError
from callqa.messages import terminal_text as _
from callqa.settings import load_settings
from cli.month_report import period_tables, print_report
from cli.options import Period, Rubric
from cli.output import print_answer
from cli.period import choose_period
from cli.what_if_tables import print_what_if
from flows.night import INGEST, RESCORE, RUN
from flows.prefect_away import GONE, go_on_without, told_to_prefect
from flows.prefect_server import server_for
from flows.runner import run_night
from flows.schedule import serve_nightly
from flows.stage import in_this_process
from flows.step import NOTHING_TAKEN, Intake, RunReport
from reports.frames.what_if import calls_file
from reports.month import report_path, write_report
from services.console import padded, wide_console
from services.context import RubricContext, draft_context, open_rubric_set
from services.intake.ingest import remembered_in
from services.intake.manifest import check_manifest, refuse_missing_folder
from services.rubrics.what_if import what_if
from services.runs.lease import refuse_beside_another
from services.upkeep.logs import start_logging
from services.upkeep.prefect_home import prepare_prefect

console = wide_console()
HELD = 3
"""Exit status of a run that did its work and whose scores are held."""
REFUSED = 4
"""Exit status of a run that took nothing of its manifest: every row was refused."""

Manifest = Annotated[
    str, typer.Argument(help="Table of calls: .csv, .xls, .xlsx or .parquet, a path or any fsspec URI.")
]
Recordings = Annotated[
    str | None,
    typer.Option(help="Folder the recordings lie in (path or URI).", show_default="the manifest's folder"),
]
Replace = Annotated[bool, typer.Option("--replace", help="Accept changed rows of calls that are already known.")]


def ingest(manifest: Manifest, recordings: Recordings = None, replace: Replace = False) -> None:
    """Take calls into the database, without transcribing them yet."""
    refuse_missing_folder(recordings)
    settings = load_settings()
    start_logging(settings.log)
    with open_rubric_set(settings) as rubric_set:
        intake = Intake(manifest, recordings, replace)
        _refuse_nothing_taken(run_night(rubric_set, "ingest", INGEST, in_this_process, console, intake))


def run(
    manifest: Annotated[
        str | None, typer.Argument(help="Calls to take in first; none: only finish what is there.")
    ] = None,
    recordings: Recordings = None,
    replace: Replace = False,
) -> None:
    """Do whatever is missing: ingest, transcribe, check, score, report. Without Prefect."""
    refuse_missing_folder(recordings)
    intake = Intake(manifest, recordings, replace) if manifest else None
    settings = load_settings()
    start_logging(settings.log)
    with open_rubric_set(settings, for_run=True) as rubric_set:
        _finish(run_night(rubric_set, "run", RUN, in_this_process, console, intake))


def nightly(manifest: Manifest, recordings: Recordings = None, replace: Replace = False) -> None:
    """The same as `run`, as a Prefect flow."""
    settings = load_settings()
    with open_rubric_set(settings) as (context, *_others):  # before Prefect starts, which would bury the answer
        check_manifest(manifest, recordings, settings.ingest, remembered_in(context.store))
        refuse_beside_another(context.store, context.zone)
    prepare_prefect(settings.home)
    with server_for(settings.flow, console):
        from flows.nightly import nightly as nightly_flow  # Prefect takes seconds to import; other commands do without

        counts = told_to_prefect(partial(nightly_flow, manifest, recordings, replace))
    if counts is None:
        console.print(_(GONE), style="red", highlight=False, soft_wrap=True)
        go_on_without(manifest, recordings, replace)
    with open_rubric_set(settings) as rubric_set:
        for context in rubric_set:
            _show_latest(context)
    if counts.get("held"):
        raise typer.Exit(HELD)
    if counts.get(NOTHING_TAKEN):
        _refuse_all()


def rescore(
    rubric: Rubric = None,
    try_out: Annotated[
        bool, typer.Option("--what-if", help="Store nothing; say which items, calls and agents would move.")
    ] = False,
    period: Annotated[
        str | None, typer.Option(help="With --what-if: only this month, e.g. 2026-11.", show_default="all")
    ] = None,
    csv: Annotated[Path | None, typer.Option(help="With --what-if: write every compared call to this file.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="With --what-if: print JSON.")] = False,
) -> None:
    """Score all calls again under another rubric: no speech recognition, and only checks that are new."""
    if try_out:
        if rubric is None:
            raise ConfigError("what_if.no_draft")
        with open_rubric_set(load_settings()) as rubric_set:
            month = choose_period(rubric_set[0], period) if period else None
            draft = draft_context(rubric_set, rubric)
            with calls_file(csv) as write_call:
                answer = what_if(rubric_set, draft, month, write_call)
            print_answer(answer, print_what_if, as_json, console)
        return
    if period or csv or as_json:
        raise ConfigError("what_if.rescore_is_of_all")
    settings = load_settings(rubric=rubric)
    start_logging(settings.log)
    with open_rubric_set(settings, for_run=True) as rubric_set:
        _finish(run_night(rubric_set, "rescore", RESCORE, in_this_process, console))


def report(period: Period = None, rubric: Rubric = None) -> None:
    """Print a month's scores per agent and the worst evidence; write CSV and XLSX."""
    with open_rubric_set(load_settings(rubric=rubric)) as rubric_set:
        period = choose_period(rubric_set[0], period)
        for context in rubric_set:
            write_report(context, period)
            _show(context, period)


def schedule(
    manifest: Manifest,
    recordings: Recordings = None,
    cron: Annotated[str, typer.Option(help="When to run.")] = "0 1 * * *",
    port: Annotated[
        int, typer.Option(help="Of the Prefect server that is started when PREFECT_API_URL names none.")
    ] = 4200,
) -> None:
    """Run every night on this machine, until stopped."""
    settings = load_settings()
    with open_rubric_set(settings) as (context, *_others):
        check_manifest(manifest, recordings, settings.ingest, remembered_in(context.store))
    prepare_prefect(settings.home)
    serve_nightly(settings, manifest, recordings, cron, port, console)


def _finish(reports: list[RunReport]) -> None:
    """All work is done and kept, yet whoever watches the exit status must come and look at held scores."""
    for report in reports:
        _show_latest(report.context)
    if any(report.held for report in reports):
        console.print(_("scores are held, see above or: callqa release"), style="red", highlight=False)
        raise typer.Exit(HELD)
    _refuse_nothing_taken(reports)


def _refuse_nothing_taken(reports: list[RunReport]) -> None:
    if any(report.ingest and report.ingest.nothing_taken for report in reports):
        _refuse_all()


def _refuse_all() -> NoReturn:
    console.print(_("not a single call was taken in: every row of the manifest was refused"), style="red")
    raise typer.Exit(REFUSED)


def _show_latest(context: RubricContext) -> None:
    """What was found, to somebody who looks on. Elsewhere the output of a run is a log, and that quotes nobody."""
    period = choose_period(context)
    if console.is_terminal:
        _show(context, period)
    else:
        _show_places(context, period)


def _show(context: RubricContext, period: str) -> None:
    print_report(context, period_tables(context, period), console)
    _show_places(context, period)


def _show_places(context: RubricContext, period: str) -> None:
    if (path := report_path(context, period)).exists():
        console.print(f"{padded(_('report'))}{path}", highlight=False, soft_wrap=True)
    console.print(f"{padded(_('database'))}{context.store.url}", highlight=False, soft_wrap=True)
