"""A team's report with round figures."""

from dataclasses import replace
from datetime import datetime
from zoneinfo import ZoneInfo

import numpy as np

from callqa.types import Verdict
from reports.team_page.report import AgentLine, ItemLine, TeamReport
from scoring.figures import CaseMix, Figures, ItemRate, Standing, Trend
from scoring.proportion import wilson
from services.calls.evidence import EvidenceRow

MADE_AT = datetime(2026, 12, 1, 9, 0, tzinfo=ZoneInfo("Asia/Shanghai"))
NOTHING = Figures(
    names=("A组",), period="", n_calls=0, n_scored=0, n_waiting=0, n_unscored=0, n_flagged=0, n_fatal=0, mean=None,
    low=None, high=None, squares=0.0, mean_worst=None, mean_best=None, items=(),
)  # fmt: skip
MONTH = replace(
    NOTHING, n_calls=100, n_scored=96, n_waiting=10, n_unscored=4, n_flagged=2, n_fatal=1, mean=86.4, low=85.0,
    high=87.8, mean_worst=80.0, mean_best=88.0,
)  # fmt: skip
EVERYONE = replace(MONTH, names=(), n_calls=400, n_scored=390, mean=86.0)
WEEKS = tuple(replace(MONTH, period=f"2026-W{week}", mean=80.0 + week - 40) for week in (45, 46, 47, 48))


def rate(passed: int, scored: int, item_id: str = "restate") -> ItemRate:
    low, high = wilson(np.array([passed]), np.array([scored]))
    return ItemRate(item_id, passed, scored, low[0] if scored else None, high[0] if scored else None)


RESTATE = ItemLine("复述确认", False, rate(60, 100), rate(300, 400), rate(80, 100))
OPENING = ItemLine("开头语", False, rate(95, 100, "opening"), rate(380, 400), rate(94, 100))
NEVER = ItemLine("转接告知", False, rate(0, 0, "transfer"), rate(0, 0))
AGENTS = tuple(
    AgentLine(
        agent,
        replace(MONTH, names=("A组", agent), n_calls=50, n_scored=48, mean=mean, low=mean - 3, high=mean + 3),
        Standing(("A组", agent), mean, mean - 3, mean + 3, 0.8, 1, True, 1, 3, "middle"),
        CaseMix(("A组", agent), 48, mean, 85.5, mean + 0.5),
    )
    for agent, mean in (("3001", 87.0), ("3002", 86.0))
)
QUOTES = (
    EvidenceRow(
        "3002", "A组", "D028", "forbidden_phrase", "服务禁语", Verdict.VIOLATED, False, None, "待确认", 69.0,
        "出现服务禁语", "那我也没办法<script>alert('x')</script>",
    ),
)  # fmt: skip
REPORT = TeamReport(
    team="A组", period="2026年11月", rubric="评分表 2026.1", made_at=MADE_AT, now=MONTH, everyone=EVERYONE, n_held=12,
    before=replace(MONTH, mean=83.0, n_scored=90), change=Trend(("A组",), 2, 3.4, 1.2, 5.6),
    totals=(100.0, 86.4, 42.0), weeks=WEEKS, items=(OPENING, RESTATE, NEVER), agents=AGENTS, quotes=QUOTES,
)  # fmt: skip
EMPTY = TeamReport(team="", period="2026年11月", rubric="评分表 2026.1", made_at=MADE_AT, now=NOTHING, everyone=NOTHING)
