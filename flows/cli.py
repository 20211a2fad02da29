"""The command line. Each command is a thin face over a function that could be called from anywhere."""

import json
import os
import sys
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Annotated, Any, Protocol, TypeVar

import typer
from rich.console import Console

from callqa.errors import CallQAError, ConfigError
from callqa.settings import load_settings
from flows.commands.appeal import appeal_app
from flows.commands.calibrate import calibrate_app
from flows.commands.export import export
from flows.commands.failures import failures_app
from flows.commands.figures import figures
from flows.commands.golden import golden_app
from flows.commands.queue import queue_app
from flows.commands.release import release
from flows.commands.review import review_app
from flows.commands.rubric import rubric_app
from flows.commands.sample import sample_app
from flows.commands.train import train_app
from flows.commands.training import training_app
from flows.commands.trust import trust_app
from flows.conductor import NIGHT, RESCORE, Intake, RunReport, conduct_book, in_this_process
from flows.console import wide_console
from flows.intake.manifest import check_manifest
from flows.prefect_home import prepare_prefect
from flows.report import choose_period, print_report, report_path, write_reports
from flows.tables import period_tables
from flows.wiring import Run, open_book, run_for

app = typer.Typer(
    name="callqa",
    help="Inspect every call of a citizen hotline: transcripts, checks, scores, and the evidence for every verdict.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
app.add_typer(failures_app, name="failures")
app.add_typer(train_app, name="train")
app.add_typer(rubric_app, name="rubric")
app.add_typer(golden_app, name="golden")
app.command()(release)
app.command()(export)
app.add_typer(trust_app, name="trust")
app.command()(figures)
app.add_typer(calibrate_app, name="calibrate")
app.add_typer(review_app, name="review")
app.add_typer(queue_app, name="queue")
app.add_typer(appeal_app, name="appeal")
app.add_typer(training_app)
app.add_typer(sample_app, name="sample")
console = wide_console()
HELD = 3
"""Exit status of a run that did its work and whose scores are held."""

Manifest = Annotated[str, typer.Argument(help="Table of calls: .csv, .xlsx or .parquet, a path or any fsspec URI.")]
Recordings = Annotated[
    str | None,
    typer.Option(help="Folder the recordings lie in (path or URI).", show_default="the manifest's folder"),
]
Replace = Annotated[bool, typer.Option("--replace", help="Accept changed rows of calls that are already known.")]
Rubric = Annotated[
    str | None,
    typer.Option(
        help="Id of a shipped rubric, or a YAML file; several with commas.", show_default="the settings' rubric"
    ),
]
Period = Annotated[str | None, typer.Option(help="A month, e.g. 2026-11.", show_default="the last one with calls")]


@app.callback()
def set_home(
    home: Annotated[
        Path | None, typer.Option(help="Where database and reports go.", show_default="CALLQA_HOME or callqa-data")
    ] = None,
) -> None:
    if home:
        os.environ["CALLQA_HOME"] = str(home.absolute())  # noqa: TID251  # workers started from here inherit it


@app.command()
def ingest(manifest: Manifest, recordings: Recordings = None, replace: Replace = False) -> None:
    """Take calls into the database, without transcribing them yet."""
    with open_book(load_settings()) as book:
        conduct_book(book, "ingest", (), in_this_process, console, Intake(manifest, recordings, replace))


@app.command()
def run(
    manifest: Annotated[
        str | None, typer.Argument(help="Calls to take in first; none: only finish what is there.")
    ] = None,
    recordings: Recordings = None,
    replace: Replace = False,
) -> None:
    """Do whatever is missing: ingest, transcribe, check, score, report. Without Prefect."""
    intake = Intake(manifest, recordings, replace) if manifest else None
    with open_book(load_settings()) as book:
        _finish(conduct_book(book, "run", NIGHT, in_this_process, console, intake))


@app.command()
def nightly(manifest: Manifest, recordings: Recordings = None, replace: Replace = False) -> None:
    """The same as `run`, as a Prefect flow."""
    settings = load_settings()
    check_manifest(manifest, settings.ingest)  # before Prefect starts, which would bury the answer
    prepare_prefect(settings.home)
    from flows.nightly import nightly as nightly_flow  # Prefect takes seconds to import; other commands do without

    counts = nightly_flow(manifest, recordings, replace)
    with open_book(settings) as book:
        for opened in book:
            _show_latest(opened)
    if counts.get("held"):
        raise typer.Exit(HELD)


@app.command()
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
        from flows.rubrics.what_if import print_what_if, what_if

        if rubric is None:
            raise ConfigError("name the draft to try out: callqa rescore --rubric FILE --what-if")
        with open_book(load_settings()) as book:
            answer = what_if(book, rubric, choose_period(book[0], period) if period else None, csv)
            _answer(answer, print_what_if, as_json)
        return
    if period or csv or as_json:
        raise ConfigError("--period, --csv and --json belong to --what-if; a rescore is of all calls")
    with open_book(load_settings(rubric=rubric)) as book:
        _finish(conduct_book(book, "rescore", RESCORE, in_this_process, console))


@app.command()
def report(period: Period = None, rubric: Rubric = None) -> None:
    """Print a month's scores per agent and the worst evidence; write CSV and XLSX."""
    with open_book(load_settings(rubric=rubric)) as book:
        period = choose_period(book[0], period)
        for opened in book:
            write_reports(opened, [period])
            _show(opened, period)


@app.command()
def show(call_id: Annotated[str, typer.Argument(help="As in the manifest.")], rubric: Rubric = None) -> None:
    """Print one call: turns, findings with quotes and times, points."""
    from flows.show import show_call

    with open_book(load_settings(rubric=rubric)) as book:
        show_call(run_for(book, call_id), call_id, console)


@app.command("eval")
def evaluate(
    folder: Annotated[Path, typer.Argument(help="manifest.csv, audio/ and truth/*.json.")],
    from_truth: Annotated[
        bool, typer.Option("--from-truth", help="Check the true turns; no speech recognition.")
    ] = False,
    confusions: Annotated[
        bool, typer.Option("--confusions", help="List every label that the checks answered otherwise, with the quote.")
    ] = False,
    fail_under: Annotated[
        Path | None, typer.Option(help="YAML file with floors; exit with 1 when a figure falls short.")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """Measure every item and the transcripts against labelled calls."""
    from flows.evaluation.calls import evaluate_folder
    from flows.evaluation.floors import read_floors, shortfalls
    from flows.evaluation.tables import print_evaluation

    floors = read_floors(fail_under) if fail_under else None  # a mistake in it should not wait for the transcripts
    result = evaluate_folder(load_settings(), folder, from_truth, Console(stderr=True))
    _answer(result, partial(print_evaluation, confusions=confusions), as_json)
    if floors and (short := shortfalls(result.figures, floors, result.missing)):
        raise ConfigError("\n".join(short))


@app.command("eval-speech")
def evaluate_speech_command(
    folder: Annotated[Path, typer.Argument(help="manifest.csv (columns file, transcript) and the files it names.")],
    telephone: Annotated[
        bool, typer.Option("--telephone", help="Send the sound through a telephone line first: 300-3400 Hz, 8 kHz.")
    ] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """Measure speech recognition on clips with transcripts, with and without repair."""
    from flows.evaluation.speech import evaluate_speech, print_speech_evaluation

    result = evaluate_speech(load_settings().asr, folder, telephone, Console(stderr=True))
    _answer(result, print_speech_evaluation, as_json)


@app.command("eval-category")
def evaluate_category_command(
    file: Annotated[Path, typer.Argument(help="CSV with label and text, or label, subject and body.")],
    taxonomy: Annotated[str, typer.Option(help="Name of a shipped taxonomy, or a YAML file.")] = "petition",
    model: Annotated[
        str, typer.Option(help='A shipped model, or a folder of `callqa train category`; "": words alone.')
    ] = "category",
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """Measure how often the first level of the category is named right."""
    from flows.evaluation.category import evaluate_category, print_category_evaluation

    result = evaluate_category(file, model, taxonomy, Console(stderr=True))
    _answer(result, print_category_evaluation, as_json)


@app.command()
def schedule(
    manifest: Manifest,
    recordings: Recordings = None,
    cron: Annotated[str, typer.Option(help="When to run.")] = "0 1 * * *",
    port: Annotated[
        int, typer.Option(help="Of the Prefect server that is started when PREFECT_API_URL names none.")
    ] = 4200,
) -> None:
    """Run every night on this machine, until stopped."""
    from flows.schedule import serve_nightly

    settings = load_settings()
    check_manifest(manifest, settings.ingest)
    prepare_prefect(settings.home)
    serve_nightly(manifest, recordings, cron, settings.timezone, port, console)


class Measured(Protocol):
    """Figures that can be read by a program, too."""

    def as_dict(self) -> dict[str, Any]: ...


Figures = TypeVar("Figures", bound=Measured)


def _answer(result: Figures, as_tables: Callable[[Figures, Console], None], as_json: bool) -> None:
    if as_json:
        typer.echo(json.dumps(result.as_dict(), ensure_ascii=False, indent=1))
    else:
        as_tables(result, console)


def _finish(done: list[tuple[Run, RunReport]]) -> None:
    """Report. All work is done and kept, yet whoever watches the exit status must come and look at held scores."""
    for opened, report in done:
        write_reports(opened, report.months)
        _show_latest(opened)
    if any(report.held for _, report in done):
        console.print("scores are held, see above or: callqa release", style="red", highlight=False)
        raise typer.Exit(HELD)


def _show_latest(opened: Run) -> None:
    _show(opened, choose_period(opened))


def _show(opened: Run, period: str) -> None:
    print_report(opened, period_tables(opened, period), console)
    console.print(f"report    {report_path(opened, period)}", highlight=False, soft_wrap=True)
    console.print(f"database  {opened.store.url}", highlight=False, soft_wrap=True)


def main() -> None:
    """Entry point: what callqa refuses is one line on the error output, not a traceback."""
    try:
        app()
    except CallQAError as error:
        Console(stderr=True).print(f"callqa: {error}", style="red", markup=False, highlight=False, soft_wrap=True)
        sys.exit(1)
