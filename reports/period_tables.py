"""What the terminal shows of a month, as tables with the headings a hotline uses."""

from dataclasses import dataclass

import pandas as pd

from callqa.clock import padded_clock
from callqa.days import Days
from services.calls.evidence import EvidenceRow, heaviest
from services.context import Run
from services.figures.summary import agent_rows, summarise
from services.wording import NO_TEAM, STAGES, reason_words
from store.calls import failures

WORST = 10
TEAM = "班组"
WORST_COLUMNS = ["工号", "通话编号", "项目", "扣分", "一票否决", "时间", "原因", "原话"]
FAILURE_COLUMNS = ["环节", "通话编号", "次数", "错误", "说明"]


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


def period_tables(run: Run, period: str) -> PeriodTables:
    """The tables of ``period``, a month such as 2026-11."""
    days = Days.of_month(period)
    summary, found = summarise(run, days), heaviest(run, days, WORST)
    return PeriodTables(
        period,
        agents=_without_teams(pd.DataFrame(agent_rows(summary))),
        worst=pd.DataFrame([_worst_row(row) for row in found.rows], columns=WORST_COLUMNS),
        n_violations=found.n_violations,
        failures=failure_table(run),
        n_held=summary.n_held,
    )


def _without_teams(agents: pd.DataFrame) -> pd.DataFrame:
    """Without the column of teams where nobody has one."""
    return agents.drop(columns=TEAM) if not agents.empty and (agents[TEAM] == NO_TEAM).all() else agents


def _worst_row(row: EvidenceRow) -> tuple[object, ...]:
    about = (row.agent_id, row.call_id, row.item, row.points_lost, row.fatal)
    return *about, "" if row.start is None else padded_clock(row.start), row.reason, row.quote


def failure_table(run: Run) -> pd.DataFrame:
    """What failed and has not succeeded since: the last error and the number of attempts."""
    return pd.DataFrame(failure_rows(run), columns=FAILURE_COLUMNS)


def failure_rows(run: Run) -> list[tuple[str, str, int, str, str]]:
    """The same, in the order of the columns."""
    with run.store.read() as connection:
        rows = [
            (STAGES[row.stage], row.subject, row.attempts, row.error, row.message)
            for row in failures.outstanding_failures(connection, run.keys)
        ]
        rows += (
            (
                STAGES["check"],
                row.call_id,
                1,
                row.reason,
                f"{run.checks[row.check_id].spec.title}：{reason_words(row.reason)}",
            )
            for row in failures.error_findings(connection, run.keys)
        )
    return rows
