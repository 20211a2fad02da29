"""Rows of an export's tables; `layout` has their columns."""

from collections import Counter
from collections.abc import Iterator, Mapping
from datetime import date, datetime

from more_itertools import chunked

from callqa.messages import Joined, Message
from callqa.reasons import reason_message
from callqa.summary import Summary, in_a_row
from reports.results import Results
from reports.tables import layout
from reports.tables.columns import ExportTable, Row
from scoring.figures import Figures, ItemRate, share_change
from services.calls.evidence import evidence_of, hiding
from services.context import RubricContext
from services.figures.summary import weakest
from services.summary.summaries import summaries
from services.wording import (
    ACTIONS,
    APPEAL_OUTCOMES,
    APPEAL_STAGES,
    NO_TEAM,
    PURPOSES,
    STAGES,
    as_it_stands,
    fatal_words,
)
from store.calls import exports, failures, read
from store.calls.rows import VERDICTS, StoredScore

CALLS_AT_ONCE = 500


def export_tables(
    results: Results, team: str | None, made_at: datetime, *, masked: bool = True
) -> Iterator[ExportTable]:
    """All tables, one after the other; rows of calls are read while they are written."""
    context = results.context
    yield ExportTable(layout.OVERVIEW, [_overview(results, team, made_at)])
    yield ExportTable(layout.TEAMS, _teams(results, team))
    yield ExportTable(layout.AGENTS, _agents(results, team))
    yield ExportTable(layout.ITEMS, _items(results, team))
    yield ExportTable(layout.TREND, _trend(results, team))
    yield ExportTable(layout.calls_spec(context.rubric), _calls(results, team, masked))
    yield ExportTable(layout.EVIDENCE, _evidence(results, team, masked))
    yield ExportTable(layout.REVIEWS, _reviews(results, team, masked))
    yield ExportTable(layout.FAILURES, failure_rows(context))


def figures_of(results: Results, team: str | None) -> Figures | None:
    """Of the team, or of all."""
    return results.everyone if team is None else results.teams.get(team)


def _overview(results: Results, team: str | None, made_at: datetime) -> Row:
    rubric, figures = results.context.rubric, figures_of(results, team)
    return {
        "period": results.days.slug,
        "team": team,
        "rubric": rubric.title,
        "rubric_id": rubric.id,
        "rubric_version": rubric.version,
        "n_calls": figures.n_calls if figures else 0,
        "n_scored": figures.n_scored if figures else 0,
        "n_waiting": figures.n_waiting if figures else 0,
        "n_unscored": figures.n_unscored if figures else 0,
        "n_flagged": figures.n_flagged if figures else 0,
        "n_fatal": figures.n_fatal if figures else 0,
        "n_held": sum(n for name, n in results.held.items() if team in (None, name)),
        "mean": figures.mean if figures else None,
        "low": figures.low if figures else None,
        "high": figures.high if figures else None,
        "mean_worst": figures.mean_worst if figures else None,
        "mean_best": figures.mean_best if figures else None,
        "made_at": made_at,
    }


def _teams(results: Results, team: str | None) -> Iterator[Row]:
    agents = Counter(names[0] for names in results.agents)
    titles = results.context.rubric.titles
    for name, figures in results.teams.items():
        if team in (None, name):
            lowest = weakest(figures, titles)
            yield {"team": name, "n_agents": agents[name], "weakest": lowest, **_figures(figures)}


def _agents(results: Results, team: str | None) -> Iterator[Row]:
    for figures, standing in results.ranked(team):
        mix = results.mixes.get(figures.names)
        name, agent_id = figures.names
        yield {
            "rank": standing.rank if standing else None,
            "tied": standing.tied if standing else None,
            "team": name,
            "agent_id": agent_id,
            "agent_name": results.agent_names.get(agent_id),
            **_figures(figures),
            "standing": standing.mean if standing else None,
            "standing_low": standing.low if standing else None,
            "best_rank": standing.best if standing else None,
            "worst_rank": standing.worst if standing else None,
            "like": mix.like if mix else None,
            "weakest": weakest(figures, results.context.rubric.titles),
        }


def _word(text: str | None) -> Message | None:
    return Message(text) if text else None


def _team(name: str | None) -> str | Message | None:
    return Message(name) if name == NO_TEAM else name


def _figures(figures: Figures) -> Row:
    """The columns that tables of teams, agents and weeks share."""
    return {
        "n_calls": figures.n_calls,
        "n_scored": figures.n_scored,
        "mean": figures.mean,
        "low": figures.low,
        "high": figures.high,
        "n_waiting": figures.n_waiting,
        "n_flagged": figures.n_flagged,
        "n_fatal": figures.n_fatal,
    }


def _items(results: Results, team: str | None) -> Iterator[Row]:
    figures = figures_of(results, team)
    if figures is None:
        return
    rates = {rate.item_id: rate for rate in figures.items}
    by_team = {name: {rate.item_id: rate for rate in of_team.items} for name, of_team in results.teams.items()}
    for group in results.context.rubric.groups:
        for item in group.items:
            rate = rates[item.id]
            best, worst = best_and_worst({name: of_team[item.id] for name, of_team in by_team.items()})
            yield {
                "item_id": item.id,
                "item": item.title,
                "group": group.title,
                "max_points": item.points,
                "fatal": item.fatal,
                "n_decided": rate.scored,
                "n_passed": rate.passed,
                "pass_rate": rate.rate,
                "pass_low": rate.low,
                "pass_high": rate.high,
                "n_waiting": rate.waiting,
                "best_team": _team(best),
                "worst_team": _team(worst),
            }


