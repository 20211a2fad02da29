"""Figures as rows with the headings a hotline uses; their words are messages, for the terminal has a language."""

from collections.abc import Iterable, Mapping

from callqa.messages import Message, Text
from scoring.figures import CaseMix, Dimension, Figures, Per, Standing, Trend
from services.figures.summary import Summary, weakest
from services.wording import NO_TEAM

HEADINGS: Mapping[Dimension, str] = {"agent": "工号", "team": "班组", "category": "诉求类别", "line": "热线"}
PERIODS: Mapping[Per, str] = {"day": "日期", "week": "周", "month": "月份"}
CHANGES: Mapping[Per, str] = {"day": "每日变化", "week": "每周变化", "month": "每月变化"}
DIRECTIONS = {"up": "上升", "down": "下降", "unclear": "无显著变化"}
Row = dict[str, object]


def agent_rows(summary: Summary) -> list[Row]:
    """The month's table of agents: by rank, then those without a total."""
    figures = {of_agent.names: of_agent for of_agent in summary.figures()}
    standings = {standing.names: standing for standing in summary.standings()}
    titles = summary.context.rubric.titles
    return [
        {
            "名次": rank_words(standings.get(names)),
            **named(summary.by, names),
            **figure_row(figures[names]),
            "最弱项目": weakest(figures[names], titles),
        }
        for names in [*standings, *(names for names in figures if names not in standings)]
    ]


def named(by: Iterable[Dimension], names: Iterable[str]) -> Row:
    """Who or what the figures are of."""
    return {
        HEADINGS[dimension]: name or Message(NO_TEAM if dimension == "team" else "未填")
        for dimension, name in zip(by, names, strict=True)
    }


def figure_row(figures: Figures) -> Row:
    """Counts, and the mean with its interval."""
    return {
        "通话数": figures.n_calls,
        "已评分": figures.n_scored,
        "待复核": figures.n_waiting,
        "平均分": rounded(figures.mean),
        "下限": rounded(figures.low),
        "上限": rounded(figures.high),
        "一票否决待确认": figures.n_flagged,
        "一票否决": figures.n_fatal,
    }


def open_row(figures: Figures) -> Row:
    """Between what the mean will lie once everything is decided."""
    return {"全部判定后": "" if figures.mean_worst is None else f"{figures.mean_worst:.1f}–{figures.mean_best:.1f}"}


def rank_words(standing: Standing | None) -> Text:
    """The rank; nothing for who has none."""
    if standing is None:
        return ""
    return Message("tied {rank}", rank=standing.rank) if standing.tied else str(standing.rank)


def standing_row(standing: Standing | None) -> Row:
    """The rank, and what it rests on; empty cells for who has none."""
    if standing is None:
        return dict.fromkeys(("名次", "可能名次", "排名均分", "排名下限"))
    best, worst = standing.best, standing.worst
    return {
        "名次": rank_words(standing),
        "可能名次": str(best) if best == worst else f"{best}–{worst}",
        "排名均分": rounded(standing.mean),
        "排名下限": rounded(standing.low),
    }


def mix_row(mix: CaseMix | None) -> Row:
    """What an average agent scores on such calls, and the mean with that taken into account."""
    if mix is None:
        return dict.fromkeys(("同类通话平均", "调整后"))
    return {"同类通话平均": rounded(mix.like), "调整后": rounded(mix.adjusted)}


def trend_row(trend: Trend, per: Per) -> Row:
    """How the means move from one period to the next."""
    return {
        "期数": trend.n_periods,
        CHANGES[per]: round(trend.slope, 2),
        "变化下限": round(trend.low, 2),
        "变化上限": round(trend.high, 2),
        "趋势": Message(DIRECTIONS[trend.direction]),
    }


def rounded(value: float | None) -> float | None:
    """To the tenth of a point that people are shown."""
    return None if value is None else round(value, 1)
