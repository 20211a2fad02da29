"""The month as `callqa run` and `callqa report` print it: agents, the heaviest violations, failures."""

from dataclasses import dataclass

import pandas as pd
from rich.console import Console

from callqa.clock import padded_clock
from callqa.days import Days
from cli.figure_rows import agent_rows
from cli.output import rich_table
from reports.tables.layout import FAILURES
from reports.tables.rows import failure_rows
from services.calls.evidence import EvidenceRow, heaviest
from services.context import RubricContext
from services.figures.summary import summarise
from services.wording import NO_TEAM

QUOTED = 40  # characters of a quote in the terminal; the files have all
SHOWN = 20  # rows of a table in the terminal, likewise
WORST = 10
TEAM = "班组"
WORST_COLUMNS = ["工号", "通话编号", "项目", "扣分", "一票否决", "时间", "原因", "原话"]
FAILURE_COLUMNS = {column.name: column.heading for column in FAILURES.columns}


@dataclass(frozen=True)
class PeriodTables:
    """What the terminal shows of one month."""

    period: str
    agents: pd.DataFrame
    worst: pd.DataFrame
    """The heaviest violations, `WORST` at most."""
    n_violations: int
    failures: pd.DataFrame
    n_held: int = 0
    """Scores that are in no table because they are not published."""


def period_tables(context: RubricContext, period: str) -> PeriodTables:
    """The tables of ``period``, a month such as 2026-11."""
    days = Days.of_month(period)
    summary, worst = summarise(context, days), heaviest(context, days, WORST)
    return PeriodTables(
        period,
        agents=_without_teams(pd.DataFrame(agent_rows(summary))),
        worst=pd.DataFrame([_worst_row(row) for row in worst.rows], columns=WORST_COLUMNS),
        n_violations=worst.n_violations,
        failures=failure_table(context),
        n_held=summary.n_held,
    )


def _without_teams(agents: pd.DataFrame) -> pd.DataFrame:
    """Without the column of teams where nobody has one."""
    return agents.drop(columns=TEAM) if not agents.empty and (agents[TEAM] == NO_TEAM).all() else agents


def _worst_row(row: EvidenceRow) -> tuple[object, ...]:
    about = (row.agent_id, row.call_id, row.item, row.points_lost, row.fatal)
    return *about, "" if row.start is None else padded_clock(row.start), row.reason, row.quote


def failure_table(context: RubricContext) -> pd.DataFrame:
    """What failed and has not succeeded since: the last error and the number of attempts."""
    return pd.DataFrame(failure_rows(context), columns=list(FAILURE_COLUMNS)).rename(columns=FAILURE_COLUMNS)


def print_report(context: RubricContext, tables: PeriodTables, console: Console) -> None:
    """The agents' scores and the worst evidence. Of many agents those who are most surely low, the lowest first."""
    if tables.n_held:
        held = f"{tables.period} 有 {tables.n_held} 通电话的得分暂缓发布，未计入报表；原因与发布方法见 callqa release"
        console.print(held, style="red", highlight=False)
    if tables.agents.empty:
        if not tables.n_held:
            console.print(f"{tables.period} 没有已评分的通话；请运行 callqa run")
        _print_failures(tables.failures, console)
        return
    _print_agents(
        f"坐席得分 {tables.period}（评分表 {context.rubric.id} {context.rubric.version}）", tables.agents, console
    )
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


def _print_failures(failures: pd.DataFrame, console: Console) -> None:
    if len(failures):
        console.print(rich_table("未能处理", failures[:SHOWN]))
    if len(failures) > SHOWN:
        console.print(f"… 其余 {len(failures) - SHOWN} 条见 callqa failures", highlight=False)


def _shortened(quote: str) -> str:
    return quote if len(quote) <= QUOTED else quote[: QUOTED - 1] + "…"
