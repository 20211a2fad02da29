"""A team's report out of the figures, with the calls to hear first."""

from datetime import datetime

from flows.evidence import heaviest
from flows.exports.results import Results
from flows.exports.span import days_of
from flows.exports.team_report import AgentLine, ItemLine, TeamReport

QUOTES = 10
AN_ITEM = 2
"""At most so many of one item, so that the most expensive one does not fill the list."""


def team_report(results: Results, team: str, made_at: datetime) -> TeamReport:
    """Of a team with calls; raises `KeyError` for another."""
    run, now, everyone = results.run, results.teams[team], results.everyone
    assert everyone is not None
    before = results.teams_before.get(team)
    past = {rate.item_id: rate for rate in before.items} if before else {}
    return TeamReport(
        team=team,
        period=results.span.label,
        rubric=f"{run.rubric.title} {run.rubric.version}",
        made_at=made_at,
        now=now,
        everyone=everyone,
        n_held=results.held.get(team, 0),
        before=before,
        change=results.changes.get(team),
        totals=tuple(
            total
            for of, total in zip(results.calls.team, results.calls.total, strict=True)
            if of == team and total is not None
        ),
        weeks=tuple(results.weeks(team)),
        items=tuple(
            ItemLine(item.title, item.fatal, rate, all_teams, past.get(item.id))
            for item, rate, all_teams in zip(run.rubric.items, now.items, everyone.items, strict=True)
        ),
        agents=tuple(
            AgentLine(figures.names[1], figures, standing, results.mixes.get(figures.names))
            for figures, standing in results.ranked(team)
        ),
        quotes=tuple(heaviest(run, days_of(results.span, team), QUOTES, of_one_item=AN_ITEM).rows),
    )
