"""A team's report out of the figures, with the calls to hear first."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime
from heapq import nsmallest

from callqa.types import ItemScore
from flows.exports.results import Results
from flows.exports.rows import evidence_of
from flows.exports.team_report import AgentLine, ItemLine, Quote, TeamReport
from flows.wiring import Run
from store import exports, read
from store.rows import StoredScore

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
        quotes=tuple(_quotes(run, exports.Days(str(results.span.first), str(results.span.last), team))),
    )


def _quotes(run: Run, days: exports.Days) -> Iterable[Quote]:
    """The heaviest violations: possible fatal faults, then by points, then the latest."""
    with run.store.read() as c:
        by_item: defaultdict[str, list[tuple[tuple[float, ...], str, StoredScore]]] = defaultdict(list)
        for stored in exports.sheets(c, run.keys, days):
            for item in run.sheet(stored).items:
                if (weight := _weight(item)) > 0:
                    rank = (-weight, -stored.started_at.timestamp(), stored.call_pk)
                    by_item[item.item_id] = nsmallest(AN_ITEM, [*by_item[item.item_id], (rank, item.item_id, stored)])
        chosen = nsmallest(QUOTES, (one for some in by_item.values() for one in some))
        ids = {stored.call_pk for _, _, stored in chosen}
        found = {row.call_pk: row.findings for row in read.findings(c, ids, run.keys)}
    for _, item_id, stored in chosen:
        for row in evidence_of(run, stored, found.get(stored.call_pk, ())):
            if row.item_id == item_id:
                yield Quote(row.item, stored.agent_id, stored.call_id, row.start, row.reason, row.quote, row.fatal)


def _weight(item: ItemScore) -> float:
    """Points lost; more than any points for a fatal item that was violated; 0 for what waits."""
    if item.fatal:
        return 1000.0
    return 0.0 if item.points is None else item.max_points - item.points
