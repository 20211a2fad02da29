"""An agent's own calls: what was marked down and can still be contested, and what became of it."""

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from callqa.scores import ItemStatus
from callqa.types import Verdict
from scoring import sheet_items
from scoring.review.appeal import AppealState
from services.appeals.states import appeal_rules, states
from services.context import RubricContext, RubricSet, titles_of
from store import Connection
from store.calls.call_list import ListedCall
from store.people import appeals


@dataclass(frozen=True, slots=True)
class MarkedDown:
    """An item of a call."""

    id: str
    title: str


@dataclass(frozen=True, slots=True)
class Contestable:
    """What was marked down in a call and the agent may appeal against until the same day."""

    call_pk: int
    call_id: str
    started_at: datetime
    last_day: date
    items: tuple[MarkedDown, ...]


@dataclass(frozen=True, slots=True)
class OwnAppeal:
    """An appeal of the agent, and where it stands."""

    pk: int
    call_id: str
    title: str
    at: datetime
    state: AppealState


def failed_items(context: RubricContext, verdict_string: str) -> tuple[str, ...]:
    """Ids of the items that were violated, and count or are suggested; fatal ones once a person has confirmed them."""
    return tuple(
        item.item_id
        for item in sheet_items(verdict_string, context.rubric, context.advisory)
        if item.verdict is Verdict.VIOLATED and item.status is not ItemStatus.NOT_APPLICABLE and not item.unconfirmed
    )


def contestable(
    rubric_set: RubricSet, c: Connection, calls: Sequence[ListedCall], agent_id: str, today: date
) -> tuple[Contestable, ...]:
    """Of published calls of the agent, what can be appealed against today; the next deadline first."""
    contexts = {context.rubric.key: context for context in rubric_set}
    rules = appeal_rules(rubric_set[0])
    appealed = {(stored.appeal.call_id, stored.appeal.item_id) for stored in appeals.appeals(c, agent_id=agent_id)}
    published = {
        pk: publication
        for context in rubric_set
        for pk, publication in appeals.publications(c, [call.call_pk for call in calls], context.keys).items()
    }
    result: list[Contestable] = []
    for call in calls:
        context = contexts.get(call.rubric_key)
        if context is None or call.held or call.call_pk not in published:
            continue
        items: defaultdict[date, list[MarkedDown]] = defaultdict(list)
        for item_id in failed_items(context, call.verdicts):
            if (call.call_id, item_id) not in appealed:
                last_day = rules.last_day(published[call.call_pk].of(item_id))
                items[last_day].append(MarkedDown(item_id, context.rubric.titles[item_id]))
        result += (
            Contestable(call.call_pk, call.call_id, call.started_at, last_day, tuple(some))
            for last_day, some in items.items()
            if today <= last_day
        )
    return tuple(sorted(result, key=lambda entry: (entry.last_day, entry.call_pk)))


def own_appeals(
    rubric_set: RubricSet, c: Connection, agent_id: str, most: int = 10, hidden: Collection[str] = ()
) -> tuple[OwnAppeal, ...]:
    """Newest first, without those about the calls ``hidden``."""
    titles = titles_of(rubric_set)
    shown = [stored for stored in appeals.appeals(c, agent_id=agent_id) if stored.appeal.call_id not in hidden]
    with_states = states(rubric_set[0], shown[-most:])
    return tuple(
        OwnAppeal(
            stored.pk,
            stored.appeal.call_id,
            titles.get(stored.appeal.item_id, stored.appeal.item_id),
            stored.appeal.at,
            state,
        )
        for stored, state in reversed(with_states)
    )
