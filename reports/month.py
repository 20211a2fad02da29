"""The month's report: printed, and written as CSV and XLSX."""

from collections.abc import Sequence
from pathlib import Path

import pandas as pd
from rich.console import Console

from callqa.days import Days
from callqa.errors import ConfigError
from reports.console import rich_table
from reports.period_tables import PeriodTables
from reports.write import export_folder, write_export
from services.context import Run
from store.calls import pending, read, write

QUOTED = 40  # characters of a quote in the terminal; the files have all
SHOWN = 20  # rows of a table in the terminal, likewise


def choose_period(run: Run, wanted: str | None = None) -> str:
    """The month that is wanted, or the last one with calls. Raises `ConfigError` when it has none."""
    with run.store.read() as connection:
        periods = read.periods(connection)
    if not periods:
        raise ConfigError("there are no calls yet; take some in with: callqa run MANIFEST")
    if wanted and wanted not in periods:
        raise ConfigError(f"there are no calls in {wanted!r}; months with calls: {', '.join(periods)}")
    return wanted or periods[-1]


def choose_days(run: Run, period: str | None, since: str | None, until: str | None) -> Days:
    """What ``--period``, or ``--since`` and ``--until``, ask for; else the last month with calls."""
    if period and (since or until):
        raise ConfigError("give --period, or --since and --until, not both")
    return Days.between(since, until) if since or until else Days.of_month(choose_period(run, period))


def report_path(run: Run, period: str) -> Path:
    """Where the month's workbook lies, with its CSV files beside it."""
    return export_folder(run, Days.of_month(period)) / f"callqa-{period}.xlsx"


def write_report(run: Run, period: str) -> None:
    """Writes the workbook and the CSV files of the month."""
    write_export(run, Days.of_month(period), {"xlsx", "csv"})


def write_changed_reports(run: Run) -> None:
    """Those of the months whose scores are not the ones their reports were written from.

    Only what is written is remembered as written, so a run that dies here leaves the rest to the next one.
    """
    with run.store.read() as connection:
        changed = pending.to_report(connection, run.keys)
    for period, stamp in changed.items():
        write_report(run, period)
        with run.store.write() as connection:
            write.stamp_month(connection, period, run.keys.rubric_key, stamp)


def write_all_changed_reports(book: Sequence[Run]) -> None:
    """Those of every rubric."""
    for run in book:
        write_changed_reports(run)


def print_report(run: Run, tables: PeriodTables, console: Console) -> None:
    """The agents' scores and the worst evidence. Of many agents those who are most surely low, the lowest first."""
    if tables.n_held:
        held = f"{tables.period} 有 {tables.n_held} 通电话的得分暂缓发布，未计入报表；原因与发布方法见 callqa release"
        console.print(held, style="red", highlight=False)
    if tables.agents.empty:
        if not tables.n_held:
            console.print(f"{tables.period} 没有已评分的通话；请运行 callqa run")
        _print_failures(tables.failures, console)
        return
    _print_agents(f"坐席得分 {tables.period}（评分表 {run.rubric.id} {run.rubric.version}）", tables.agents, console)
    if tables.worst.empty:
        waiting = sum(tables.agents["待复核"])
        console.print(f"没有判为不合格的项目；{waiting} 通电话待复核。" if waiting else "没有不合格项目。")
    else:
        shown = tables.worst.assign(原话=tables.worst["原话"].map(_shortened))
        console.print(rich_table(f"最严重的问题（前 {len(shown)} 条，共 {tables.n_violations} 条）", shown))
    _print_failures(tables.failures, console)


def _print_agents(title: str, agents: pd.DataFrame, console: Console) -> None:
    if len(agents) <= SHOWN:
        console.print(rich_table(title, agents))
        return
    by_height = agents.sort_values(["上限", "平均分"], kind="stable", na_position="last")
    console.print(rich_table(f"{title}：得分上限最低的 {SHOWN} 名", by_height[:SHOWN]))
    console.print(f"… 其余 {len(agents) - SHOWN} 名坐席见报表", highlight=False)


def _print_failures(found: pd.DataFrame, console: Console) -> None:
    if len(found):
        console.print(rich_table("未能处理", found[:SHOWN]))
    if len(found) > SHOWN:
        console.print(f"… 其余 {len(found) - SHOWN} 条见 callqa failures", highlight=False)


def _shortened(quote: str) -> str:
    return quote if len(quote) <= QUOTED else quote[: QUOTED - 1] + "…"
