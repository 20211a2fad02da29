"""`callqa doctor`: is everything there that a night needs?"""

import json
from collections.abc import Iterable

import typer

from callqa.errors import ConfigError
from callqa.messages import Message, terminal_language
from callqa.messages import terminal_text as _
from callqa.settings import load_settings
from cli.options import AsJson
from services.console import padded, wide_console
from services.upkeep.checkup import checkup
from services.upkeep.diagnosis import Diagnosis, Level, worst

console = wide_console()
LEVELS: dict[Level, Message] = {"ok": Message("ok"), "warn": Message("warn"), "fail": Message("fail")}
AREAS = {
    "settings": Message("settings"),
    "environment": Message("environment"),
    "weights": Message("weights"),
    "database": Message("database"),
    "disk": Message("disk"),
    "clock": Message("clock"),
    "permissions": Message("permissions"),
    "judge": Message("judge"),
    "prefect": Message("prefect"),
}
LEVEL_WIDTH, AREA_WIDTH = 5, 12
"""Columns of a terminal."""
STYLES = {"ok": "green", "warn": "yellow", "fail": "bold red"}


def doctor(as_json: AsJson = False) -> None:
    """Look at everything a night needs, and say how to mend what is wrong.

    Changes nothing. The exit status is 1 when something has to be mended before the next night.
    """
    done: list[Diagnosis] = []
    for diagnosis in _rounds():
        done.append(diagnosis)
        if not as_json:
            _print(diagnosis)  # at once: the database may take a while
    if as_json:
        typer.echo(
            json.dumps(
                {"level": worst(done), "checks": [diagnosis.as_dict() for diagnosis in done]},
                ensure_ascii=False,
                indent=1,
            )
        )
    if worst(done) == "fail":
        raise typer.Exit(1)


def _rounds() -> Iterable[Diagnosis]:
    try:
        settings = load_settings()
    except ConfigError as error:
        fix = Message("correct it; the rest is looked at when settings can be read")
        return [Diagnosis("settings", "fail", error.message, fix)]
    return checkup(settings)


def _print(diagnosis: Diagnosis) -> None:
    language = terminal_language()
    console.print(padded(_(LEVELS[diagnosis.level]), LEVEL_WIDTH), style=STYLES[diagnosis.level], end="")
    area = padded(_(AREAS[diagnosis.area]), AREA_WIDTH)
    console.print(f"{area}{diagnosis.found.with_advice(language)}", highlight=False, soft_wrap=True)
    if diagnosis.fix:
        fix = f"{'':{LEVEL_WIDTH + AREA_WIDTH}}-> {diagnosis.fix.text(language)}"
        console.print(fix, highlight=False, soft_wrap=True)
