"""Figures of agents, teams, categories and lines as rows with the headings a hotline uses."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from callqa.days import Days
from callqa.types import ScoredCalls
from scoring.figures import (
    CaseMix,
    Dimension,
    Figures,
    ItemRate,
    Per,
    Standing,
    Trend,
    aggregate,
    case_mix,
    rank,
    trends,
)
from services.context import Run
from services.wording import NO_TEAM
from store.calls import figures

GROUPS: Mapping[str, tuple[Dimension, ...]] = {
    "agent": ("team", "agent"),
    "team": ("team",),
    "category": ("category",),
    "line": ("line",),
}
"""An agent who changed teams has a row in each."""
HEADINGS: Mapping[Dimension, str] = {"agent": "工号", "team": "班组", "category": "诉求类别", "line": "热线"}
PERIODS: Mapping[Per, str] = {"day": "日期", "week": "周", "month": "月份"}
PERIOD_NAMES: Mapping[Per, str] = {"day": "日", "week": "周", "month": "月"}
DIRECTIONS = {"up": "上升", "down": "下降", "unclear": "无显著变化"}
N_WEAKEST = 3
Row = dict[str, object]


@dataclass(frozen=True)
class Summary:
    """The calls of some days and what they say. Intervals and ranks rest on all groups, so take all and pick."""

    run: Run
    calls: ScoredCalls
    n_held: int
    """Scores that are in no figure because they are not published."""
    by: tuple[Dimension, ...]

    def figures(self, per: Per | None = None) -> list[Figures]:
        return aggregate(self.calls, self.run.rubric, self.run.advisory, self.by, per)

    def standings(self) -> list[Standing]:
        return rank(self.figures())

    def trends(self, per: Per) -> list[Trend]:
        return trends(self.figures(per))

    def mixes(self) -> list[CaseMix]:
        return case_mix(self.calls, self.by)


def summarise(run: Run, days: Days, by: str = "agent") -> Summary:
    with run.store.read() as connection:
        calls = figures.scored_calls(connection, run.keys, days)
        n_held = figures.n_held(connection, run.keys, days)
    return Summary(run, calls, n_held, GROUPS[by])


def agent_rows(summary: Summary) -> list[Row]:
    """The month's table of agents: by rank, then those without a total."""
    found = {one.names: one for one in summary.figures()}
    standings = {one.names: one for one in summary.standings()}
    titles = summary.run.rubric.titles
    return [
        {
            "名次": rank_words(standings.get(names)),
            **named(summary.by, names),
            **figure_row(found[names]),
            "最弱项目": weakest(found[names], titles),
        }
        for names in [*standings, *(names for names in found if names not in standings)]
    ]


def named(by: Iterable[Dimension], names: Iterable[str]) -> Row:
    return {
        HEADINGS[dimension]: name or (NO_TEAM if dimension == "team" else "未填")
        for dimension, name in zip(by, names, strict=True)
    }


def figure_row(one: Figures) -> Row:
    return {
        "通话数": one.n_calls,
        "已评分": one.n_scored,
        "待复核": one.n_waiting,
        "平均分": rounded(one.mean),
        "下限": rounded(one.low),
        "上限": rounded(one.high),
        "一票否决待确认": one.n_flagged,
        "一票否决": one.n_fatal,
    }


def open_row(one: Figures) -> Row:
    """Between what the mean will lie once everything is decided."""
    return {"全部判定后": "" if one.mean_worst is None else f"{one.mean_worst:.1f}–{one.mean_best:.1f}"}


def weakest(one: Figures, titles: Mapping[str, str]) -> str:
    """The items that are surely weakest."""
    failed = failing(one.items)[:N_WEAKEST]
    return "、".join(f"{titles[item.item_id]} {item.scored - item.passed}/{item.scored}" for item in failed)


def failing(rates: Iterable[ItemRate]) -> list[ItemRate]:
    """Those that anyone failed, by the upper bound of the share, lowest first: one failure of one call is no habit."""
    failed = [one for one in rates if one.passed < one.scored]
    return sorted(failed, key=lambda one: (one.high or 0.0, one.rate or 0.0))


def rank_words(standing: Standing | None) -> str:
    if standing is None:
        return ""
    return f"并列{standing.rank}" if standing.tied else str(standing.rank)


def standing_row(one: Standing | None) -> Row:
    if one is None:
        return dict.fromkeys(("名次", "可能名次", "排名均分", "排名下限"))
    possible = str(one.best) if one.best == one.worst else f"{one.best}–{one.worst}"
    return {"名次": rank_words(one), "可能名次": possible, "排名均分": rounded(one.mean), "排名下限": rounded(one.low)}


def mix_row(one: CaseMix | None) -> Row:
    if one is None:
        return dict.fromkeys(("同类通话平均", "调整后"))
    return {"同类通话平均": rounded(one.like), "调整后": rounded(one.adjusted)}


def trend_row(one: Trend, per: Per) -> Row:
    return {
        "期数": one.n_periods,
        f"每{PERIOD_NAMES[per]}变化": round(one.slope, 2),
        "变化下限": round(one.low, 2),
        "变化上限": round(one.high, 2),
        "趋势": DIRECTIONS[one.direction],
    }


def rounded(value: float | None) -> float | None:
    return None if value is None else round(value, 1)
