"""The review queue: calls with something to decide, that a sample drew, or that are appealed; and how many they are.

Calls that people judge blind just now are left out until that is over: nobody may decide them, and to wait would tell
a verdict.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from types import MappingProxyType
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from more_itertools import chunked
from sqlalchemy import (
    ColumnElement,
    CompoundSelect,
    Connection,
    Select,
    and_,
    false,
    func,
    or_,
    select,
    true,
    union_all,
)

from callqa.days import ALWAYS, Days, Moments
from callqa.keys import RubricKeys
from callqa.types import LETTERS, Verdict
from callqa.visibility import Visibility
from store.calls.rows import StoredScore
from store.people.assignments import OPEN
from store.people.calibration import not_blind
from store.people.samples import HEARD_BY_PEOPLE
from store.tables.call_list import NEEDS_REVIEW as LISTED_FOR_REVIEW
from store.tables.call_list import call_list, call_list_mark
from store.tables.calls import call
from store.tables.joins import CHUNK, EFFECTIVE, SCORE_COLUMNS, began, rubric_pk, with_effective_score
from store.tables.people import assignment, assignment_end, sample, sample_call, sample_plan

NEEDS_REVIEW, FATAL, VERDICTS = (
    next(column for column in EFFECTIVE if column.name == name).element
    for name in ("needs_review", "fatal", "verdicts")
)
_NAME = sample_plan.c.plan_id + ":" + sample.c.period
DRAWN = (
    select(_NAME)
    .select_from(sample_call)
    .join(sample)
    .join(sample_plan)
    .where(sample_call.c.call_id == call.c.id, ~HEARD_BY_PEOPLE.element)
    .order_by(sample.c.id)
    .limit(1)
    .correlate(call)
    .scalar_subquery()
)
"""The sample that a call was drawn for and that nobody has heard it for yet, in a query over calls."""

NOBODY = ""
SWING = func.coalesce(call_list.c.swing, 0.0).label("swing")
"""In a query that joins the list outwards."""


@dataclass(frozen=True, slots=True)
class QueueFilter:
    """Which of the calls that wait are meant; what is left out is not asked for."""

    began: Moments = ALWAYS
    """Appealed calls are meant whenever they began."""
    sample: str | None = None
    """See `store.people.samples.StoredSample.name`."""
    reviewer: str | None = None
    """Who was asked to hear them; `NOBODY`: they are still to be given out."""
    drawn: bool = False
    """Only calls that some sample drew."""


ALL = QueueFilter()


class QueueRow(NamedTuple):
    """A call with its score, and whether people should hear it whatever the machine found."""

    score: StoredScore
    line: str
    category: str
    sample: str
    """The sample it was drawn for and nobody has heard yet; "" when there is none."""
    swing: float
    """By how many points its total may move, depending on what people decide."""


def queued_calls(
    c: Connection,
    keys: RubricKeys,
    wanted: QueueFilter = ALL,
    appealed: Iterable[str] = (),
    limit: int | None = None,
    emergencies: Mapping[str, int] = MappingProxyType({}),
) -> Iterator[QueueRow]:
    """Calls whose score waits for a person, that were drawn for a sample, or ``appealed``.

    Missed emergencies come first, then those with a fatal fault, then the appealed, then those whose totals may move
    most, then the oldest, so that ``limit`` leaves the most urgent. ``emergencies``: the items that tell one, with
    their places on a sheet.
    """
    appealed = list(appealed)
    missed = or_(*(_violated(VERDICTS, place) for place in emergencies.values())) if emergencies else None
    order = (
        *([] if missed is None else [and_(NEEDS_REVIEW, missed).desc()]),
        and_(NEEDS_REVIEW, FATAL).desc(),
        call.c.call_id.in_(appealed).desc(),
        SWING.desc(),
        call.c.started_at,
        call.c.id,
    )
    rows = c.execute(
        _queued(c, keys, wanted, appealed)
        .outerjoin(call_list, call_list.c.call_id == call.c.id)
        .where(call.c.id.in_(_among(c, keys, wanted, appealed, limit, emergencies)))
        .with_only_columns(*SCORE_COLUMNS, *call.c["line", "category"], SWING, DRAWN)
        .order_by(*order)
        .limit(limit)
        .execution_options(yield_per=CHUNK)
    )
    width = len(StoredScore._fields)
    for row in rows:
        yield QueueRow(StoredScore(*row[:width]), row.line, row.category, row[-1] or "", row.swing)


def n_of_agents(c: Connection, months: Collection[tuple[str, str]], zone: ZoneInfo) -> dict[tuple[str, str], int]:
    """How many listed calls each of these agents has in each of these months."""
    counted: dict[tuple[str, str], int] = {}
    for month in {month for _, month in months}:
        agents = [agent_id for agent_id, other in months if other == month]
        listed = began(Days.of_month(month).moments(zone), call_list.c.started_at)
        columns = call_list.c.agent_id, func.count()
        for chunk in chunked(agents, CHUNK):
            wanted = select(*columns).where(listed, call_list.c.agent_id.in_(chunk)).group_by(call_list.c.agent_id)
            counted |= {(agent_id, month): n for agent_id, n in c.execute(wanted)}
    return counted


def n_queued(c: Connection, keys: RubricKeys, wanted: QueueFilter = ALL, appealed: Iterable[str] = ()) -> int:
    """How many `queued_calls` gives without a limit."""
    appealed = list(appealed)
    queued = _queued(c, keys, wanted, appealed)
    if wanted.reviewer:
        return _count(c, queued.where(call.c.id.in_(_asked(wanted.reviewer))))
    undecided = _undecided(c, keys, wanted)
    others = and_(call.c.id.in_(union_all(*_others(appealed))), call.c.id.not_in(undecided))
    return _count(c, undecided) + _count(c, queued.where(others))


def _count(c: Connection, calls: Select[Any]) -> int:
    return c.scalar(calls.with_only_columns(func.count())) or 0


def _among(
    c: Connection,
    keys: RubricKeys,
    wanted: QueueFilter,
    appealed: list[str],
    limit: int | None,
    emergencies: Mapping[str, int],
) -> Select[Any] | CompoundSelect[Any]:
    """Numbers of few calls, among which the ``limit`` most urgent ones are."""
    if wanted.reviewer:
        return _asked(wanted.reviewer)
    urgent = _undecided(c, keys, wanted).order_by(
        *(call_list.c[name].desc() for name in ("fatal", "swing")), *call_list.c["started_at", "call_id"]
    )
    missed = [missed_emergencies(item, place) for item, place in emergencies.items()] if limit else []
    return union_all(select(urgent.limit(limit).subquery()), *missed, *_others(appealed))


def missed_emergencies(item_id: str, place: int) -> Select[tuple[int]]:
    """Numbers of the listed calls in which the item, at this place of their sheets, was found violated by the machine
    alone. Few have that mark, and one index finds them."""
    marked = select(call_list_mark.c.call_id).join(call_list, call_list.c.call_id == call_list_mark.c.call_id)
    of_item = call_list_mark.c.item_id == item_id, call_list_mark.c.mark.in_(["failed", "undecided"])
    return marked.where(*of_item, _violated(call_list.c.verdicts, place))


def _violated(verdicts: ColumnElement[str], place: int) -> ColumnElement[bool]:
    """Whether the machine found the item at this place of a sheet violated, and no person has spoken of it."""
    return func.substr(verdicts, place + 1, 1) == LETTERS[Verdict.VIOLATED]


def _undecided(c: Connection, keys: RubricKeys, wanted: QueueFilter) -> Select[Any]:
    """Numbers of the calls that wait for a decision; of a sample, all are among `_others`.

    Most that wait do, and the list finds them in one index.
    """
    waits = and_(call_list.c.rubric_id == rubric_pk(c, keys.rubric_key), LISTED_FOR_REVIEW)
    seeing = not_blind(c, call_list.c.call_id)
    meant = and_(began(wanted.began, call_list.c.started_at), _of_reviewer(wanted, call_list.c.call_id), seeing)
    return select(call_list.c.call_id).where(waits, meant if wanted.sample is None and not wanted.drawn else false())


def _others(appealed: list[str]) -> tuple[Select[Any], Select[Any]]:
    """Numbers of the calls that may wait for something else. One query with "or" would look at all calls there are."""
    return select(sample_call.c.call_id), select(call.c.id).where(call.c.call_id.in_(appealed))


def _queued(c: Connection, keys: RubricKeys, wanted: QueueFilter, appealed: list[str]) -> Select[Any]:
    # Few calls were ever drawn; of the others nobody need ask whether somebody has heard them.
    drawn = and_(call.c.id.in_(select(sample_call.c.call_id)), DRAWN.is_not(None))
    waits = and_(or_(NEEDS_REVIEW, drawn), began(wanted.began, call.c.started_at))
    waiting_calls = with_effective_score(select(call.c.id), c, keys).where(or_(waits, call.c.call_id.in_(appealed)))
    waiting_calls = waiting_calls.where(not_blind(c, call.c.id))
    if wanted.sample is not None:
        waiting_calls = waiting_calls.where(DRAWN.in_([wanted.sample]))
    if wanted.drawn:
        waiting_calls = waiting_calls.where(drawn)
    return waiting_calls.where(_of_reviewer(wanted, call.c.id))


def _of_reviewer(wanted: QueueFilter, call_id: ColumnElement[int]) -> ColumnElement[bool]:
    if wanted.reviewer is None:
        return true()
    return call_id.in_(_asked(wanted.reviewer)) if wanted.reviewer else call_id.not_in(_asked())


def _asked(reviewer: str | None = None) -> Select[Any]:
    """Numbers of the calls that one person, or anybody, was asked to hear."""
    # Not correlated: a person's own queue starts from the few calls they were asked to hear, not from all that wait.
    asked = select(assignment.c.call_id).outerjoin(assignment_end).where(OPEN, assignment.c.purpose == "review")
    return asked if reviewer is None else asked.where(assignment.c.reviewer == reviewer)


class QueueCount(NamedTuple):
    """How many calls wait, and since when."""

    n: int
    oldest: datetime | None
    """When the call that has waited longest began, or when somebody was first asked; ``None`` when none waits."""


def count_undecided(c: Connection, visibility: Visibility) -> QueueCount:
    """Calls on whose sheets a person has something to decide."""
    wanted = select(func.count(), func.min(call_list.c.started_at)).where(LISTED_FOR_REVIEW)
    wanted = wanted.where(not_blind(c, call_list.c.call_id))
    if visibility.teams is not None:
        wanted = wanted.where(call_list.c.team.in_(visibility.teams))
    if visibility.agent_id is not None:
        wanted = wanted.where(call_list.c.agent_id == visibility.agent_id)
    return QueueCount(*c.execute(wanted).one())


def count_asked(c: Connection, reviewer: str) -> QueueCount:
    """What this person was asked to hear and has not done yet."""
    wanted = select(func.count(), func.min(assignment.c.at)).select_from(assignment).outerjoin(assignment_end)
    open_ones = wanted.where(assignment_end.c.assignment_id.is_(None), assignment.c.purpose == "review")
    open_ones = open_ones.where(not_blind(c, assignment.c.call_id))
    return QueueCount(*c.execute(open_ones.where(assignment.c.reviewer == reviewer)).one())


class MissedCall(NamedTuple):
    """A call in which a citizen in danger was given no guidance, as far as the machine can tell."""

    call_pk: int
    call_id: str
    started_at: datetime


def missed_emergency_calls(
    c: Connection, keys: RubricKeys, emergencies: Mapping[str, int], visibility: Visibility
) -> list[MissedCall]:
    """Listed calls that nobody has confirmed or overturned, the oldest first. ``emergencies``: see `queued_calls`."""
    if not emergencies:
        return []
    calls = union_all(*(missed_emergencies(item, place) for item, place in emergencies.items()))
    wanted = select(*call_list.c["call_id", "named", "started_at"]).where(
        call_list.c.call_id.in_(calls),
        call_list.c.rubric_id == rubric_pk(c, keys.rubric_key),
        not_blind(c, call_list.c.call_id),
    )
    if visibility.teams is not None:
        wanted = wanted.where(call_list.c.team.in_(visibility.teams))
    return [MissedCall(*row) for row in c.execute(wanted.order_by(*call_list.c["started_at", "call_id"]))]
