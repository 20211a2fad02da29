"""`callqa eval`, `eval-speech`, `eval-category`: how good the machine is, on what people labelled."""

from functools import partial
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from callqa.errors import ConfigError
from callqa.messages import Joined
from callqa.settings import load_settings
from cli.evaluation_tables import print_category_evaluation, print_evaluation, print_speech_evaluation
from cli.options import AsJson
from cli.output import print_answer
from flows.night import recognise
from services.console import wide_console
from services.evaluation.calls import evaluate_folder
from services.evaluation.category import evaluate_category
from services.evaluation.floors import read_floors, shortfalls
from services.evaluation.speech import evaluate_speech

console = wide_console()


def eval_calls(
    folder: Annotated[
        Path, typer.Argument(help="manifest.csv, audio/ and truth/*.json; or a folder of such folders, one an author.")
    ],
    from_truth: Annotated[
        bool, typer.Option("--from-truth", help="Check the true turns; no speech recognition.")
    ] = False,
    confusions: Annotated[
        bool, typer.Option("--confusions", help="List every label that the checks answered otherwise, with the quote.")
    ] = False,
    fail_under: Annotated[
        Path | None, typer.Option(help="YAML file with floors; exit with 1 when a figure falls short.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Measure every item and the transcripts against labelled calls."""
    floors = read_floors(fail_under) if fail_under else None  # a mistake in it should not wait for the transcripts
    transcribe = None if from_truth else partial(recognise, console=Console(stderr=True))
    result = evaluate_folder(load_settings(), folder, transcribe)
    print_answer(result, partial(print_evaluation, confusions=confusions), as_json, console)
    if floors and (short := shortfalls(result.figures, floors, result.missing)):
        raise ConfigError("evaluation.short", shortfalls=Joined(short, "\n"))


def eval_speech(
    folder: Annotated[Path, typer.Argument(help="manifest.csv (columns file, transcript) and the files it names.")],
    telephone: Annotated[
        bool, typer.Option("--telephone", help="Send the sound through a telephone line first: 300-3400 Hz, 8 kHz.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Measure speech recognition on clips with transcripts, with and without repair."""
    result = evaluate_speech(load_settings().asr, folder, telephone, Console(stderr=True))
    print_answer(result, print_speech_evaluation, as_json, console)


def eval_category(
    file: Annotated[Path, typer.Argument(help="CSV with label and text, or label, subject and body.")],
    taxonomy: Annotated[str, typer.Option(help="Name of a shipped taxonomy, or a YAML file.")] = "petition",
    model: Annotated[
        str, typer.Option(help='A shipped model, or a folder of `callqa train category`; "": words alone.')
    ] = "category",
    as_json: AsJson = False,
) -> None:
    """Measure how often the first level of the category is named right."""
    result = evaluate_category(file, model, taxonomy, Console(stderr=True))
    print_answer(result, print_category_evaluation, as_json, console)
