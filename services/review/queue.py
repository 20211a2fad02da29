"""The review queue of calls that wait for people: who is asked to hear them, and when they are done."""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from itertools import chain
from math import floor

from callqa.days import ALL_DAYS, Days
from callqa.errors import CallQAError
from callqa.records import Assignment
from scoring.review.assignment_rules import Rules, assign, load_rules
from scoring.review.queue import QueuedCall, emergency_places, in_order, is_urgent, items_to_decide, teaching
from services.appeals.states import open_appeals
from services.context import RubricContext, RubricSet, titles_of
from store import Connection, Store
from store.calls import read, trust
from store.people import assignments, review_queue
from store.people.review_queue import ALL, NOBODY, QueueFilter


@dataclass(frozen=True, slots=True)
class Room:
    """What people can hear today."""

    capacity: int
    """Of each."""
    given: dict[str, assignments.Given]
    """Today, by reviewer."""

    def left(self, reviewer: str) -> int:
        """How many calls more the reviewer may be given."""
        given = self.given.get(reviewer)
        return max(0, self.capacity - (given.n if given else 0))


Chooser = Callable[[Sequence[QueuedCall]], tuple[dict[str, str], tuple[str, ...]]]
"""Reviewer by call id, and the calls that nobody gets."""
TRIES = 5
"""To take a call that another reviewer may take at the same moment."""
BY_RULE = "rules"
"""Who assigns what the rules give out by themselves."""


@dataclass(frozen=True, slots=True)
class GivenOut:
    """What an assignment did."""

    reviewer_of: dict[str, str]
    nobody: tuple[str, ...]
    """Calls that fit no rule, or that those who may hear them made themselves."""
    beyond_capacity: tuple[str, ...] = ()
    """Calls that those who were to hear them cannot hear today."""


def queued_calls(
    rubric_set: RubricSet, c: Connection, wanted: QueueFilter = ALL, limit: int | None = None
) -> list[QueuedCall]:
    """The calls that somebody should hear, ``limit`` of them at most, in the order of `in_order`: of equal urgency
    those that are worth most, among them the share that samples drew."""
    calls = {call.call_id: call for context in rubric_set for call in _queued(context, c, wanted, limit)}
    if limit and wanted.sample is None:  # what was drawn may be worth too little to be among these
        drawn = replace(wanted, drawn=True)
        calls |= {call.call_id: call for context in rubric_set for call in _queued(context, c, drawn, limit)}
    return in_order(calls.values(), rubric_set[0].settings.review.chance_share)[:limit]


def n_queued(rubric_set: RubricSet, c: Connection, wanted: QueueFilter = ALL) -> int:
    """How many there are."""
    return sum(review_queue.n_queued(c, context.keys, wanted, open_appeals(c)) for context in rubric_set)


def _queued(context: RubricContext, c: Connection, wanted: QueueFilter, limit: int | None) -> Iterator[QueuedCall]:
    appealed = open_appeals(c)
    items_of: dict[str, dict[str, tuple[str, ...]]] = {}  # equal verdict strings wait alike
    places = emergency_places(context.rubric)
    n_reviewed = {item: measured.n for item, measured in trust.trusts(c, context.rubric.key).items()}
    rows = list(review_queue.queued_calls(c, context.keys, wanted, appealed, limit, places))
    n_of_agent = review_queue.n_of_agents(c, {(row.score.agent_id, _month(context, row)) for row in rows}, context.zone)
    for row in rows:
        score = row.score
        if score.verdicts not in items_of:
            items_of[score.verdicts] = items_to_decide(context.sheet(score))
        to_decide = items_of[score.verdicts]
        yield QueuedCall(
            score.call_id,
            score.agent_id,
            score.started_at,
            score.team,
            row.line,
            row.category,
            appealed=appealed.get(score.call_id, ()),
            swing=row.swing,
            n_of_agent=n_of_agent.get((score.agent_id, _month(context, row)), 0),
            teaches=teaching((*to_decide["suggested"], *to_decide["undecided"]), n_reviewed),
            sample=row.sample,
            **to_decide,
        )


def _month(context: RubricContext, row: review_queue.QueueRow) -> str:
    return f"{row.score.started_at.astimezone(context.zone):%Y-%m}"


def give_out(
    rubric_set: RubricSet,
    choose: Chooser,
    author: str,
    days: Days = ALL_DAYS,
    limit: int | None = None,
    sample: str | None = None,
    within_capacity: bool = True,
) -> GivenOut:
    """Asks people to hear calls that wait and that nobody has been asked for; the ``limit`` most urgent ones.

    ``sample``: only the calls that it drew, see `store.people.samples.StoredSample.name`. ``within_capacity``: nobody
    is given more than a person can hear on a day, if the settings say how many that are; the rest goes on waiting.
    """
    store = rubric_set[0].store
    with store.read() as c:
        free = queued_calls(rubric_set, c, QueueFilter(days.moments(rubric_set[0].zone), sample, NOBODY), limit)
        room = room_today(rubric_set[0], c) if within_capacity else None
    reviewer_of, nobody = choose(free)
    wanted = reviewer_of
    if room is not None:
        reviewer_of = dict(_fitting(reviewer_of, room))
    now = datetime.now(UTC)
    with store.write() as c:
        taken = {stored.assignment.call_id for stored in assignments.open_assignments(c, call_ids=reviewer_of)}
        there = read.call_heads(c, reviewer_of)  # a call may have been erased meanwhile
        assigned = {call_id: name for call_id, name in reviewer_of.items() if call_id in there and call_id not in taken}
        new = (
            Assignment(call.call_id, assigned[call.call_id], "review", author, now, call.sample, " ".join(call.reasons))
            for call in free
            if call.call_id in assigned
        )
        assignments.put_assignments(c, new)
    return GivenOut(assigned, nobody, tuple(call_id for call_id in wanted if call_id not in reviewer_of))


