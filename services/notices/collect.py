"""Collection of notices: what waits now, and for whom; looked at anew each time, so nothing is told that is done."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from callqa.notices import Notice
from callqa.people import Account, Role
from callqa.records import AppealStage
from callqa.visibility import EVERYTHING, Visibility
from scoring.review.queue import emergency_places
from services.appeals.states import states
from services.context import RubricSet
from services.runs.history import nights
from services.upkeep.alerts import due as due_alerts
from store import Connection
from store.calls.read import call_heads
from store.people import accounts, appeals, assignments, notices, review_queue
from store.people.notices import Addressed

DUE_WITHIN = timedelta(days=1)
"""Before the deadline of an appeal."""
RUNS = 50
TRIES = 3
"""So many failures to tell somebody, and operators are told of it."""
DECIDERS: Mapping[AppealStage, frozenset[Role]] = {
    "team_lead": frozenset({Role.TEAM_LEAD}),
    "qa": frozenset({Role.INSPECTOR, Role.SUPERVISOR}),
    "final": frozenset({Role.SUPERVISOR}),
}
"""Who decides appeals at each stage; a team lead those of their teams."""


@dataclass(frozen=True, slots=True)
class _Look:
    """What is looked at, when, and for whom."""

    rubric_set: RubricSet
    c: Connection
    now: datetime
    people: Sequence[Account]

    def of(self, *roles: Role) -> list[Account]:
        return [account for account in self.people if account.role in roles]


def collect_notices(rubric_set: RubricSet, now: datetime) -> int:
    """Puts what is to be done now, and ends what is done; how many notices changed."""
    store = rubric_set[0].store
    with store.read() as c:
        people = [row.account for row in accounts.accounts(c) if not row.account.disabled]
        look = _Look(rubric_set, c, now, people)
        wanted = [*_assigned(look), *_emergencies(look), *_appeals(look), *_nights(look), *_undelivered(look)]
        if not notices.changed(c, wanted):
            return 0
    with store.write() as c:
        return notices.put_notices(c, wanted, now)


def _assigned(look: _Look) -> Iterator[Addressed]:
    names = {account.name: account.pk for account in look.people}
    given = [some for some in assignments.open_assignments(look.c) if some.assignment.reviewer in names]
    heads = call_heads(look.c, {some.assignment.call_id for some in given})
    for stored in given:
        call_id = stored.assignment.call_id
        key, pk = f"assigned:{stored.pk}", heads[call_id].pk
        yield names[stored.assignment.reviewer], Notice("assigned", key, call_id, f"/calls/{pk}", pk)


def _emergencies(look: _Look) -> Iterator[Addressed]:
    for account in look.of(Role.SUPERVISOR, Role.TEAM_LEAD):
        visibility = Visibility(teams=account.teams) if account.role is Role.TEAM_LEAD else EVERYTHING
        for context in look.rubric_set:
            places = emergency_places(context.rubric)
            for call in review_queue.missed_emergency_calls(look.c, context.keys, places, visibility):
                key, href = f"emergency:{call.call_pk}", f"/calls/{call.call_pk}"
                yield account.pk, Notice("emergency", key, call.call_id, href, call.call_pk)


def _appeals(look: _Look) -> Iterator[Addressed]:
    context = look.rubric_set[0]
    last = look.now.astimezone(context.zone).date() + DUE_WITHIN
    waiting = [
        (stored, state)
        for stored, state in states(context, appeals.appeals(look.c, only_open=True))
        if state.due and state.due <= last
    ]
    if not waiting:
        return
    heads = call_heads(look.c, {stored.appeal.call_id for stored, _ in waiting})
    for account in look.of(*frozenset().union(*DECIDERS.values())):
        led = None
        if account.role is Role.TEAM_LEAD:
            led = {stored.pk for stored in appeals.appeals(look.c, teams=account.teams, only_open=True)}
        for stored, state in waiting:
            if account.role in DECIDERS[state.stage] and (led is None or stored.pk in led):
                key, call_id = f"appeal:{stored.pk}:{state.stage}", stored.appeal.call_id
                href, pk = f"/appeals/{stored.pk}", heads[call_id].pk
                yield account.pk, Notice("appeal", key, call_id, href, pk, state.due)


def _nights(look: _Look) -> Iterator[Addressed]:
    context = look.rubric_set[0]
    alerts = list(due_alerts(nights(look.c, RUNS), look.now, context.settings.alerts, context.zone))
    for account in look.of(Role.SUPERVISOR, Role.ADMIN):
        for alert in alerts:
            href = f"/runs/{alert.run}" if alert.run else "/runs"
            kind = "held" if alert.kind == "held" else "night"
            yield account.pk, Notice(kind, f"night:{alert.key}", f"{alert.run or ''}", href)  # type: ignore[arg-type]


def _undelivered(look: _Look) -> Iterator[Addressed]:
    failing = [due for due in notices.choices(look.c) if due.choice.attempts >= TRIES]
    for account in look.of(Role.ADMIN):
        for due in failing:
            yield account.pk, Notice("undelivered", f"undelivered:{due.account.pk}", due.account.name, "/people")
