"""A team's report as one page of HTML: nothing is loaded from elsewhere, and it prints on A4."""

from collections.abc import Sequence
from dataclasses import dataclass

from more_itertools import chunked

from callqa.messages import Message
from reports.rendering import documents
from reports.team_page.charts import Chart, Estimate, dots, histogram, rate_bars, tally, trend_line
from reports.team_page.report import AgentLine, ItemLine, TeamReport
from reports.team_page.sentences import movements, next_steps, summary, week_by_week
from scoring.figures import Figures

AGENTS_A_CHART = 25  # more would not fit on one sheet of paper
QUOTED = 160  # characters
BAND = 5  # points

HOW_TO_READ = (
    Message("平均分只计得出总分的通话；待人工判定的项目既不算对也不算错，不计入该通得分。"),
    Message("95% 区间说明平均分可能落在哪里：通话越少，区间越宽。分不出高下的坐席名次并列，不宜据此奖惩。"),
    Message("合格率只计已判定的通话，区间为 Wilson 区间。逐项比较时，约每 20 项会有 1 项仅因偶然而显示变化。"),
    Message("“同类通话平均”是一般坐席接听同样类别、时长和音质的通话时的平均分，用来看分数高低是否与通话难易有关。"),
    Message("原话为语音识别结果，可能有错字；以录音为准。"),
)
"""What the figures mean and what they do not."""


@dataclass(frozen=True, slots=True)
class ScoreBand:
    """Calls whose totals lie from ``first`` up to ``last``."""

    first: int
    last: int
    n_calls: int


@dataclass(frozen=True, slots=True)
class Distribution:
    """How the totals of the period lie; bands without a call are left out."""

    chart: Chart
    bands: tuple[ScoreBand, ...]


@dataclass(frozen=True, slots=True)
class WeeklyTrend:
    """Means by week, and whether they rise or fall."""

    chart: Chart
    change: Message | None
    weeks: tuple[Estimate, ...]


@dataclass(frozen=True, slots=True)
class ItemRates:
    """Items with a decided call, the lowest rate first, and the titles of the others."""

    chart: Chart
    decided: tuple[ItemLine, ...]
    never: tuple[str, ...]

    @property
    def has_before(self) -> bool:
        """Whether any item was judged a month earlier."""
        return any(line.before for line in self.decided)


def team_page(report: TeamReport, language: str = "zh") -> str:
    """The whole document; an office gets it in Chinese."""
    page = documents(language).get_template("team_page/page.html")
    return page.render(
        report=report,
        title=Message("{team} {period} 通话质量报告", team=report.name, period=report.period),
        now=report.now,
        summary=summary(report) + movements(report),
        next_steps=next_steps(report),
        distribution=_distribution(report.totals),
        trend=_trend(report),
        rates=_rates(report.items),
        agent_charts=_agent_charts(report),
        quoted=QUOTED,
        how_to_read=HOW_TO_READ,
    )


def _distribution(totals: Sequence[float]) -> Distribution | None:
    if not totals:
        return None
    bands = (ScoreBand(BAND * i, BAND * (i + 1), n) for i, n in enumerate(tally(totals, BAND)) if n)
    chart = histogram(totals, Message("{n} 通电话的得分分布，每 {band} 分一档", n=len(totals), band=BAND), BAND)
    return Distribution(chart, tuple(bands))


def _trend(report: TeamReport) -> WeeklyTrend | None:
    """``None`` with fewer than two weeks that have a mean."""
    if sum(week.mean is not None for week in report.weeks) < 2:
        return None
    weeks = tuple(_estimate(week_name(week.period), week) for week in report.weeks)
    return WeeklyTrend(trend_line(weeks, Message("每周平均分，带 95% 区间")), week_by_week(report.weekly), weeks)


def week_name(week: str) -> Message:
    """An ISO week in short.

    >>> week_name("2026-W47").text("zh")
    '第47周'
    """
    return Message("第{number}周", number=int(week.split("-W")[-1]))


def _rates(items: Sequence[ItemLine]) -> ItemRates:
    decided = sorted((line for line in items if line.now.scored), key=lambda line: (line.now.rate or 0, line.title))
    bars = [Estimate(line.title, line.now.rate, line.now.low, line.now.high, line.now.scored) for line in decided]
    chart = rate_bars(bars, Message("各项目合格率，由低到高，带 Wilson 95% 区间"))
    return ItemRates(chart, tuple(decided), tuple(line.title for line in items if not line.now.scored))


def _agent_charts(report: TeamReport) -> list[Chart]:
    """None where nobody has a total."""
    if not any(line.standing for line in report.agents):
        return []
    title, reference = Message("坐席平均分，带 95% 区间，按名次排列"), report.everyone.mean
    return [dots([_dot(line) for line in lines], title, reference) for lines in chunked(report.agents, AGENTS_A_CHART)]


def _dot(line: AgentLine) -> Estimate:
    standing = line.standing
    return _estimate(line.agent_id, line.figures, f"{standing.rank}" if standing and standing.tied else "")


def _estimate(label: str | Message, figures: Figures, group: str = "") -> Estimate:
    return Estimate(label, figures.mean, figures.low, figures.high, figures.n_scored, group=group)
