"""The rows of an export's tables, in the order of their columns in `layout`."""

from collections import Counter
from collections.abc import Iterator
from datetime import date, datetime

from more_itertools import chunked

from callqa.days import Days
from callqa.types import CallScore
from reports.results import Results
from reports.tables import layout
from reports.tables.columns import ExportTable, Row, Value
from scoring.figures import Figures, ItemRate, share_change
from services.calls.evidence import evidence_of, hiding
from services.context import Run
from services.figures.summary import weakest
from services.wording import (
    ACTIONS,
    APPEAL_OUTCOMES,
    APPEAL_STAGES,
    NO_TEAM,
    PURPOSES,
    STAGES,
    as_it_stands,
    fatal_words,
    reason_words,
)
from store.calls import exports, failures, read
from store.calls.rows import VERDICTS, StoredScore

CALLS_AT_ONCE = 500


def export_tables(
    results: Results, team: str | None, made_at: datetime, *, masked: bool = True
) -> Iterator[ExportTable]:
    """All tables, one after the other; rows of calls are read while they are written."""
    run, days = results.run, results.days
    yield ExportTable(layout.OVERVIEW, [_overview(results, team, made_at)])
    yield ExportTable(layout.TEAMS, _teams(results, team))
    yield ExportTable(layout.AGENTS, _agents(results, team))
    yield ExportTable(layout.ITEMS, _items(results, team))
    yield ExportTable(layout.TREND, _trend(results, team))
    yield ExportTable(layout.calls_spec(run.rubric), _calls(run, days, team))
    yield ExportTable(layout.EVIDENCE, _evidence(run, days, team, masked))
    yield ExportTable(layout.REVIEWS, _reviews(run, days, team, masked))
    yield ExportTable(layout.FAILURES, failure_rows(run))


def figures_of(results: Results, team: str | None) -> Figures | None:
    """Of the team, or of all."""
    return results.everyone if team is None else results.teams.get(team)


def _overview(results: Results, team: str | None, made_at: datetime) -> Row:
    rubric, figures = results.run.rubric, figures_of(results, team)
    held = sum(n for name, n in results.held.items() if team in (None, name))
    about: list[Value] = [results.days.slug, team, rubric.id, rubric.version]
    if figures is None:
        return [*about, 0, 0, 0, 0, 0, 0, held, *[None] * 5, made_at]
    counts = (figures.n_calls, figures.n_scored, figures.n_waiting, figures.n_unscored, figures.n_flagged)
    means = (figures.mean, figures.low, figures.high, figures.mean_worst, figures.mean_best)
    return [*about, *counts, figures.n_fatal, held, *means, made_at]


def _teams(results: Results, team: str | None) -> Iterator[Row]:
    agents = Counter(names[0] for names in results.agents)
    for name, figures in results.teams.items():
        if team in (None, name):
            yield name, agents[name], *_figures(figures), weakest(figures, results.run.rubric.titles)


def _agents(results: Results, team: str | None) -> Iterator[Row]:
    for figures, standing in results.ranked(team):
        mix = results.mixes.get(figures.names)
        place: Row = (standing.rank, standing.tied) if standing else (None, None)
        drawn: Row = (standing.mean, standing.low, standing.best, standing.worst) if standing else (None,) * 4
        likes = mix.like if mix else None
        yield *place, *figures.names, *_figures(figures), *drawn, likes, weakest(figures, results.run.rubric.titles)


def _figures(figures: Figures) -> Row:
    means = (figures.mean, figures.low, figures.high)
    return figures.n_calls, figures.n_scored, *means, figures.n_waiting, figures.n_flagged, figures.n_fatal


