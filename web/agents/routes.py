"""The ranking, one agent's page, and what the agent should practise."""

from typing import Annotated

from fastapi import Query

from scoring.figures import Per
from web.access.request_context import Context
from web.access.roles import Permission
from web.agents.build import agent_page, ranking_page, skill_card_of
from web.agents.view import AgentPage, Card, Order, Ranking
from web.periods import AskedPeriod
from web.routing import Area

area = Area("agent")

AgentId = Annotated[str, Query(max_length=100)]


@area.page("/agents", "agents/ranking.html", Permission.FIGURES)
def agents(
    context: Context,
    asked: AskedPeriod,
    team: Annotated[str | None, Query(max_length=100)] = None,
    order: Order = "rank",
    page: Annotated[int, Query(ge=1, le=10_000)] = 1,
    whole: bool = False,
) -> Ranking:
    return ranking_page(context, asked, team, order, page, whole)


@area.page("/agent", "agents/agent.html", Permission.SIGNED_IN)
def agent(context: Context, asked: AskedPeriod, id: AgentId = "", per: Per = "week") -> AgentPage:
    return agent_page(context, asked, id, per)


@area.page("/agent/card", "agents/_card.html", Permission.SIGNED_IN, part_of="/agent")
def card(context: Context, asked: AskedPeriod, id: AgentId = "") -> Card:
    """Read after the page itself: it looks for examples in calls."""
    return skill_card_of(context, asked, id)
