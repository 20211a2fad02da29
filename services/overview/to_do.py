"""The to-dos of today, in one line each: how many things wait for a person, since when, and which."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal

from callqa.messages import Joined, Text
from callqa.visibility import EVERYTHING, Visibility
from scoring.review.queue import emergency_places
from scoring.sampling import due
from services.agents.ranking import fallen
from services.appeals.states import states
from services.context import RubricContext, RubricSet
from services.figures.period import PeriodFigures
from services.runs.failures import failure_groups
from services.sampling.draw import nightly_plans
from store import Connection
from store.calls import trust
from store.people import appeals, calibration, review_queue, samples
from store.runs import score_holds

Kind = Literal[
    "emergency", "held", "failures", "overdue", "due", "review", "calibration", "suggests", "undrawn", "fallen"
]


@dataclass(frozen=True, slots=True)
class Which:
    """One of the things that are meant."""

    name: Text
    """As people call it."""
    key: str
    """By which its page is found: a number, or the id of an agent or item."""


@dataclass(frozen=True, slots=True)
class ToDo:
    """Things of one kind that wait for somebody; the kind says where they are dealt with."""

    kind: Kind
    n: int
    which: tuple[Which, ...] = ()
    """The most urgent first, `NAMED` at most."""
    since: date | None = None
    """Of the oldest; of appeals the earliest deadline."""


NAMED = 8


def to_dos(
    rubric_set: RubricSet,
    c: Connection,
    now: datetime,
    visibility: Visibility = EVERYTHING,
    periods: Sequence[tuple[PeriodFigures, PeriodFigures]] = (),
) -> tuple[ToDo, ...]:
    """The most urgent first; nothing is there that waits for nobody. ``periods``: of each rubric, this month and the
    one before. What is not of single teams is left out for who sees only some."""
    today = now.astimezone(rubric_set[0].zone).date()
    result = [
        *_appeals(rubric_set[0], c, visibility, today),
        *_emergencies(rubric_set, c, visibility),
        *_review(rubric_set, c, visibility),
        *_fallen(visibility, periods),
    ]
    if visibility == EVERYTHING:
        result += [
            *_held(rubric_set, c),
            *_failures(rubric_set, c),
            *_sessions(rubric_set, c),
            *_suggesting(rubric_set, c),
        ]
        result += _undrawn(rubric_set, c, today)
    order: tuple[Kind, ...] = (
        "emergency", "held", "overdue", "due", "failures", "review", "suggests", "undrawn", "calibration", "fallen",
    )  # fmt: skip
    return tuple(sorted(result, key=lambda to_do: order.index(to_do.kind)))


def _held(rubric_set: RubricSet, c: Connection) -> Iterator[ToDo]:
    held = score_holds.holds(c, waiting=True)
    if held:
        which = tuple(Which(f"{hold.n_scores}", f"{hold.run_id}") for hold in held)
        yield ToDo("held", len(held), which[:NAMED], _day(rubric_set, held[-1].at))


def _failures(rubric_set: RubricSet, c: Connection) -> Iterator[ToDo]:
    groups = [group for group in failure_groups(rubric_set, c) if group.n_waiting]
    if groups:
        which = tuple(
            Which(group.problem, group.reason) for group in sorted(groups, key=lambda group: -group.n_waiting)
        )
        yield ToDo("failures", sum(group.n_waiting for group in groups), which[:NAMED])


def _appeals(context: RubricContext, c: Connection, visibility: Visibility, today: date) -> Iterator[ToDo]:
    open_appeals = appeals.appeals(c, agent_id=visibility.agent_id, teams=visibility.teams, only_open=True)
    dated = sorted((state.due, appeal.pk) for appeal, state in states(context, open_appeals) if state.due)
    kinds: tuple[tuple[Kind, list[tuple[date, int]]], ...] = (
        ("overdue", [entry for entry in dated if entry[0] < today]),
        ("due", [entry for entry in dated if entry[0] == today]),
    )
    for kind, some in kinds:
        if some:
            yield ToDo(kind, len(some), tuple(Which(f"{pk}", f"{pk}") for _, pk in some[:NAMED]), some[0][0])


def _review(rubric_set: RubricSet, c: Connection, visibility: Visibility) -> Iterator[ToDo]:
    waits = review_queue.count_undecided(c, visibility)
    if waits.oldest:
        yield ToDo("review", waits.n, since=_day(rubric_set, waits.oldest))


def _emergencies(rubric_set: RubricSet, c: Connection, visibility: Visibility) -> Iterator[ToDo]:
    """No agent is told of one before a person has confirmed it."""
    if visibility.agent_id is not None:
        return
    missed = [
        call
        for context in rubric_set
        for call in review_queue.missed_emergency_calls(c, context.keys, emergency_places(context.rubric), visibility)
    ]
    if missed:
        missed.sort(key=lambda call: call.started_at)
        which = tuple(Which(call.call_id, f"{call.call_pk}") for call in missed[:NAMED])
        yield ToDo("emergency", len(missed), which, _day(rubric_set, missed[0].started_at))


def _sessions(rubric_set: RubricSet, c: Connection) -> Iterator[ToDo]:
    still_open = [session for session in calibration.sessions(c) if session.closed_at is None]
    if still_open:
        which = tuple(Which(session.name, session.name) for session in still_open)
        yield ToDo("calibration", len(still_open), which[:NAMED], _day(rubric_set, still_open[0].opened_at))


def _suggesting(rubric_set: RubricSet, c: Connection) -> Iterator[ToDo]:
    suggests = []
    for context in rubric_set:
        trusts = trust.trusts(c, context.rubric.key)
        suggests += [
            (trusts[item.id].at, Which(item.title, item.id))
            for item in context.rubric.items
            if item.id in trusts and context.standing(item, trusts[item.id]) == "suggests"
        ]
    if suggests:
        suggests.sort(key=lambda entry: entry[0])
        yield ToDo(
            "suggests", len(suggests), tuple(which for _, which in suggests)[:NAMED], _day(rubric_set, suggests[0][0])
        )


def _undrawn(rubric_set: RubricSet, c: Connection, today: date) -> Iterator[ToDo]:
    known = samples.samples(c)
    undrawn = [
        Which(Joined((plan.title or plan.id, f" {period}"), ""), f"{plan.id}:{period}")
        for plan in nightly_plans(rubric_set)
        for period in due(plan.every, {sample.period for sample in known if sample.plan_id == plan.id}, today)
    ]
    if undrawn:
        yield ToDo("undrawn", len(undrawn), tuple(undrawn[:NAMED]))


def _fallen(visibility: Visibility, periods: Sequence[tuple[PeriodFigures, PeriodFigures]]) -> Iterator[ToDo]:
    """No agent is told of how others do."""
    if visibility.agent_id is not None:
        return
    falls = [fall for now, before in periods for fall in fallen(now, before)]
    mine = [fall.now.names for fall in falls if visibility.teams is None or fall.now.names[0] in visibility.teams]
    if mine:
        yield ToDo("fallen", len(mine), tuple(Which(f"{team} {agent}", agent) for team, agent in mine[:NAMED]))


def _day(rubric_set: RubricSet, at: datetime) -> date:
    return at.astimezone(rubric_set[0].zone).date()
