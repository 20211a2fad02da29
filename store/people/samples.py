"""Samples: which calls could be drawn for people to hear, which were, and what came of it."""

from collections.abc import Iterable, Iterator
from datetime import date, datetime
from typing import Any, NamedTuple

from more_itertools import chunked
from sqlalchemy import Connection, Select, and_, exists, func, insert, or_, select

from callqa.errors import StoreError
from callqa.keys import RubricKeys
from callqa.records import SampleCall
from callqa.types import Seconds
from store.tables.calls import call, call_score, transcript
from store.tables.joins import CHUNK, EFFECTIVE, HEARD, covered, engine_pk, rubric_pk, scored
from store.tables.people import assignment, assignment_end, effective_score, review, sample, sample_call, sample_plan

ROWS_AT_ONCE = 1000


class Candidate(NamedTuple):
    """A call of a period, with all that a plan or an estimate looks at."""

    call_id: str
    agent_id: str
    team: str
    line: str
    direction: str
    hangup_by: str
    started_at: datetime
    category: str
    request_type: str
    seconds: Seconds | None
    confidence: float | None
    machine_total: float | None
    machine_verdicts: str | None
    """Letters; ``None`` before it was scored."""
    total: float | None
    """That counts: people's where there is one; likewise below."""
    needs_review: bool | None
    fatal: bool | None
    verdicts: str | None
    sample_pk: int | None
    """The sample that drew it."""
    heard: bool
    """By a person: who was asked to is done with it, or where nobody was asked, somebody reviewed it."""


class StoredSample(NamedTuple):
    pk: int
    plan_id: str
    plan_key: str
    document: dict[str, Any]
    """The plan as it was when the sample was drawn."""
    period: str
    seed: str
    n_candidates: int
    author: str
    at: datetime
    n_calls: int

    @property
    def name(self) -> str:
        """The session of the assignments to hear it."""
        return f"{self.plan_id}:{self.period}"


class DrawnCall(NamedTuple):
    """A call of a sample, as people look for it."""

    drawn: SampleCall
    agent_id: str
    team: str
    started_at: datetime
    heard: bool


ASKED = (
    select(assignment.c.id)
    .outerjoin(assignment_end)
    .where(assignment.c.call_id == call.c.id, assignment.c.purpose == "review")
    .correlate(call)
)
SPOKEN_OF = select(review.c.id).where(review.c.call_id == call.c.id, review.c.purpose != "calibration").correlate(call)
HEARD_BY_PEOPLE = or_(
    ASKED.where(assignment_end.c.how == "done").exists(),
    and_(
        SPOKEN_OF.exists(),
        ~ASKED.where(assignment_end.c.assignment_id.is_(None)).exists(),
    ),
).label("heard")
"""Who was asked to hear a call says so; where nobody was asked, a review will do."""


def candidates(c: Connection, keys: RubricKeys, first: date, last: date) -> Iterator[Candidate]:
    """The calls that ``keys`` cover, from the local day ``first`` to ``last``, scored or not, as they were taken in."""
    described = call.c["call_id", "agent_id", "team", "line", "direction", "hangup_by", "started_at"]
    machine = (call_score.c.total.label("machine_total"), call_score.c.verdicts.label("machine_verdicts"))
    wanted = (
        select(
            *described,
            *call.c["category", "request_type"],
            *transcript.c["seconds", "confidence"],
            *machine,
            *EFFECTIVE[:4],
            sample_call.c.sample_id,
            HEARD_BY_PEOPLE,
        )
        .select_from(call)
        .outerjoin(transcript, and_(HEARD, transcript.c.engine_id == engine_pk(c, keys.engine_key)))
        .outerjoin(call_score, and_(scored(keys), call_score.c.rubric_id == rubric_pk(c, keys.rubric_key)))
        .outerjoin(effective_score)
        .outerjoin(sample_call, sample_call.c.call_id == call.c.id)
        .where(call.c.day.between(first.isoformat(), last.isoformat()), covered(keys))
        .order_by(call.c.id)
    )
    for row in c.execute(wanted.execution_options(yield_per=ROWS_AT_ONCE)):
        yield Candidate(*row)


def is_scored(c: Connection, keys: RubricKeys, since: date) -> bool:
    """Whether a call of this local day or a later one has a score."""
    scored_call = (
        exists()
        .where(call.c.day >= since.isoformat(), call_score.c.call_id == call.c.id)
        .where(call_score.c.rubric_id == rubric_pk(c, keys.rubric_key))
    )
    return bool(c.scalar(select(scored_call)))


