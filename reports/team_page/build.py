"""The report of a team, made of the figures and of the calls to hear first."""

from collections import Counter
from collections.abc import Iterator
from datetime import datetime

from more_itertools import take

from callqa.days import Days
from reports.results import Results
from reports.team_page.report import AgentLine, ItemLine, TeamReport
from services.calls.evidence import EvidenceRow, heaviest
from services.context import RubricContext

QUOTES = 10
OF_ONE_ITEM = 2  # so that the most expensive item does not fill the list


def team_report(results: Results, team: str, made_at: datetime, *, masked: bool = True) -> TeamReport:
    """Of a team with calls; raises `KeyError` for another."""
    context, now, everyone = results.context, results.teams[team], results.everyone
    assert everyone is not None
    before = results.teams_before.get(team)
    past = {rate.item_id: rate for rate in before.items} if before else {}
    return TeamReport(
        team=team,
        period=results.days.label,
        rubric=f"{context.rubric.title} {context.rubric.version}",
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
        weekly=results.weekly(team),
        items=tuple(
            ItemLine(item.title, item.fatal, rate, all_teams, past.get(item.id))
            for item, rate, all_teams in zip(context.rubric.items, now.items, everyone.items, strict=True)
        ),
        agents=tuple(
            AgentLine(figures.names[1], figures, standing, results.mixes.get(figures.names))
            for figures, standing in results.ranked(team)
        ),
        quotes=tuple(take(QUOTES, _queued(context, results.days, team, masked))),
    )


def _queued(context: RubricContext, days: Days, team: str, masked: bool) -> Iterator[EvidenceRow]:
    """The heaviest violations, one of a call: there is more to learn from another call."""
    calls: set[str] = set()
    items: Counter[str] = Counter()
    most = QUOTES * len(context.rubric.items)
    for row in heaviest(context, days, most, team=team, of_one_item=QUOTES, masked=masked).rows:
        if row.call_id not in calls and items[row.item_id] < OF_ONE_ITEM:
            calls.add(row.call_id)
            items[row.item_id] += 1
            yield row
