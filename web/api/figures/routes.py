"""Figures: agents, and groups of calls of some days."""

from collections.abc import Iterable
from itertools import islice
from typing import Annotated, Literal

from fastapi import Query

from scoring.figures import Figures
from web.access.request_context import NotThere
from web.access.roles import Permission
from web.access.visibility import visibility_of
from web.api.access import Api
from web.api.figures.build import agent_page, agents_of, figures_data, rubric_name
from web.api.figures.view import (
    AgentPageData,
    FiguresPageData,
    GroupData,
)
from web.api.parameters import Limit, Place
from web.api.period import ApiPeriod
from web.api.routing import ApiArea

area = ApiArea("Figures", "agent")
By = Literal["team", "category", "day", "week"]


@area.get("/agents", Permission.FIGURES, AgentPageData)
def list_agents(
    context: Api,
    asked: ApiPeriod,
    team: Annotated[str, Query(max_length=100, description="Only agents of this team.")] = "",
    cursor: Place = 0,
    limit: Limit = 50,
) -> AgentPageData:
    """Agents with their figures, best first; ranks are among all."""
    agents, as_of = agents_of(context, asked, team)
    page = tuple(islice(agents, cursor, cursor + limit))
    more = cursor + limit < len(agents)
    return agent_page(asked, as_of, page, f"{cursor + limit}" if more else None)


@area.get("/agents/{agent_id}", Permission.FIGURES, AgentPageData)
def get_agent(context: Api, agent_id: str, asked: ApiPeriod) -> AgentPageData:
    """One agent's figures, in each of their teams."""
    agents, as_of = agents_of(context, asked, "")
    mine = tuple(agent for agent in agents if agent.agent_id == agent_id)
    if not mine:
        raise NotThere
    return agent_page(asked, as_of, mine, None)


@area.get("/figures", Permission.FIGURES, FiguresPageData)
def get_figures(context: Api, asked: ApiPeriod, by: By = "team") -> FiguresPageData:
    """Figures of all calls of some days, and by team, category, day or week."""
    cached, teams = context.desk.figures.of(asked.rubric_context, asked.days), visibility_of(context.who).teams
    value = cached.value
    if teams is not None and by != "team":
        raise NotThere
    groups: dict[By, Iterable[tuple[str, Figures]]] = {
        "team": sorted(value.teams.items()),
        "category": ((group.names[0], group) for group in value.categories),
        "day": ((group.period, group) for group in value.by_day),
        "week": ((group.period, group) for group in value.by_week),
    }
    return FiguresPageData(
        first=f"{asked.days.first}",
        last=f"{asked.days.last}",
        rubric=rubric_name(asked.rubric_context),
        as_of=cached.as_of,
        n_held=value.n_held,
        everyone=figures_data(value.everyone) if value.everyone and teams is None else None,
        data=tuple(
            GroupData(name, figures_data(group))
            for name, group in groups[by]
            if by != "team" or teams is None or name in teams
        ),
    )
