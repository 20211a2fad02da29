"""Teams compared, and one team's page, where its lead begins."""

from dataclasses import dataclass
from datetime import datetime
from typing import Annotated

from fastapi import Query
from starlette.responses import RedirectResponse, Response

from callqa.people import Role
from scoring.figures import Figures, Trend
from services.agents.ranking import ranking
from services.agents.teams import TeamFacts, team_comparison
from web.access.request_context import Context, NotThere, RequestContext
from web.access.roles import Permission
from web.access.visibility import visibility_of
from web.agents.view import (
    Average,
    Change,
    ItemRow,
    RankingLine,
    TeamLine,
    average,
    change_of,
    heat_chart,
    item_rows,
    ranking_chart,
    ranking_line,
    team_line,
    teams_chart,
)
from web.charts import Chart, Mark
from web.overview.to_do import ToDoLine, own_appeals, to_do_lines
from web.overview.view import course_chart, team_name
from web.periods import AskedPeriod, Period, figures_before
from web.routing import Area

area = Area("team")


@dataclass(frozen=True, slots=True)
class Teams:
    """Teams beside each other."""

    period: Period
    as_of: datetime
    lines: tuple[TeamLine, ...]
    everyone: Average | None
    intervals: Chart
    failing: Chart


@dataclass(frozen=True, slots=True)
class TeamPage:
    """One team."""

    team: str
    name: str
    teams: tuple[str, ...]
    """Of who leads several."""
    period: Period
    as_of: datetime
    concerns: tuple[ToDoLine, ...]
    figures: Figures | None
    """``None`` without any call in the period."""
    change: Change | None
    everyone: Average | None
    items: tuple[ItemRow, ...]
    course: Chart
    trend: Trend | None
    members: tuple[RankingLine, ...]
    intervals: Chart


@area.page("/teams", "teams/teams.html", Permission.FIGURES)
def teams(context: Context, asked: AskedPeriod) -> Teams:
    kept, mine = context.desk.figures.of(asked.rubric_context, asked.days), visibility_of(context.who).teams
    found = [
        one for one in team_comparison(kept.value, figures_before(context, asked)) if mine is None or one.team in mine
    ]
    lines = tuple(team_line(context, asked.rubric_context, asked.shown, asked.days, one) for one in found)
    everyone = average(kept.value.everyone)
    return Teams(
        asked.shown,
        kept.as_of,
        lines,
        everyone,
        teams_chart(context, lines, everyone.mean if everyone else None),
        heat_chart(context, asked.rubric_context, found),
    )


@area.page("/team", "teams/team.html", Permission.FIGURES)
def team(
    context: Context, asked: AskedPeriod, name: Annotated[str | None, Query(max_length=100)] = None
) -> TeamPage | Response:
    mine = visibility_of(context.who).teams
    if name is None:
        if not mine:
            return RedirectResponse("/teams", 303)
        name = mine[0]
    if mine is not None and name not in mine:
        raise NotThere
    kept, before = context.desk.figures.of(asked.rubric_context, asked.days), figures_before(context, asked)
    facts = next((one for one in team_comparison(kept.value, before) if one.team == name), None)
    if facts is None and mine is None:
        raise NotThere
    members = tuple(
        ranking_line(asked.rubric_context, asked.shown, asked.days, one) for one in ranking(kept.value, before, name)
    )
    everyone = average(kept.value.everyone)
    mean = everyone.mean if everyone else None
    return TeamPage(
        team=name,
        name=team_name(context, name),
        teams=mine or (),
        period=asked.shown,
        as_of=kept.as_of,
        concerns=_to_dos(context),
        figures=facts.figures if facts else None,
        change=change_of(facts.change) if facts else None,
        everyone=everyone,
        items=item_rows(asked.rubric_context, asked.days, facts.items, with_team=False, team=name) if facts else (),
        course=_course(context, facts, mean),
        trend=facts.trend if facts else None,
        members=members,
        intervals=ranking_chart(context, members, mean),
    )


def _to_dos(context: RequestContext) -> tuple[ToDoLine, ...]:
    """Of a team lead's own teams; the others find theirs on the first page."""
    if context.who.role is not Role.TEAM_LEAD:
        return ()
    found = context.desk.figures.to_dos(context.desk.rubric_set, context.desk.now(), visibility_of(context.who)).value
    with context.desk.store.read() as c:
        return own_appeals(context, c) + to_do_lines(context, found)


def _course(context: RequestContext, facts: TeamFacts | None, mean: float | None) -> Chart:
    say = context.say
    marks = () if mean is None else (Mark(round(mean, 1), say("全部平均")),)
    return course_chart(context, say("每周平均分"), say("周"), facts.weeks if facts else (), marks)
