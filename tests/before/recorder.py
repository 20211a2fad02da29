"""Answers of callqa over the store of before: to people at the desk, to programs, and to whoever types."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

from asked import COMMANDS_TYPED, IN_ENGLISH, PAGES
from fastapi.routing import APIRoute
from old_home import Home

from cli.commands import COMMANDS
from cli.main import load_command

NOW = "2026-12-02T09:30+08:00"
"""The morning after the last night; all is asked then."""
PERIOD = "2026-11"
JSON, TEXT = "application/json", "text/csv"
Answers = dict[str, Any]
"""By what was asked for."""


def commands() -> dict[str, Any]:
    """The options of each command, and which of its arguments have to be there."""
    names = sorted(COMMANDS)
    return dict(row for name in names for row in _command(name, load_command(name)))


def _command(name: str, command: Any) -> Iterator[tuple[str, Any]]:
    found = [one for one in command.params if one.param_type_name == "option"]
    options = sorted(option for one in found for option in (*one.opts, *one.secondary_opts))
    arguments = [one.required for one in command.params if one.param_type_name == "argument"]
    yield name, {"options": options, "arguments": arguments}
    for own, inner in getattr(command, "commands", {}).items():
        yield from _command(f"{name} {own}", inner)


def routes(home: Home) -> list[str]:
    """Every route, as ``GET /calls``. Routers may be nested in the application in whatever way."""
    with home.desk() as desk:
        found = _routes(desk.app.routes)
        return sorted(f"{method} {route.path}" for route in found for method in route.methods or ())


def _routes(some: Any) -> Iterator[APIRoute]:
    for route in some:
        if isinstance(route, APIRoute):
            yield route
        else:
            inner = getattr(route, "original_router", None) or route
            yield from _routes(getattr(inner, "routes", ()))


def answers(home: Home, name: str) -> Answers:
    """What somebody is told: the status, and the body where it is data."""
    with home.desk() as desk:
        keys = {version: key for _, version, key in stored_keys(home)["rubrics"]}
        person = desk.sign_in(name)
        return {
            path: _answer(person.get(path.replace("RUBRIC", keys["2026.1"]).replace("NEXT", keys["2026.2"])))
            for path in PAGES
        }


def _answer(response: Any) -> Any:
    kind = response.headers.get("content-type", "").partition(";")[0]
    if response.status_code == 200 and kind == JSON:
        return response.json()
    if response.status_code == 200 and kind == TEXT:
        return response.text
    return response.status_code


def typed(home: Home) -> dict[str, list[str]]:
    """What commands print, line by line, without blanks at the ends and without the lines of tables.

    What was read of calls was Chinese in every terminal then, so it is asked in Chinese now.
    """
    found = {}
    for command in COMMANDS_TYPED:
        language = "en" if command in IN_ENGLISH else "zh"
        told = home.typed(*command.split(), LANG=language).replace(str(home.folder), "HOME")
        found[command] = [
            " ".join(line.strip("│┃ ").split()) for line in told.splitlines() if line.strip("━─┏┓┡┩└┘┳╇┴┼ ")
        ]
    return found


def exports(home: Home, folder: Path) -> dict[str, str]:
    """The files of a month, masked and as they were said."""
    found = {}
    for mask in ("mask", "no-mask"):
        out = folder / mask
        formats = ("--format", "csv", "--format", "json")
        home.typed("export", "--period", PERIOD, *formats, "--out", str(out), f"--{mask}")
        found |= {f"{mask}/{path.relative_to(out)}": path.read_text(encoding="utf-8") for path in out.rglob("*.*")}
    return dict(sorted(found.items()))


STORED = {
    "engines": "SELECT engine_key FROM engine",
    "rubrics": "SELECT rubric_id, version, rubric_key FROM rubric",
    "checks": "SELECT check_id, check_key FROM check_version",
    "calls": "SELECT call_id, context_key, row_key FROM call",
    "transcripts": "SELECT sha256, channel, engine_key FROM transcript JOIN recording ON recording.id = recording_id "
    "JOIN engine ON engine.id = engine_id",
    "findings": "SELECT sha256, context_key, check_key, verdict FROM finding "
    "JOIN transcript ON transcript.id = transcript_id JOIN recording ON recording.id = recording_id "
    "JOIN check_version ON check_version.id = check_version_id",
    "scores": "SELECT call.call_id, call_score.context_key, checks_key, rubric_key, trust_key, total, verdicts "
    "FROM call_score JOIN call ON call.id = call_score.call_id JOIN rubric ON rubric.id = call_score.rubric_id",
}
"""By which a night knows what is done. Where a table is split or renamed, its question here follows."""


def stored_keys(home: Home) -> dict[str, list[list[Any]]]:
    with closing(sqlite3.connect(home.folder / "callqa.db")) as c:
        return {name: sorted(map(list, c.execute(question)), key=str) for name, question in STORED.items()}
