"""Teams beside each other: means with intervals, and which team passes which item better or worse than the others."""

from collections import Counter
from dataclasses import dataclass
from functools import lru_cache

from scoring.figures import Figures, ItemRate, MeanChange, Trend, mean_changes, rates_without, trends
from services.agents.facts import ItemStanding, item_standings
from services.figures.period import REMEMBERED, PeriodFigures
from services.figures.summary import N_WEAKEST, failing


@dataclass(frozen=True, slots=True)
class TeamFacts:
    """One team in some days."""

    team: str
    n_agents: int
    figures: Figures
    change: MeanChange | None
    """Since the month before."""
    items: tuple[ItemStanding, ...]
    """A row of the heat map; ``sure``: beside all other teams, for all items of the team."""
    weakest: tuple[ItemRate, ...]
    weeks: tuple[Figures, ...]
    trend: Trend | None
    """Over the weeks."""


@lru_cache(maxsize=REMEMBERED)
def team_comparison(now: PeriodFigures, before: PeriodFigures | None = None) -> tuple[TeamFacts, ...]:
    """All teams, the highest mean first, those without one last."""
    n_agents = Counter(team for team, _ in now.members)
    earlier = list(before.teams.values()) if before else []
    changes = {change.now.names[0]: change for change in mean_changes(earlier, list(now.teams.values()))}
    courses = {
        trend.names[0]: trend for trend in trends(week for weeks in now.teams_by_week.values() for week in weeks)
    }
    everyone = now.everyone.items if now.everyone else ()
    teams = [
        TeamFacts(
            team=team,
            n_agents=n_agents[team],
            figures=figures,
            change=changes.get(team),
            items=item_standings(figures, None, rates_without(everyone, figures.items)),
            weakest=tuple(failing(figures.items)[:N_WEAKEST]),
            weeks=now.teams_by_week[team],
            trend=courses.get(team),
        )
        for team, figures in now.teams.items()
    ]
    return tuple(
        sorted(teams, key=lambda facts: (facts.figures.mean is None, -(facts.figures.mean or 0.0), facts.team))
    )
