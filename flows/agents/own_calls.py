"""What an agent should know of their calls: what was marked down and can still be contested, and what became of it."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from callqa.types import ItemStatus, Verdict
from flows.people.appeal_states import appeal_rules, states
from flows.wiring import Run
from scoring import score_sheet
from scoring.review.appeal import AppealState
from store import Connection, appeals
from store.call_list import ListedCall


@dataclass(frozen=True, slots=True)
class Contestable:
    """An item that was marked down and that the agent may still appeal against."""

    call_pk: int
    call_id: str
    started_at: datetime
    item_id: str
    title: str
    last_day: date


@dataclass(frozen=True, slots=True)
class OwnAppeal:
    """An appeal of the agent, and where it stands."""

    pk: int
    call_id: str
    title: str
    at: datetime
    state: AppealState


def failed_items(run: Run, letters: str) -> tuple[str, ...]:
    """Ids of the items that were violated, and count."""
    sheet = score_sheet("", letters, run.rubric, run.suggesting)
    return tuple(
        item.item_id
        for item in sheet.items
        if item.verdict is Verdict.VIOLATED and item.status is not ItemStatus.NOT_APPLICABLE
    )


def contestable(
    book: Sequence[Run], c: Connection, calls: Iterable[ListedCall], agent_id: str, today: date, most: int = 20
) -> tuple[Contestable, ...]:
    """Of published calls of the agent, newest first, what can be appealed against today; the next deadline first."""
    runs = {run.rubric.key: run for run in book}
    rules = appeal_rules(book[0])
    appealed = {(one.appeal.call_id, one.appeal.item_id) for one in appeals.appeals(c, agent_id=agent_id)}
    found: list[Contestable] = []
    for call in calls:
        run = runs.get(call.rubric_key)
        for item_id in failed_items(run, call.verdicts) if run and not call.held else ():
            published = appeals.published_at(c, call.call_id, item_id, run.keys) if run else None
            if run is None or published is None or (call.call_id, item_id) in appealed:
                continue
            last_day = rules.last_day(published)
            if today <= last_day:
                title = run.rubric.titles[item_id]
                found.append(Contestable(call.call_pk, call.call_id, call.started_at, item_id, title, last_day))
        if len(found) >= most:
            break
    return tuple(sorted(found, key=lambda one: (one.last_day, one.call_pk)))[:most]


def own_appeals(book: Sequence[Run], c: Connection, agent_id: str, most: int = 10) -> tuple[OwnAppeal, ...]:
    """Newest first."""
    titles = {item_id: title for run in reversed(book) for item_id, title in run.rubric.titles.items()}
    found = states(book[0], appeals.appeals(c, agent_id=agent_id)[-most:])
    return tuple(
        OwnAppeal(one.pk, one.appeal.call_id, titles.get(one.appeal.item_id, one.appeal.item_id), one.appeal.at, state)
        for one, state in reversed(found)
    )