def best_and_worst(teams: dict[str, ItemRate]) -> tuple[str | None, str | None]:
    """Names of the teams with the highest and the lowest rate, where these two can be told apart."""
    known = {name: of_team.rate for name, of_team in teams.items() if of_team.rate is not None}
    if not known:
        return None, None
    best, worst = max(known, key=known.__getitem__), min(known, key=known.__getitem__)
    change = share_change(teams[worst], teams[best])
    return (best or NO_TEAM, worst or NO_TEAM) if change and change.sure else (None, None)


def _trend(results: Results, team: str | None) -> Iterator[Row]:
    for week in results.weeks(team):
        year, number = week.period.split("-W")
        monday = date.fromisocalendar(int(year), int(number), 1)
        yield {"week": week.period, "first_day": str(monday), **_figures(week)}


def _calls(results: Results, team: str | None, masked: bool) -> Iterator[Row]:
    context, days, names = results.context, results.days, results.agent_names
    with context.store.read() as c:
        for batch in chunked(exports.sheets(c, context.keys, days, team), CALLS_AT_ONCE):
            summary = summaries(context, c, [stored.call_pk for stored in batch], discreet=masked)
            for stored in batch:
                yield _call(context, stored, summary.get(stored.call_pk, Summary()), names)


def _call(context: RubricContext, stored: StoredScore, summary: Summary, names: Mapping[str, str]) -> Row:
    sheet = context.sheet(stored)
    return {
        "call_id": stored.call_id,
        "agent_id": stored.agent_id,
        "agent_name": names.get(stored.agent_id),
        "team": stored.team,
        "started_at": stored.started_at.astimezone(context.zone),
        "total": sheet.total,
        "needs_review": sheet.needs_review,
        "fatal": _word(fatal_words(sheet.items)),
        "decided_points": sheet.decided_points,
        "open_points": sheet.open_points,
        "manual_points": sheet.manual_points or None,
        "decided_by_person": Joined(context.rubric.titles[item.item_id] for item in sheet.items if item.by_person),
        "wanted": in_a_row(summary.wanted),
        "outcome": in_a_row(summary.outcome),
        **{layout.ITEM_PREFIX + item.item_id: as_it_stands(item) for item in sheet.items},
    }


def _evidence(results: Results, team: str | None, masked: bool) -> Iterator[Row]:
    context, days, names = results.context, results.days, results.agent_names
    with context.store.read() as c:
        for batch in chunked(exports.sheets(c, context.keys, days, team), CALLS_AT_ONCE):
            ids = [stored.call_pk for stored in batch]
            findings = {row.call_pk: row.findings for row in read.findings(c, ids, context.keys)}
            tickets = read.tickets(c, ids) if masked else {}
            for stored in batch:
                hide = hiding(masked, tickets.get(stored.call_pk))
                for evidence in evidence_of(context, stored, findings.get(stored.call_pk, ()), hide):
                    name = names.get(evidence.agent_id)
                    yield evidence._asdict() | {"agent_name": name, "fatal": _word(evidence.fatal)}


def _reviews(results: Results, team: str | None, masked: bool) -> Iterator[Row]:
    context, days, names = results.context, results.days, results.agent_names
    with context.store.read() as c:
        rows = exports.written(c, days, team)
    kinds: dict[str, str] = dict([*PURPOSES.items(), *APPEAL_STAGES.items()])
    actions: dict[str, str] = dict([("submit", "提出"), *ACTIONS.items(), *APPEAL_OUTCOMES.items()])
    hide = hiding(masked, None)
    for row in rows:
        yield {
            "at": row.at.astimezone(context.zone),
            "kind": Message(kinds[row.kind]),
            "call_id": row.call_id,
            "agent_id": row.agent_id,
            "agent_name": names.get(row.agent_id),
            "item": row.title or context.rubric.titles.get(row.item_id, row.item_id),
            "action": Message(actions[row.action]),
            "verdict": VERDICTS[row.verdict] if row.verdict else None,
            "points": row.points,
            "author": row.author,
            "reason": hide(row.reason),
        }


def failure_rows(context: RubricContext) -> list[Row]:
    """What failed and has not succeeded since: the last error and the number of attempts."""
    with context.store.read() as c:
        failed = failures.outstanding_failures(c, context.keys)
        errors = failures.error_findings(c, context.keys)
    return [*(_failure(row) for row in failed), *(_check_error(context, row) for row in errors)]


def _failure(row: failures.OutstandingFailure) -> Row:
    return {
        "stage": Message(STAGES[row.stage]),
        "call_id": row.subject,
        "attempts": row.attempts,
        "error": row.error,
        "message": row.message,
    }


def _check_error(context: RubricContext, row: failures.ErrorFinding) -> Row:
    title = context.checks[row.check_id].spec.title
    return {
        "stage": Message(STAGES["check"]),
        "call_id": row.call_id,
        "attempts": 1,
        "error": row.reason,
        "message": Message("{check}: {reason}", check=title, reason=reason_message(row.reason)),
    }
