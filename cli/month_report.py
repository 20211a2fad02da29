"""The month as `callqa run` and `callqa report` print it: agents, the heaviest violations, failures."""

from dataclasses import dataclass

import pandas as pd
from rich.console import Console

from callqa.clock import padded_clock
from callqa.days import Days
from callqa.messages import Message, terminal_language
from callqa.messages import terminal_text as _
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
    nobody_has_one = not agents.empty and all(team == Message(NO_TEAM) for team in agents[TEAM])
    return agents.drop(columns=TEAM) if nobody_has_one else agents


def _worst_row(row: EvidenceRow) -> tuple[object, ...]:
    about = (row.agent_id, row.call_id, row.item, row.points_lost, row.fatal and Message(row.fatal))
    return *about, "" if row.start is None else padded_clock(row.start), row.reason, row.quote


def failure_table(context: RubricContext) -> pd.DataFrame:
    """What failed and has not succeeded since: the last error and the number of attempts."""
    rows = [{**row, "message": _with_advice(row["message"])} for row in failure_rows(context)]
    return pd.DataFrame(rows, columns=list(FAILURE_COLUMNS)).rename(columns=FAILURE_COLUMNS)


def _with_advice(message: object) -> str:
    return message.with_advice(terminal_language()) if isinstance(message, Message) else str(message)


def print_report(context: RubricContext, tables: PeriodTables, console: Console) -> None:
    """The agents' scores and the worst evidence. Of many agents those who are most surely low, the lowest first."""
    if tables.n_held:
        held = _(
            "{period}: the scores of {n} calls are held, and in no figure; why, and how to publish them: "
            "callqa release",
            period=tables.period,
            n=tables.n_held,
        )
        console.print(held, style="red", highlight=False)
    if tables.agents.empty:
        if not tables.n_held:
            console.print(_("{period} has no scored calls; run: callqa run", period=tables.period))
        _print_failures(tables.failures, console)
        return
    title = Message(
        "agents' scores {period} (rubric {id} {version})",
        period=tables.period,
        id=context.rubric.id,
        version=context.rubric.version,
    )
    _print_agents(title, tables.agents, console)
    if tables.worst.empty:
        waiting = sum(tables.agents["待复核"])
        none = _("no item was violated")
        console.print(_("no item was found violated; calls that wait for review: {n}", n=waiting) if waiting else none)
    else:
        shown = tables.worst.assign(原话=tables.worst["原话"].map(str).map(_shortened))
        worst = Message("the worst (first {shown} of {n})", shown=len(shown), n=tables.n_violations)
        console.print(rich_table(worst, shown))
    _print_failures(tables.failures, console)


def _print_agents(title: Message, agents: pd.DataFrame, console: Console) -> None:
    if len(agents) <= SHOWN:
        console.print(rich_table(title, agents))
        return
    by_height = agents.sort_values(["上限", "平均分"], kind="stable", na_position="last")
    lowest = Message("{title}: the {n} with the lowest upper bounds", title=title, n=SHOWN)
    console.print(rich_table(lowest, by_height[:SHOWN]))
    console.print(_("… the other agents, {n}, are in the report", n=len(agents) - SHOWN), highlight=False)


def _print_failures(failures: pd.DataFrame, console: Console) -> None:
    if len(failures):
        console.print(rich_table(Message("未能处理"), failures[:SHOWN]))
    if len(failures) > SHOWN:
        console.print(_("… {n} more: callqa failures", n=len(failures) - SHOWN), highlight=False)


def _shortened(quote: str) -> str:
    return quote if len(quote) <= QUOTED else quote[: QUOTED - 1] + "…"
