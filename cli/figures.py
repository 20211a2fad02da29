"""`callqa figures`: means, ranks, trends and case mix of agents, teams, categories or lines."""

import json
from dataclasses import asdict
from pathlib import Path
from typing import Annotated, Any, Literal

import pandas as pd
import typer

from callqa.days import Days
from callqa.errors import ConfigError, system_problem
from callqa.messages import Message
from callqa.messages import terminal_text as _
from callqa.settings import load_settings
from cli.figure_rows import PERIODS, Row, figure_row, mix_row, named, open_row, standing_row, trend_row
from cli.options import AsJson, Rubric
from cli.output import rich_table
from cli.period import choose_days
from reports.frames.files import write_csv
from scoring.figures import Per
from services.console import wide_console
from services.context import open_rubric_set
from services.figures.summary import Summary, summarise, weakest

console = wide_console()

Grouping = Annotated[Literal["agent", "team", "category", "line"], typer.Option(help="What to group the calls by.")]
Split = Annotated[Literal["day", "week", "month"] | None, typer.Option("--per", help="Divide each group by time, too.")]
Month = Annotated[
    str | None,
    typer.Option(
        "--period",
        help="A month, e.g. 2026-11.",
        show_default="the last one with calls; all with --per month or --trend",
    ),
]


def figures(
    by: Grouping = "agent",
    per: Split = None,
    period: Month = None,
    since: Annotated[str | None, typer.Option(help="First day, e.g. 2026-11-03, instead of --period.")] = None,
    until: Annotated[str | None, typer.Option(help="Last day.")] = None,
    ranked: Annotated[bool, typer.Option("--rank", help="Add ranks, with ties, and sort by them.")] = False,
    trend: Annotated[
        bool, typer.Option("--trend", help="Whether scores go up or down, per month or as --per says.")
    ] = False,
    case_mix: Annotated[
        bool, typer.Option("--case-mix", help="Add what an average agent scores on such calls.")
    ] = False,
    as_json: AsJson = False,
    csv: Annotated[Path | None, typer.Option(help="Also write the table to this file.")] = None,
    rubric: Rubric = None,
) -> None:
    """Print what the scores say of agents, teams, categories or lines, and how sure that is."""
    if per and (ranked or case_mix) and not trend:
        raise ConfigError("figures.rank_with_per")
    if trend and (ranked or case_mix):
        raise ConfigError("figures.trend_apart")
    with open_rubric_set(load_settings(rubric=rubric)) as rubric_set:
        over_months = (trend or per == "month") and not (period or since or until)
        days = Days() if over_months else choose_days(rubric_set[0], period, since, until)
        summaries = [summarise(context, days, by) for context in rubric_set]
        if trend:
            tables = [_trend_rows(summary, per or "month") for summary in summaries]
        else:
            tables = [_rows(summary, per, ranked, case_mix) for summary in summaries]
        if as_json:
            answer = [_as_json(summary, days, per, ranked, trend, case_mix) for summary in summaries]
            typer.echo(json.dumps(answer, ensure_ascii=False, indent=1))
        else:
            for summary, rows in zip(summaries, tables, strict=True):
                _print(summary, days, rows, trend)
        if csv:
            _write(csv, summaries, tables)


def _rows(summary: Summary, per: Per | None, ranked: bool, case_mix: bool) -> list[Row]:
    figures = summary.figures(per)
    standings = {standing.names: standing for standing in summary.standings()} if ranked else {}
    mixes = {mix.names: mix for mix in summary.mixes()} if case_mix else {}
    places = {names: place for place, names in enumerate(standings)}
    return [
        {
            **(standing_row(standings.get(figure.names)) if ranked else {}),
            **named(summary.by, figure.names),
            **({PERIODS[per]: figure.period} if per else {}),
            **figure_row(figure),
            **(mix_row(mixes.get(figure.names)) if case_mix else {}),
            **({} if ranked or case_mix else open_row(figure)),
            **({} if ranked or case_mix or per else {"最弱项目": weakest(figure, summary.context.rubric.titles)}),
        }
        for figure in sorted(figures, key=lambda figure: places.get(figure.names, len(places)))
    ]


def _trend_rows(summary: Summary, per: Per) -> list[Row]:
    return [{**named(summary.by, trend.names), **trend_row(trend, per)} for trend in summary.trends(per)]


def _print(summary: Summary, days: Days, rows: list[Row], trend: bool) -> None:
    rubric = Message("rubric {id} {version}", id=summary.context.rubric.id, version=summary.context.rubric.version)
    if rows:
        what = Message("趋势") if trend else Message("figures")
        title = Message("{what} {days} ({rubric})", what=what, days=days.words, rubric=rubric)
        console.print(rich_table(title, pd.DataFrame(rows)))
    elif trend and len(summary.calls):
        text = _(
            "{rubric}: fewer than two periods have a total, so there is nothing to compare; take a shorter --per, or "
            "more time",
            rubric=rubric,
        )
        console.print(text)
    else:
        text = _(
            "{rubric}: {days} has no scored calls; where calls are not scored yet, run: callqa run",
            rubric=rubric,
            days=days.words,
        )
        console.print(text)
    if summary.n_held:
        console.print(_("calls whose scores are held, in no figure: {n}; see callqa release", n=summary.n_held))


def _write(path: Path, summaries: list[Summary], tables: list[list[Row]]) -> None:
    """All rubrics' rows in one file; with several rubrics the first column says which."""
    rows = [
        ({"评分表": f"{summary.context.rubric.id} {summary.context.rubric.version}"} if len(summaries) > 1 else {})
        | row
        for summary, table in zip(summaries, tables, strict=True)
        for row in table
    ]
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        write_csv(pd.DataFrame(rows), path)
    except OSError as error:
        raise ConfigError("file.not_written", path=path, why=system_problem(error)) from error


def _as_json(
    summary: Summary, days: Days, per: Per | None, ranked: bool, trend: bool, case_mix: bool
) -> dict[str, Any]:
    def of_group(group_figures: Any) -> dict[str, Any]:
        values = asdict(group_figures)
        return dict(zip(summary.by, values.pop("names"), strict=True)) | values

    return {
        "rubric_id": summary.context.rubric.id,
        "rubric_version": summary.context.rubric.version,
        "since": days.first and str(days.first),
        "until": days.last and str(days.last),
        "n_held": summary.n_held,
        "figures": [of_group(figures) for figures in summary.figures((per or "month") if trend else per)],
        **({"standings": [of_group(standing) for standing in summary.standings()]} if ranked else {}),
        **({"case_mix": [of_group(mix) for mix in summary.mixes()]} if case_mix else {}),
        **(
            {"trends": [of_group(trend) | {"direction": trend.direction} for trend in summary.trends(per or "month")]}
            if trend
            else {}
        ),
    }
