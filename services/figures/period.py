"""All that the desk says of some days' scores, summed up from one reading of them."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import cast

import numpy as np

from callqa.days import Days
from callqa.visibility import Visibility
from scoring.figures import CaseMix, Figures, Per, Pool, ReadCalls, Standing, case_mix, pooled, rank, read_calls
from services.context import RubricContext
from store.calls import figures

BIN = 5
"""Points that a bar of the histogram is wide; the last one holds 100, too."""
REMEMBERED = 8
"""Periods for which what pages make of their figures is remembered."""
Member = tuple[str, str]
"""Team and agent. An agent who changed teams is a member of each."""


@dataclass(frozen=True, slots=True, eq=False)
class PeriodFigures:
    """One rubric's figures of some days. Small enough to keep: the calls themselves are not in it.

    One of them equals only itself, so that what is made of it can be remembered.
    """

    days: Days
    everyone: Figures | None
    """``None`` without any call."""
    members: dict[Member, Figures]
    standings: dict[Member, Standing]
    """Best first; who has no total has none."""
    mixes: dict[Member, CaseMix]
    teams: dict[str, Figures]
    categories: tuple[Figures, ...]
    """Most calls first."""
    by_day: tuple[Figures, ...]
    by_week: tuple[Figures, ...]
    teams_by_week: dict[str, tuple[Figures, ...]]
    histogram: tuple[int, ...]
    """Calls with a total of 0 to under 5, 5 to under 10 and so on."""
    n_held: int
    """Scores that are in no figure because they are not published."""

    @property
    def pool(self) -> Pool:
        """Of all members."""
        return pool_of(self.members.values())

    def others_pool(self, agent_id: str) -> Pool:
        """Of all but this agent."""
        return pool_of(figures for (_, agent), figures in self.members.items() if agent != agent_id)


def pool_of(members: Iterable[Figures]) -> Pool:
    rows = [(figures.n_scored, figures.squares) for figures in members]
    return pooled(np.array([n for n, _ in rows]), np.array([squares for _, squares in rows]))


def period_figures(context: RubricContext, days: Days) -> PeriodFigures:
    """Reads every score of these days, but for calls that people judge blind just now.

    Takes about a second for 100 000 calls.
    """
    with context.store.read() as c:
        calls = figures.scored_calls(c, context.keys, days, blind=False)
        n_held = figures.n_held(c, context.keys, days)
    read = read_calls(calls, context.rubric, context.advisory)
    members = {_member(member_figures.names): member_figures for member_figures in read.figures(("team", "agent"))}
    teams_by_week: dict[str, tuple[Figures, ...]] = {}
    for team_figures in read.figures(("team",), "week"):
        teams_by_week[team_figures.names[0]] = (*teams_by_week.get(team_figures.names[0], ()), team_figures)
    return PeriodFigures(
        days=days,
        everyone=next(iter(read.figures(())), None),
        members=members,
        standings={_member(standing.names): standing for standing in rank(list(members.values()))},
        mixes={_member(mix.names): mix for mix in case_mix(calls, ("team", "agent"))},
        teams={team_figures.names[0]: team_figures for team_figures in read.figures(("team",))},
        categories=tuple(sorted(read.figures(("category",)), key=lambda category: (-category.n_calls, category.names))),
        by_day=tuple(read.figures((), "day")),
        by_week=tuple(read.figures((), "week")),
        teams_by_week=teams_by_week,
        histogram=histogram([total for total in calls.total if total is not None]),
        n_held=n_held,
    )


@dataclass(frozen=True, slots=True)
class OwnFigures:
    """One agent's figures as things stand this moment."""

    whole: Figures
    members: dict[Member, Figures]
    """In each of their teams, most calls first."""

    @property
    def team(self) -> str:
        """In which the agent answered most calls."""
        return next(iter(self.members))[0]


def own_calls(context: RubricContext, days: Days, agent_id: str, teams: tuple[str, ...] | None = None) -> ReadCalls:
    """An agent's calls as things stand, but for those that people judge blind; ``teams``: only those made in these."""
    with context.store.read() as c:
        calls = figures.scored_calls(c, context.keys, days, Visibility(teams, agent_id), blind=False)
    return read_calls(calls, context.rubric, context.advisory)


def live_figures(calls: ReadCalls, peers: PeriodFigures, agent_id: str) -> OwnFigures | None:
    """An agent's figures of the days of ``peers``; ``None`` without a call.

    They are those of `PeriodFigures.members`, made anew from the agent's own ``calls``, which may be of more days. Only
    how much the intervals borrow is from when the peers' figures were made.
    """
    read = calls.within(peers.days)
    if not len(read.calls):
        return None
    pool = peers.others_pool(agent_id) + pool_of(read.figures(("team", "agent")))
    members = sorted(
        read.figures(("team", "agent"), pool=pool),
        key=lambda member_figures: (-member_figures.n_calls, member_figures.names),
    )
    (whole,) = read.figures(("agent",), pool=pool)
    return OwnFigures(whole, {_member(member_figures.names): member_figures for member_figures in members})


def live_course(calls: ReadCalls, peers: PeriodFigures, days: Days, per: Per) -> tuple[Figures, ...]:
    """One agent's figures period by period, all teams together; the intervals borrow from ``peers``."""
    return tuple(calls.within(days).figures((), per, pool=peers.pool))


def histogram(totals: list[float]) -> tuple[int, ...]:
    """How many totals of 0 to 100 each bar holds.

    >>> histogram([0, 4.9, 5, 95, 100])[:2], histogram([0, 4.9, 5, 95, 100])[-1]
    ((2, 1), 2)
    """
    counts, _ = np.histogram(totals, bins=100 // BIN, range=(0, 100))
    return tuple(counts.tolist())


def _member(names: tuple[str, ...]) -> Member:
    return cast(Member, names)
