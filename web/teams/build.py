"""Teams as their pages show them: from figures to views."""

from collections.abc import Sequence

from starlette.responses import RedirectResponse, Response

from callqa.days import Days
from callqa.people import Role
from services.agents.facts import ItemStanding
from services.agents.ranking import ranking
from services.agents.teams import TeamFacts, team_comparison
from services.context import RubricContext
from web.access.request_context import NotThere, RequestContext
from web.access.visibility import visibility_of
from web.agents.build import average, change_of, item_rows, ranking_chart, ranking_line
from web.charts import Chart, Mark, Series
from web.overview.build import course_chart, item_line, rounded, team_name
from web.overview.to_do import own_appeals, to_do_lines
from web.overview.view import ToDoLine
from web.periods import Asked, Period, figures_before
from web.teams.view import TeamLine, TeamPage, Teams


def team_line(
    context: RequestContext, rubric_context: RubricContext, period: Period, days: Days, team: TeamFacts
) -> TeamLine:
    figures = team.figures
    return TeamLine(
        team=team.team,
        name=team_name(context, team.team),
        href=period.href("/team", name=team.team),
        n_agents=team.n_agents,
        n_calls=figures.n_calls,
        n_waiting=figures.n_waiting,
        mean=figures.mean,
        low=figures.low,
        high=figures.high,
        change=change_of(team.change),
        direction=team.trend.direction if team.trend else "",
        weakest=tuple(item_line(rubric_context, rate, days, team=team.team) for rate in team.weakest),
    )


def teams_chart(context: RequestContext, lines: Sequence[TeamLine], mean: float | None) -> Chart:
    say, scored = context.say, [line for line in lines if line.mean is not None]
    series = Series(
        say("平均分"),
        tuple(rounded(line.mean) for line in scored),
        tuple(rounded(line.low) for line in scored),
        tuple(rounded(line.high) for line in scored),
    )
    return Chart(
        say("班组平均分与 95% 置信区间"),
        say("班组"),
        tuple(line.name for line in scored),
        (series,),
        say("分"),
        marks=() if mean is None else (Mark(round(mean, 1), say("全部平均")),),
        links=tuple(line.href for line in scored),
    )


def heat_chart(context: RequestContext, rubric_context: RubricContext, teams: Sequence[TeamFacts]) -> Chart:
    """Of each item and team, the share of calls that failed it, in percent."""
    say = context.say
    rows = tuple(
        Series(title, tuple(_failing(team.items[i]) for team in teams))
        for i, title in enumerate(rubric_context.rubric.titles.values())
    )
    labels = tuple(team_name(context, team.team) for team in teams)
    return Chart(say("各班组各项目的不合格率"), say("项目"), labels, rows, "%")


def _failing(item: ItemStanding) -> float | None:
    return None if item.own.rate is None else round(100 * (1 - item.own.rate), 1)


def _to_dos(context: RequestContext) -> tuple[ToDoLine, ...]:
    """Of a team lead's own teams; the others find theirs on the first page."""
    if context.who.role is not Role.TEAM_LEAD:
        return ()
    to_dos = context.desk.figures.to_dos(context.desk.rubric_set, context.desk.now(), visibility_of(context.who)).value
    with context.desk.store.read() as c:
        return own_appeals(context, c) + to_do_lines(context, to_dos)


def _course(context: RequestContext, facts: TeamFacts | None, mean: float | None) -> Chart:
    say = context.say
    marks = () if mean is None else (Mark(round(mean, 1), say("全部平均")),)
    return course_chart(context, say("每周平均分"), say("周"), facts.weeks if facts else (), marks)


def teams_page(context: RequestContext, asked: Asked) -> Teams:
    cached, mine = context.desk.figures.of(asked.rubric_context, asked.days), visibility_of(context.who).teams
    all_facts = [
        team_facts
        for team_facts in team_comparison(cached.value, figures_before(context, asked))
        if mine is None or team_facts.team in mine
    ]
    lines = tuple(
        team_line(context, asked.rubric_context, asked.shown, asked.days, team_facts) for team_facts in all_facts
    )
    everyone = average(cached.value.everyone)
    return Teams(
        asked.shown,
        cached.as_of,
        lines,
        everyone,
        teams_chart(context, lines, everyone.mean if everyone else None),
        heat_chart(context, asked.rubric_context, all_facts),
    )


def team_page(context: RequestContext, asked: Asked, name: str | None) -> TeamPage | Response:
    mine = visibility_of(context.who).teams
    if name is None:
        if not mine:
            return RedirectResponse("/teams", 303)
        name = mine[0]
    if mine is not None and name not in mine:
        raise NotThere
    cached, before = context.desk.figures.of(asked.rubric_context, asked.days), figures_before(context, asked)
    facts = next((team_facts for team_facts in team_comparison(cached.value, before) if team_facts.team == name), None)
    if facts is None and mine is None:
        raise NotThere
    members = tuple(
        ranking_line(asked.rubric_context, asked.shown, asked.days, agent)
        for agent in ranking(cached.value, before, name)
    )
    everyone = average(cached.value.everyone)
    mean = everyone.mean if everyone else None
    return TeamPage(
        team=name,
        name=team_name(context, name),
        teams=mine or (),
        period=asked.shown,
        as_of=cached.as_of,
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
