"""The review queue as its pages show it."""

from collections import Counter
from collections.abc import Sequence
from datetime import date, timedelta

from callqa.days import ALL_DAYS, Days
from callqa.people import Account
from callqa.summary import Summary
from scoring.review.queue import QueuedCall, is_urgent
from services.context import RubricContext, RubricSet, titles_of
from services.review.queue import n_queued, queued_calls, room_today
from services.summary.summaries import summaries
from services.wording import QUEUE_REASONS
from store import Connection
from store.calls import read
from store.people import assignments
from store.people.review_queue import NOBODY, QueueFilter
from web.access.holders import holders_of
from web.access.request_context import RequestContext
from web.access.roles import Permission
from web.queue.view import Load, Queue, QueueLine, Reviewer, Whose

ROWS = 50
DAYS_SHOWN = 5


def queue_lines(
    rubric_set: RubricSet, c: Connection, wanted: QueueFilter, *, discreet: bool
) -> tuple[tuple[QueueLine, ...], int]:
    """The most urgent calls that wait, and how many there are. ``discreet``: summaries are masked."""
    waiting = queued_calls(rubric_set, c, wanted, ROWS)
    ids = [call.call_id for call in waiting]
    heads = read.call_heads(c, ids)
    asked = {
        stored.assignment.call_id: stored.assignment.reviewer
        for stored in assignments.open_assignments(c, call_ids=ids)
    }
    titles = titles_of(rubric_set)
    summary = summaries(rubric_set[0], c, [head.pk for head in heads.values()], discreet=discreet)
    rows = tuple(
        _row(call, pk := heads[call.call_id].pk, asked.get(call.call_id, ""), titles, summary.get(pk, Summary()))
        for call in waiting
    )
    return rows, len(rows) if len(rows) < ROWS else n_queued(rubric_set, c, wanted)


def next_call(rubric_set: RubricSet, c: Connection, reviewer: str, after: int | None) -> int | None:
    """The call that ``reviewer`` hears next: the one below call ``after`` in their queue, or its first."""
    waiting = queued_calls(rubric_set, c, QueueFilter(reviewer=reviewer), ROWS)
    heads = read.call_heads(c, [call.call_id for call in waiting])
    mine = [heads[call.call_id].pk for call in waiting]
    if after in mine and mine.index(after) + 1 < len(mine):
        return mine[mine.index(after) + 1]
    return next((pk for pk in mine if pk != after), None)


def at_the_end(context: RequestContext, c: Connection) -> str:
    """What is said to who asks for the next call and has no other one."""
    rubric_set, say = context.desk.rubric_set, context.say
    if n_queued(rubric_set, c, QueueFilter(reviewer=context.who.name)):
        return say("您的待办里只剩刚才那一通")
    if n := n_queued(rubric_set, c, QueueFilter(reviewer=NOBODY)):
        return say("您的待办已经听完，还有 {n} 通可以领取", n=n)
    return say("您的待办已经听完，也没有可以领取的通话")


def loads(
    c: Connection, people: Sequence[Account], days: Sequence[date], rubric_context: RubricContext
) -> tuple[Load, ...]:
    """Of everybody who may review or was ever asked to; ``days``: for which finished calls are counted."""
    open_now = Counter(stored.assignment.reviewer for stored in assignments.open_assignments(c))
    ended = assignments.ended(c)
    names = sorted({*open_now, *(ending.reviewer for ending in ended), *(account.name for account in people)})
    rows = []
    for name in names:
        finished = [ending for ending in ended if (ending.reviewer, ending.how) == (name, "done")]
        by_day = Counter(ending.at.astimezone(rubric_context.zone).date() for ending in finished)
        recalled = sum((ending.reviewer, ending.how) == (name, "recalled") for ending in ended)
        rows.append(Load(name, open_now[name], len(finished), recalled, tuple(by_day[day] for day in days)))
    return tuple(rows)


def last_days(today: date) -> tuple[date, ...]:
    return tuple(today - timedelta(days=n) for n in reversed(range(DAYS_SHOWN)))


def _row(call: QueuedCall, pk: int, reviewer: str, titles: dict[str, str], summary: Summary) -> QueueLine:
    return QueueLine(
        pk=pk,
        call_id=call.call_id,
        started_at=call.started_at,
        agent_id=call.agent_id,
        team=call.team,
        category=call.category,
        reasons=tuple(QUEUE_REASONS[reason] for reason in call.reasons),
        urgent=bool(call.emergency or call.fatal),
        first=is_urgent(call),
        drawn=bool(call.sample),
        swing=call.swing,
        items=tuple(titles.get(item, item) for item in call.items),
        reviewer=reviewer,
        summary=summary.line,
    )


def days_of(month: str) -> Days:
    return Days.of_month(month) if month else ALL_DAYS


def queue_page(context: RequestContext, whose: Whose, month: str) -> Queue:
    if not context.may(Permission.ASSIGN):
        whose = "mine"
    reviewer = {"mine": context.who.name, "free": NOBODY, "all": None}[whose]
    rubric_set = context.desk.rubric_set
    with context.desk.store.read() as c:
        wanted = QueueFilter(days_of(month).moments(rubric_set[0].zone), reviewer=reviewer)
        rows, n = queue_lines(rubric_set, c, wanted, discreet=not context.may(Permission.PERSONAL))
        people = holders_of(c, Permission.REVIEW) if context.may(Permission.ASSIGN) else []
        today = room_today(rubric_set[0], c)
        n_free = 0 if whose != "mine" or rows else n_queued(rubric_set, c, QueueFilter(reviewer=NOBODY))
    asked = [context.who.name] if whose == "mine" else [account.name for account in people]
    room = sum(today.left(name) for name in asked) if today else 0
    first = rows if whose == "mine" else rows[:room]
    reviewers = tuple(Reviewer(account.name, account.shown_name) for account in people)
    return Queue(
        whose,
        month,
        rows,
        n,
        n_free,
        reviewers,
        has_rules=rubric_set[0].settings.review.rules is not None,
        capacity=today.capacity if today else 0,
        room=room,
        n_first=len(first),
        n_urgent=sum(row.first for row in first),
        n_drawn=sum(row.drawn for row in first),
    )