def _items(results: Results, team: str | None) -> Iterator[Row]:
    rubric, figures = results.run.rubric, figures_of(results, team)
    if figures is None:
        return
    rates = iter(figures.items)
    for group in rubric.groups:
        for item, one in zip(group.items, rates, strict=False):
            counts = (one.scored, one.passed, one.rate, one.low, one.high, one.waiting)
            teams = {
                name: next(r for r in found.items if r.item_id == item.id) for name, found in results.teams.items()
            }
            about = (item.id, item.title, group.title, item.points, item.fatal)
            yield *about, *counts, *best_and_worst(teams)


def best_and_worst(teams: dict[str, ItemRate]) -> tuple[str | None, str | None]:
    """Names of the teams with the highest and the lowest rate, where these two can be told apart."""
    known = {name: one.rate for name, one in teams.items() if one.rate is not None}
    if not known:
        return None, None
    best, worst = max(known, key=known.__getitem__), min(known, key=known.__getitem__)
    change = share_change(teams[worst], teams[best])
    return (best or NO_TEAM, worst or NO_TEAM) if change and change.sure else (None, None)


def _trend(results: Results, team: str | None) -> Iterator[Row]:
    for week in results.weeks(team):
        year, number = week.period.split("-W")
        yield week.period, str(date.fromisocalendar(int(year), int(number), 1)), *_figures(week)


def _calls(run: Run, days: Days, team: str | None) -> Iterator[Row]:
    with run.store.read() as c:
        for stored in exports.sheets(c, run.keys, days, team):
            sheet = run.sheet(stored)
            yield *_call(run, stored, sheet), *(as_it_stands(item) for item in sheet.items)


def _call(run: Run, stored: StoredScore, sheet: CallScore) -> Row:
    people = "、".join(run.rubric.titles[item.item_id] for item in sheet.items if item.by_person)
    about = (stored.call_id, stored.agent_id, stored.team, stored.started_at.astimezone(run.zone))
    return (
        *about,
        sheet.total,
        sheet.needs_review,
        fatal_words(sheet.items),
        sheet.decided_points,
        sheet.open_points,
        sheet.manual_points or None,
        people,
    )


def _evidence(run: Run, days: Days, team: str | None, masked: bool) -> Iterator[Row]:
    with run.store.read() as c:
        for some in chunked(exports.sheets(c, run.keys, days, team), CALLS_AT_ONCE):
            ids = [one.call_pk for one in some]
            found = {row.call_pk: row.findings for row in read.findings(c, ids, run.keys)}
            tickets = read.tickets(c, ids) if masked else {}
            for stored in some:
                hide = hiding(masked, tickets.get(stored.call_pk))
                yield from evidence_of(run, stored, found.get(stored.call_pk, ()), hide)


def _reviews(run: Run, days: Days, team: str | None, masked: bool) -> Iterator[Row]:
    with run.store.read() as c:
        rows = exports.written(c, days, team)
    kinds: dict[str, str] = dict([*PURPOSES.items(), *APPEAL_STAGES.items()])
    actions: dict[str, str] = dict([("submit", "提出"), *ACTIONS.items(), *APPEAL_OUTCOMES.items()])
    hide = hiding(masked, None)
    for row in rows:
        item = row.title or run.rubric.titles.get(row.item_id, row.item_id)
        verdict = VERDICTS[row.verdict] if row.verdict else None
        at, about = row.at.astimezone(run.zone), (row.call_id, row.agent_id, item)
        yield at, kinds[row.kind], *about, actions[row.action], verdict, row.points, row.author, hide(row.reason)


def failure_rows(run: Run) -> list[tuple[str, str, int, str, str]]:
    """What failed and has not succeeded since: the last error and the number of attempts."""
    with run.store.read() as connection:
        rows = [
            (STAGES[row.stage], row.subject, row.attempts, row.error, row.message)
            for row in failures.outstanding_failures(connection, run.keys)
        ]
        rows += (
            (
                STAGES["check"],
                row.call_id,
                1,
                row.reason,
                f"{run.checks[row.check_id].spec.title}：{reason_words(row.reason)}",
            )
            for row in failures.error_findings(connection, run.keys)
        )
    return rows
