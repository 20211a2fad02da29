"""Figures of some days, computed once for all tables and pages of an export."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property

from callqa.days import Days
from callqa.scores import ScoredCalls
from scoring.figures import CaseMix, Figures, Standing, Trend, aggregate, case_mix, rank, trends
from services.context import RubricContext
from store.calls import exports, figures
from store.people.roster import names_of_agents


@dataclass(frozen=True)
class Results:
    """All teams' calls: intervals and ranks rest on all peers, also where the export is of one team."""

    context: RubricContext
    days: Days
    calls: ScoredCalls
    calls_before: ScoredCalls | None
    """Of the month before; ``None`` where the days are no month, or that month has no calls."""
    held: dict[str, int]
    """Scores of each team that are not published."""
    agent_names: Mapping[str, str] = field(default_factory=dict)
    """By id, of those whom the roster names."""

    @cached_property
    def everyone(self) -> Figures | None:
        """``None`` without any call."""
        return next(iter(aggregate(self.calls, self.context.rubric, self.context.advisory, by=())), None)

    @cached_property
    def teams(self) -> dict[str, Figures]:
        return _by_team(aggregate(self.calls, self.context.rubric, self.context.advisory, by=("team",)))

    @cached_property
    def teams_before(self) -> dict[str, Figures]:
        if self.calls_before is None:
            return {}
        return _by_team(aggregate(self.calls_before, self.context.rubric, self.context.advisory, by=("team",)))

    @cached_property
    def changes(self) -> dict[str, Trend]:
        """Of each team, from the month before to this one."""
        if self.calls_before is None:
            return {}
        both = joined(self.calls_before, self.calls)
        months = aggregate(both, self.context.rubric, self.context.advisory, by=("team",), per="month")
        return {change.names[0]: change for change in trends(months)}

    @cached_property
    def agents(self) -> dict[tuple[str, ...], Figures]:
        """By team and agent."""
        agents = aggregate(self.calls, self.context.rubric, self.context.advisory, by=("team", "agent"))
        return {figures.names: figures for figures in agents}

    @cached_property
    def standings(self) -> dict[tuple[str, ...], Standing]:
        """By team and agent, best first."""
        return {standing.names: standing for standing in rank(list(self.agents.values()))}

    @cached_property
    def mixes(self) -> dict[tuple[str, ...], CaseMix]:
        """By team and agent."""
        return {mix.names: mix for mix in case_mix(self.calls, by=("team", "agent"))}

    def weeks(self, team: str | None) -> list[Figures]:
        """Of one team or of all together, oldest first."""
        by_team = aggregate(
            self.calls, self.context.rubric, self.context.advisory, by=() if team is None else ("team",), per="week"
        )
        return [week for week in by_team if team is None or week.names == (team,)]

    def weekly(self, team: str) -> Trend | None:
        """Over the team's weeks; ``None`` with fewer than two."""
        return next(iter(trends(self.weeks(team))), None)

    def ranked(self, team: str | None) -> list[tuple[Figures, Standing | None]]:
        """Agents, best first, then those without a total."""
        names = [*self.standings, *(names for names in self.agents if names not in self.standings)]
        return [(self.agents[name], self.standings.get(name)) for name in names if team is None or name[0] == team]


def gather(context: RubricContext, days: Days) -> Results:
    """Reads what is stored of these days."""
    with context.store.read() as c:
        calls = figures.scored_calls(c, context.keys, days)
        before = figures.scored_calls(c, context.keys, days.before) if days.before else None
        held = exports.held_by_team(c, context.keys, days)
        names = names_of_agents(c)
    return Results(context, days, calls, before or None, held, names)


def joined(first: ScoredCalls, second: ScoredCalls) -> ScoredCalls:
    """The calls of both, in this order."""
    return ScoredCalls(*(getattr(first, name) + getattr(second, name) for name in ScoredCalls.__dataclass_fields__))


def _by_team(teams: list[Figures]) -> dict[str, Figures]:
    return {figures.names[0]: figures for figures in teams}