def room_today(context: RubricContext, c: Connection) -> Room | None:
    """How many calls more people may be given today; ``None`` where the settings do not say how many they can hear."""
    capacity = context.settings.review.daily_capacity
    if not capacity:
        return None
    midnight = datetime.now(context.zone).replace(hour=0, minute=0, second=0, microsecond=0)
    return Room(capacity, assignments.given_since(c, midnight.astimezone(UTC)))


def _fitting(reviewer_of: dict[str, str], room: Room) -> Iterator[tuple[str, str]]:
    given: Counter[str] = Counter()
    for call_id, reviewer in reviewer_of.items():
        if given[reviewer] < room.left(reviewer):
            given[reviewer] += 1
            yield call_id, reviewer


def take_next(rubric_set: RubricSet, reviewer: str, agent_id: str, among: int = 200) -> str | None:
    """The call that nobody was asked for and that is worth most, given to ``reviewer``, who asks for it; ``None``
    without any. When nothing urgent waits, every so many calls it is one that a sample drew.

    ``agent_id``: the reviewer's own, whose calls others hear. Two who ask at once get different calls.
    """
    context = rubric_set[0]
    with context.store.read() as c:
        midnight = datetime.now(context.zone).replace(hour=0, minute=0, second=0, microsecond=0)
        given = assignments.given_since(c, midnight.astimezone(UTC)).get(reviewer, assignments.Given(0, 0))
    by_chance = given.n_drawn < floor(context.settings.review.chance_share * (given.n + 1))
    for _ in range(TRIES):
        chosen: list[str] = []

        def first(calls: Sequence[QueuedCall], chosen: list[str] = chosen) -> tuple[dict[str, str], tuple[str, ...]]:
            others = [call for call in calls if call.agent_id not in (reviewer, agent_id)]
            drawn = [call for call in others if call.sample] if by_chance else []
            urgent = [call for call in others if is_urgent(call)]
            chosen += [call.call_id for call in (*urgent, *drawn, *others)][:1]
            return dict.fromkeys(chosen, reviewer), ()

        given_out = give_out(rubric_set, first, reviewer, limit=among, within_capacity=False)
        if given_out.reviewer_of or not chosen:
            return next(iter(given_out.reviewer_of), None)
    return None


def assign_chosen(rubric_set: RubricSet, call_ids: Iterable[str], choose: Chooser, author: str) -> GivenOut:
    """Gives out just these calls by ``choose``, also those that somebody else was asked to hear."""
    chosen = set(call_ids)
    with suppress(CallQAError):  # nobody was asked for any of them
        end(rubric_set[0].store, "recalled", author, None, chosen)
    return give_out(
        rubric_set,
        lambda calls: choose([call for call in calls if call.call_id in chosen]),
        author,
        within_capacity=False,
    )


def rules_of(rubric_set: RubricSet) -> Rules | None:
    """The rules of the settings, where there are some. Raises `ConfigError`."""
    path = rubric_set[0].settings.review.rules
    return None if path is None else load_rules(path, titles_of(rubric_set))


def give_out_by(rubric_set: RubricSet, rules: Rules) -> GivenOut:
    """What the rules give out by themselves."""
    return give_out(rubric_set, lambda calls: assign(calls, rules.rules), BY_RULE)


def open_items(context: RubricContext, c: Connection, call_id: str) -> tuple[str, ...]:
    """The items of one call that somebody has to decide, appealed ones last."""
    stored = read.score_of(c, call_id, context.keys)
    undecided = items_to_decide(context.sheet(stored)).values() if stored else ()
    return tuple(dict.fromkeys([*chain(*undecided), *open_appeals(c, call_id).get(call_id, ())]))


def end_if_decided(
    context: RubricContext, c: Connection, call_id: str, author: str, at: datetime, passed_on: Iterable[str] = ()
) -> None:
    """Ends what people were asked when nothing on the call waits any more: done by ``author``, recalled from others.

    ``passed_on``: items that ``author`` has left to others, who are still to be asked. A sampled call is to be heard as
    a whole, so only its reviewer can say that it is done.
    """
    waiting = set(open_items(context, c, call_id))
    if read.score_of(c, call_id, context.keys) is None or waiting.difference(passed_on):
        return
    for stored in assignments.open_assignments(c, call_ids=[call_id]):
        if not stored.assignment.session and (not waiting or stored.assignment.reviewer == author):
            how: assignments.Ending = "done" if stored.assignment.reviewer == author else "recalled"
            assignments.end_assignments(c, [stored.pk], how, author, at)


def reopen_if_undecided(context: RubricContext, c: Connection, call_id: str) -> None:
    """Asks those again whose asking a judgement has ended, when it was taken back and something on the call waits."""
    if open_items(context, c, call_id):
        assignments.reopen(c, call_id)


def end(
    store: Store,
    how: assignments.Ending,
    author: str,
    reviewer: str | None = None,
    call_ids: Iterable[str] | None = None,
) -> list[Assignment]:
    """Ends the open assignments that are meant, and gives them. Raises `CallQAError` when there is none."""
    with store.write() as c:
        open_ones = assignments.open_assignments(c, reviewer, call_ids)
        if not open_ones:
            raise CallQAError("queue.not_assigned")
        assignments.end_assignments(c, [stored.pk for stored in open_ones], how, author, datetime.now(UTC))
    return [stored.assignment for stored in open_ones]
