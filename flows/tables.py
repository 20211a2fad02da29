"""Results as tables with the headings a hotline uses; the terminal, CSV and XLSX all show these."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pandas as pd

from callqa.types import CallScore, Finding, ItemScore, ItemStatus, Seconds, Verdict
from flows.figures import Days, agent_rows, rounded, summarise
from flows.wiring import Run
from flows.wording import STAGES, VERDICTS, verdict_words
from qa_models.reasons import REASONS
from store import read

EVIDENCE_COLUMNS = ["工号", "通话编号", "项目", "判定", "扣分", "一票否决", "时间", "原因", "原话"]
FAILURE_COLUMNS = ["环节", "通话编号", "次数", "错误", "说明"]


@dataclass(frozen=True)
class PeriodTables:
    """What is known of one month."""

    period: str
    agents: pd.DataFrame
    calls: pd.DataFrame
    evidence: pd.DataFrame
    """A row for each item that cost points or waits for a person; the heaviest first."""
    failures: pd.DataFrame
    n_held: int = 0
    """Scores that are in no table because they are not published."""


def period_tables(run: Run, period: str) -> PeriodTables:
    """The tables of ``period``, a month such as 2026-11."""
    with run.store.read() as connection:
        scored = list(read.scores(connection, run.keys, period=period))
        n_held = read.n_held(connection, run.keys, period)
        ids = [stored.call_pk for stored in scored]
        found = {stored.call_pk: stored.findings for stored in read.findings(connection, ids, run.keys)}
    evidence: list[dict[str, Any]] = [
        {"工号": stored.agent_id, "通话编号": stored.call_id, **row}
        for stored in scored
        for row in evidence_rows(run, run.sheet(stored), found[stored.call_pk])
    ]
    evidence.sort(
        key=lambda row: (row["判定"] != VERDICTS[Verdict.VIOLATED], row["一票否决"] == "", -(row["扣分"] or 0))
    )
    return PeriodTables(
        period,
        agents=pd.DataFrame(agent_rows(summarise(run, Days.of_month(period)))),
        calls=pd.DataFrame([_call_row(run, stored) for stored in scored]),
        evidence=pd.DataFrame(evidence, columns=EVIDENCE_COLUMNS),
        failures=failure_table(run),
        n_held=n_held,
    )


def failure_table(run: Run) -> pd.DataFrame:
    """What failed and has not succeeded since: the last error and the number of attempts."""
    return pd.DataFrame(failure_rows(run), columns=FAILURE_COLUMNS)


def failure_rows(run: Run) -> list[tuple[str, str, int, str, str]]:
    """The same, in the order of the columns."""
    with run.store.read() as connection:
        rows = [
            (STAGES[row.stage], row.subject, row.attempts, row.error, row.message)
            for row in read.outstanding_failures(connection, run.keys)
        ]
        rows += (
            (
                STAGES["check"],
                row.call_id,
                1,
                row.reason,
                f"{run.checks[row.check_id].spec.title}：{REASONS[row.reason]}",
            )
            for row in read.error_findings(connection, run.keys)
        )
    return rows


def evidence_rows(run: Run, score: CallScore, findings: tuple[Finding, ...]) -> Iterator[dict[str, Any]]:
    """The items of one call that were violated or need a person, with where it can be heard."""
    by_check = {finding.check_id: finding for finding in findings}
    for item in score.items:
        lost = None if item.points is None or item.fatal else item.max_points - item.points
        if item.status is ItemStatus.NEEDS_REVIEW or item.fatal or (lost and lost > 0):
            finding = deciding_finding(item, by_check)
            first = finding.evidence[0] if finding and finding.evidence else None
            yield {
                "项目": run.rubric.titles[item.item_id],
                "判定": verdict_words(item),
                "扣分": lost,
                "一票否决": ("已确认" if item.by_person else "待确认") if item.fatal else "",
                "时间": clock(first.start) if first else "",
                "原因": REASONS[finding.reason] if finding else "",
                "原话": " / ".join(evidence.quote for evidence in finding.evidence if evidence.quote)
                if finding
                else "",
            }


def decided_points(score: CallScore) -> str:
    """How much of the sheet the total rests on, e.g. 45/63 points."""
    decided = sum(item.max_points for item in score.items if item.status is ItemStatus.SCORED)
    open_points = sum(item.max_points for item in score.items if item.status is ItemStatus.NEEDS_REVIEW)
    return f"{decided:g}/{decided + open_points:g}"


def deciding_finding(item: ItemScore, by_check: dict[str, Finding]) -> Finding | None:
    """The finding that gave the item its verdict; ``None`` when a needed check has not answered."""
    findings = [by_check[check_id] for check_id in item.check_ids if check_id in by_check]
    return next((finding for finding in findings if finding.verdict is item.verdict), findings[0] if findings else None)


def clock(seconds: Seconds) -> str:
    """Minutes and seconds, as a player shows them.

    >>> clock(74.6)
    '01:14'
    """
    return f"{int(seconds) // 60:02d}:{int(seconds) % 60:02d}"


def _call_row(run: Run, stored: read.StoredScore) -> dict[str, object]:
    score = run.sheet(stored)
    return {
        "通话编号": stored.call_id,
        "工号": stored.agent_id,
        "班组": stored.team,
        "通话时间": stored.started_at.astimezone(run.zone).strftime("%Y-%m-%d %H:%M"),
        "得分": rounded(score.total),
        "需复核": "是" if score.needs_review else "",
        "已评分值": decided_points(score),
        **{run.rubric.titles[item.item_id]: verdict_words(item) for item in score.items},
    }
