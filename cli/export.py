"""`callqa export`: a month, or some days, as files for people and for programs."""

import json
from pathlib import Path
from typing import Annotated

import typer

from callqa.errors import ConfigError
from callqa.messages import terminal_text as _
from callqa.people import Language
from callqa.settings import load_settings
from callqa.yaml_file import did_you_mean
from cli.audit_entry import log_action
from cli.options import Rubric
from cli.period import choose_days
from reports.export import FORMATS, rubric_folder, write_export
from reports.tables.layout import json_schema
from services.console import padded, wide_console
from services.context import open_rubric_set

console = wide_console()


def export(
    period: Annotated[
        str | None, typer.Option(help="A month, e.g. 2026-11.", show_default="the last one with calls")
    ] = None,
    since: Annotated[str | None, typer.Option(help="First day, e.g. 2026-11-01; with --until.")] = None,
    until: Annotated[str | None, typer.Option(help="Last day.")] = None,
    team: Annotated[str | None, typer.Option(help="Only this team.")] = None,
    rubric: Rubric = None,
    formats: Annotated[
        list[str] | None,
        typer.Option(
            "--format", help="xlsx, csv, parquet, json, html; may be given several times.", show_default="xlsx"
        ),
    ] = None,
    mask: Annotated[
        bool, typer.Option("--mask/--no-mask", help="Asterisks for names, numbers and addresses in what was said.")
    ] = True,
    language: Annotated[
        Language,
        typer.Option(help="Of the workbook, CSV files and teams' pages; what people said stays Chinese."),
    ] = "zh",
    schema: Annotated[
        bool, typer.Option("--schema", help="Print what the JSON files hold, as JSON Schema, and write no file.")
    ] = False,
    out: Annotated[
        Path | None, typer.Option(help="Folder for the files.", show_default="HOME/reports/PERIOD/RUBRIC")
    ] = None,
) -> None:
    """Write scores, evidence and reviews as a workbook, CSV, Parquet, JSON, and a page for each team."""
    wanted = {format_ for format_ in FORMATS if format_ in (formats or ["xlsx"])}
    for name in formats or ():
        if name not in FORMATS:
            raise ConfigError("export.format_unknown", format=name, hint=did_you_mean(name, FORMATS))
    if (since is None) != (until is None):
        raise ConfigError("period.half")
    with open_rubric_set(load_settings(rubric=rubric)) as rubric_set:
        if schema:
            for context in rubric_set:
                typer.echo(json.dumps(json_schema(context.rubric), ensure_ascii=False))
            return
        days = choose_days(rubric_set[0], period, since, until)
        by = ", ".join(sorted(wanted)) + ("" if mask else " --no-mask")
        asked = {"since": f"{days.first or ''}", "until": f"{days.last or ''}", "team": team or "", "by": by}
        log_action(
            rubric_set[0].store, "calls_exported", detail={name: value for name, value in asked.items() if value}
        )
        for context in rubric_set:
            folder = out / rubric_folder(context) if out and len(rubric_set) > 1 else out
            paths = write_export(context, days, wanted, team=team, out=folder, masked=mask, language=language)
            if not paths:
                nothing = _(
                    "{days} has no scored calls, so no file was written; where calls are not scored yet, run: "
                    "callqa run",
                    days=days.words,
                )
                console.print(nothing, highlight=False)
            for path in paths:
                console.print(f"{padded(_('written'))}{path}", highlight=False, soft_wrap=True, markup=False)
