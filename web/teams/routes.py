"""Teams compared, and one team's page, where its lead begins."""

from typing import Annotated

from fastapi import Query
from starlette.responses import Response

from web.access.request_context import Context
from web.access.roles import Permission
from web.periods import AskedPeriod
from web.routing import Area
from web.teams.build import team_page, teams_page
from web.teams.view import TeamPage, Teams

area = Area("team")


@area.page("/teams", "teams/teams.html", Permission.FIGURES)
def teams(context: Context, asked: AskedPeriod) -> Teams:
    return teams_page(context, asked)


@area.page("/team", "teams/team.html", Permission.FIGURES)
def team(
    context: Context, asked: AskedPeriod, name: Annotated[str | None, Query(max_length=100)] = None
) -> TeamPage | Response:
    return team_page(context, asked, name)
