"""Figures as programs read them, made of those that the desk keeps."""

from datetime import datetime

from scoring.figures import Figures
from services.agents.ranking import ranking
from services.context import RubricContext
from web.access.visibility import visibility_of
from web.api.access import ApiContext
from web.api.calls.view import RubricName
from web.api.figures.view import AgentData, AgentPageData, FiguresData, ItemRateData
from web.api.period import Asked


def agents_of(context: ApiContext, asked: Asked, team: str) -> tuple[list[AgentData], datetime]:
    cached, teams = context.desk.figures.of(asked.rubric_context, asked.days), visibility_of(context.who).teams
    agents = [
        AgentData(
            agent.agent_id,
            agent.team,
            agent.standing.rank if agent.standing else None,
            figures_data(agent.figures),
        )
        for agent in ranking(cached.value, team=team or None)
        if teams is None or agent.team in teams
    ]
    return agents, cached.as_of


def agent_page(asked: Asked, as_of: datetime, data: tuple[AgentData, ...], following: str | None) -> AgentPageData:
    return AgentPageData(
        f"{asked.days.first}", f"{asked.days.last}", rubric_name(asked.rubric_context), as_of, data, following
    )


def figures_data(figures: Figures) -> FiguresData:
    return FiguresData(
        figures.n_calls,
        figures.n_scored,
        figures.n_waiting,
        figures.n_fatal,
        figures.n_flagged,
        figures.mean,
        figures.low,
        figures.high,
        tuple(
            ItemRateData(item.item_id, item.passed, item.scored, item.rate, item.low, item.high)
            for item in figures.items
        ),
    )


def rubric_name(rubric_context: RubricContext) -> RubricName:
    return RubricName(rubric_context.rubric.id, rubric_context.rubric.version)
