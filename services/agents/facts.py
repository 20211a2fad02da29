"""Facts about one agent: how they do, beside their team and all others, and where it goes."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from functools import reduce

from callqa.days import Days
from scoring.figures import (
    CaseMix,
    Figures,
    ItemRate,
    MeanChange,
    Per,
    Standing,
    Trend,
    item_contrasts,
    mean_changes,
    rates_without,
    trends,
)
from services.context import RubricContext
from services.figures.period import OwnFigures, PeriodFigures, live_course, live_figures, own_calls

WEEKS, MONTHS = 13, 12
"""How far back the course of an agent is shown."""


@dataclass(frozen=True, slots=True)
class ItemStanding:
    """How an agent passes one item."""

    own: ItemRate
    team: ItemRate
    """The whole team, the agent with it."""
    others: ItemRate
    """All other agents."""
    sure: bool
    """The agent and the others differ by more than chance."""

    @property
    def is_strength(self) -> bool:
        return self.sure and (self.own.rate or 0.0) > (self.others.rate or 0.0)

    @property
    def is_gap(self) -> bool:
        return self.sure and not self.is_strength


@dataclass(frozen=True, slots=True)
class AgentFacts:
    """One agent in some days. The agent's own figures are of this moment, the others' of when they were kept."""

    agent_id: str
    own: OwnFigures
    team: Figures | None
    """The average of the agent's team; ``None`` while nobody has summed up its first call."""
    everyone: Figures | None
    standing: Standing | None
    """Among all agents; for those who may see how others do."""
    mix: CaseMix | None
    change: MeanChange | None
    """Since the month before."""
    items: tuple[ItemStanding, ...]
    """In the rubric's order."""
    course: tuple[Figures, ...]
    trend: Trend | None
    """Of the course; ``None`` with fewer than two periods."""

    @property
    def strengths(self) -> tuple[ItemStanding, ...]:
        """The clearest first."""
        return tuple(sorted((item for item in self.items if item.is_strength), key=_difference, reverse=True))

    @property
    def gaps(self) -> tuple[ItemStanding, ...]:
        """The widest first."""
        return tuple(sorted((item for item in self.items if item.is_gap), key=_difference))


def agent_facts(
    context: RubricContext,
    peers: PeriodFigures,
    before: PeriodFigures | None,
    agent_id: str,
    per: Per = "week",
    teams: tuple[str, ...] | None = None,
) -> AgentFacts | None:
    """``None`` when the agent has no scored call in the days of ``peers``; ``before``: the month before.

    ``teams``: only what the agent did in these.
    """
    shown = course_days(peers.days, per)
    calls = own_calls(context, peers.days.spanning(shown), agent_id, teams)
    figures = live_figures(calls, peers, agent_id)
    if figures is None:
        return None
    course = live_course(calls, peers, shown, per)
    member = (figures.team, agent_id)
    team = peers.teams.get(figures.team)
    return AgentFacts(
        agent_id=agent_id,
        own=figures,
        team=team,
        everyone=peers.everyone,
        standing=peers.standings.get(member),
        mix=_live_mix(peers.mixes.get(member), figures.members[member]),
        change=_change(before, figures.members[member]),
        items=item_standings(figures.whole, team, others_rates(context, peers, agent_id)),
        course=course,
        trend=next(iter(trends(course)), None),
    )


def item_standings(whole: Figures, team: Figures | None, others: Sequence[ItemRate]) -> tuple[ItemStanding, ...]:
    contrasts = item_contrasts(whole.items, others)
    return tuple(
        ItemStanding(contrast.own, of_team, contrast.others, contrast.sure)
        for contrast, of_team in zip(contrasts, (team or whole).items, strict=True)
    )


def others_rates(context: RubricContext, peers: PeriodFigures, agent_id: str) -> list[ItemRate]:
    """Of all agents but this one; without any call none is passed or failed."""
    if peers.everyone is None:
        return [ItemRate(item_id, 0, 0, None, None) for item_id in context.rubric.titles]
    member_items = (member_figures.items for (_, agent), member_figures in peers.members.items() if agent == agent_id)
    return reduce(rates_without, member_items, list(peers.everyone.items))


def course_days(days: Days, per: Per) -> Days:
    """From some weeks or months before the end of these days to that end.

    >>> course_days(Days.of_month("2026-11"), "month")
    Days(first=datetime.date(2025, 12, 1), last=datetime.date(2026, 11, 30))
    """
    if not days.last:
        return days
    if per == "month":
        month = 12 * days.last.year + days.last.month - MONTHS
        return Days(days.last.replace(year=month // 12, month=month % 12 + 1, day=1), days.last)
    return Days(days.last - timedelta(days=7 * (WEEKS - 1) + days.last.weekday()), days.last)


def _difference(item: ItemStanding) -> float:
    return (item.own.rate or 0.0) - (item.others.rate or 0.0)


def _live_mix(mix: CaseMix | None, figures: Figures) -> CaseMix | None:
    """What the calls are like hardly moves with their scores, so only the agent's own part is of this moment."""
    if mix is None or figures.mean is None:
        return None
    return replace(
        mix,
        n_scored=figures.n_scored,
        mean=figures.mean,
        adjusted=min(max(figures.mean + mix.adjusted - mix.mean, 0.0), 100.0),
    )


def _change(before: PeriodFigures | None, figures: Figures) -> MeanChange | None:
    """Called sure as one of one: whoever looks at this agent did not look for the largest change of all."""
    earlier = before and before.members.get((figures.names[0], figures.names[1]))
    return next(iter(mean_changes([earlier], [figures])), None) if earlier else None
