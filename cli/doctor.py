"""`callqa doctor`: is everything there that a night needs?"""

import json
from collections.abc import Iterable
from dataclasses import asdict

import typer

from callqa.errors import ConfigError
from callqa.settings import load_settings
from cli.options import AsJson
from services.console import wide_console
from services.upkeep.checkup import checkup
from services.upkeep.diagnosis import Diagnosis, worst

console = wide_console()
STYLES = {"ok": "green", "warn": "yellow", "fail": "bold red"}


def doctor(as_json: AsJson = False) -> None:
    """Look at everything a night needs, and say how to mend what is wrong.

    Changes nothing. The exit status is 1 when something has to be mended before the next night.
    """
    done: list[Diagnosis] = []
    for found in _rounds():
        done.append(found)
        if not as_json:
            _print(found)  # at once: the database may take a while
    if as_json:
        typer.echo(
            json.dumps({"level": worst(done), "checks": [asdict(one) for one in done]}, ensure_ascii=False, indent=1)
        )
    if worst(done) == "fail":
        raise typer.Exit(1)


def _rounds() -> Iterable[Diagnosis]:
    try:
        settings = load_settings()
    except ConfigError as error:
        return [
            Diagnosis("settings", "fail", str(error), "correct it; the rest is looked at when settings can be read")
        ]
    return checkup(settings)


def _print(one: Diagnosis) -> None:
    console.print(one.level.ljust(5), style=STYLES[one.level], end="")
    console.print(f"{one.area:12}{one.found}", highlight=False, soft_wrap=True)
    if one.fix:
        console.print(f"{'':17}-> {one.fix}", highlight=False, soft_wrap=True)