def find(c: Connection, plan_id: str, period: str) -> StoredSample | None:
    """The sample of this plan and period, whatever the plan was then."""
    wanted = _samples().where(sample_plan.c.plan_id == plan_id, sample.c.period == period)
    row = c.execute(wanted).one_or_none()
    return None if row is None else StoredSample(*row)


def samples(c: Connection) -> list[StoredSample]:
    """All samples, in the order they were drawn."""
    return [StoredSample(*row) for row in c.execute(_samples().order_by(sample.c.id))]


def calls_of(c: Connection, sample_pk: int) -> list[DrawnCall]:
    """The calls of a sample, by agent and time."""
    wanted = (
        select(
            *(call.c.call_id, *sample_call.c["stratum", "probability", "why"]),
            *call.c["agent_id", "team", "started_at"],
            HEARD_BY_PEOPLE,
        )
        .join_from(sample_call, call)
        .where(sample_call.c.sample_id == sample_pk)
        .order_by(call.c.agent_id, call.c.started_at, call.c.id)
    )
    return [DrawnCall(SampleCall(*row[:4]), *row[4:]) for row in c.execute(wanted)]


def put_sample(
    c: Connection,
    plan_id: str,
    plan_key: str,
    document: dict[str, Any],
    period: str,
    seed: str,
    n_candidates: int,
    drawn: Iterable[SampleCall],
    author: str,
    at: datetime,
) -> StoredSample:
    """Keeps a sample; a plan and period that were drawn before keep their first one, which comes back.

    Raises `StoreError` when the plan was another when this period was drawn, and when another sample has taken one of
    the calls meanwhile, or one was removed.
    """
    known = find(c, plan_id, period)
    if known is None:
        call_pks = _undrawn(c, [drawn_call.call_id for drawn_call in drawn])
        values = {"period": period, "seed": seed, "n_candidates": n_candidates, "author": author, "at": at}
        added = insert(sample).values(plan_id=_plan_pk(c, plan_id, plan_key, document), **values)
        (sample_pk,) = c.execute(added.returning(sample.c.id)).one()
        rows = [
            {
                "sample_id": sample_pk,
                "call_id": call_pks[drawn_call.call_id],
                "stratum": drawn_call.stratum,
                "probability": drawn_call.probability,
                "why": drawn_call.why,
            }
            for drawn_call in drawn
        ]
        if rows:
            c.execute(insert(sample_call), rows)
        known = StoredSample(*c.execute(_samples().where(sample.c.id == sample_pk)).one())
    refuse_another(known, plan_key)
    return known


def refuse_another(known: StoredSample, plan_key: str) -> None:
    """Raises `StoreError` unless the sample was drawn by the plan of this key."""
    if known.plan_key != plan_key:
        raise StoreError("sampling.drawn_already", plan=known.plan_id, period=known.period)


def _samples() -> Select[Any]:
    n_calls = select(func.count()).where(sample_call.c.sample_id == sample.c.id).scalar_subquery()
    return select(
        sample.c.id,
        *sample_plan.c["plan_id", "plan_key", "document"],
        *sample.c["period", "seed", "n_candidates", "author", "at"],
        n_calls,
    ).join_from(sample, sample_plan)


def _plan_pk(c: Connection, plan_id: str, plan_key: str, document: dict[str, Any]) -> int:
    known = c.scalar(select(sample_plan.c.id).where(sample_plan.c.plan_key == plan_key))
    if known is not None:
        return int(known)
    added = insert(sample_plan).values(plan_id=plan_id, plan_key=plan_key, document=document)
    return int(c.execute(added.returning(sample_plan.c.id)).scalar_one())


def _undrawn(c: Connection, call_ids: list[str]) -> dict[str, int]:
    wanted = select(*call.c["call_id", "id"], sample_call.c.sample_id).outerjoin(sample_call)
    call_pks: dict[str, int] = {}
    for chunk in chunked(call_ids, CHUNK):
        for call_id, call_pk, sample_pk in c.execute(wanted.where(call.c.call_id.in_(chunk))):
            if sample_pk is not None:
                raise StoreError("sampling.calls_taken")
            call_pks[call_id] = call_pk
    if len(call_pks) < len(call_ids):
        raise StoreError("sampling.calls_removed")
    return call_pks
