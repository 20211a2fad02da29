"""An export of some days: the tables in the formats that were asked for, and a page for each team."""

import re
from collections.abc import Callable, Iterable, Sequence, Set
from datetime import UTC, datetime
from pathlib import Path
from typing import Literal, get_args

from callqa.days import Days
from callqa.errors import NO_ROOM, ConfigError, system_problem
from callqa.messages import NONE, Message, words
from callqa.people import Language
from reports.formats.sinks import CsvSink, JsonSink, ParquetSink, Sink, write_tables
from reports.formats.workbook import SYMBOLS, WorkbookSink
from reports.results import Results, gather
from reports.tables.rows import export_tables
from reports.team_page.build import team_report
from reports.team_page.page import HOW_TO_READ, team_page
from reports.team_page.report import TeamReport
from services.context import RubricContext
from services.new_files import NewFiles, new_files
from services.wording import NO_TEAM, VERDICTS

Format = Literal["xlsx", "csv", "parquet", "json", "html"]
FORMATS: tuple[Format, ...] = get_args(Format)
NOT_IN_NAMES = re.compile(r"[^\w-]+")
NAME_LENGTH = 60


def write_export(
    context: RubricContext,
    days: Days,
    formats: Set[Format],
    *,
    team: str | None = None,
    out: Path | None = None,
    masked: bool = True,
    language: Language = "zh",
) -> tuple[Path, ...]:
    """The files that were written; all of them appear, or none. Raises `ConfigError` for a team without calls.

    ``masked``: names, numbers and addresses are asterisks in all that was said or written. ``language``: of the
    workbook, of CSV files and of teams' pages; what programs read is the same in any.

    Without any score nothing is written: while calls wait to be scored anew, the files of the old scores stay.
    """
    results, made_at = gather(context, days), datetime.now(UTC).astimezone(context.zone).replace(microsecond=0)
    team = "" if team == NO_TEAM else team
    if team is not None and team not in results.teams:
        known = [name or NO_TEAM for name in results.teams]
        raise ConfigError("report.team_unknown", team=team, days=days.slug, teams=known or NONE)
    if results.everyone is None and not results.held:
        return ()
    folder = out or export_folder(context, days, team)
    try:
        with new_files() as files:
            if sinks := _sinks(results, files, folder, formats, team, language):
                write_tables(export_tables(results, team, made_at, masked=masked), sinks)
            if "html" in formats:
                teams = [team] if team is not None else results.teams
                reports = (team_report(results, name, made_at, masked=masked) for name in teams)
                _write_pages(files, folder, reports, language)
    except OSError as error:
        facts = {"folder": str(folder), "why": system_problem(error)}
        if error.errno in NO_ROOM:
            raise ConfigError("report.no_room", **facts) from error
        raise ConfigError("report.not_written", **facts) from error
    return files.paths


def export_folder(context: RubricContext, days: Days, team: str | None = None) -> Path:
    """Another rubric has another folder, and so has a team's own export."""
    folder = context.settings.home / "reports" / days.slug / rubric_folder(context)
    return folder if team is None else folder / safe_name(team or NO_TEAM)


def rubric_folder(context: RubricContext) -> str:
    """The folder's name; another version has another."""
    return f"{context.rubric.id}-{context.rubric.version}"


def safe_name(name: str) -> str:
    """What people called something, as part of a file's name.

    >>> safe_name("../夜班 1组")
    '_夜班_1组'
    """
    return NOT_IN_NAMES.sub("_", name)[:NAME_LENGTH]


def _sinks(
    results: Results, files: NewFiles, folder: Path, formats: Set[Format], team: str | None, language: Language
) -> list[Sink]:
    context, days = results.context, results.days
    about = {
        "period": days.slug,
        "rubric_id": context.rubric.id,
        "rubric_version": context.rubric.version,
        "team": team or "",
    }
    name = f"callqa-{days.slug}"
    title, how_to_read = title_of(results, team, language), notes(language)
    makers: dict[str, Callable[[], Sink]] = {
        "xlsx": lambda: WorkbookSink(files, folder / f"{name}.xlsx", title, how_to_read, context.zone, language),
        "csv": lambda: CsvSink(files, folder, context.zone, language),
        "parquet": lambda: ParquetSink(files, folder, context.zone, about),
        "json": lambda: JsonSink(files, folder / f"{name}.json", about | {"team": team}),
    }
    return [make() for format_, make in makers.items() if format_ in formats]


def title_of(results: Results, team: str | None, language: Language) -> str:
    """What stands above the workbook's first sheet, and on each page of paper."""
    rubric, say = results.context.rubric, words(language)
    title = say(rubric.title)
    about = title if team is None else f"{team or say(NO_TEAM)} · {title}"
    facts = {"days": results.days.words, "about": about, "version": rubric.version}
    return say(Message("通话质量 {days}（{about} {version}）", **facts))


def notes(language: Language) -> Sequence[tuple[str, str]]:
    """What the first sheet tells its reader."""
    say = words(language)
    symbols = "  ".join(f"{symbol} {say(VERDICTS[verdict])}" for verdict, symbol in SYMBOLS.items())
    numbered = ((say("说明 {n}", n=n), say(note)) for n, note in enumerate(HOW_TO_READ, start=1))
    return [(say("符号"), symbols), *numbered]


def _write_pages(files: NewFiles, folder: Path, reports: Iterable[TeamReport], language: Language) -> None:
    taken: set[str] = set()
    for report in reports:
        name = safe_name(report.team or NO_TEAM)
        while name in taken:
            name += "_"
        taken.add(name)
        files.at(folder / f"team-{name}.html").write_text(team_page(report, language), encoding="utf-8", newline="\n")
