"""Joins of the rows of one run: a call, the transcript one engine made of it, the scores made from that."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Connection, Select, and_, bindparam, case, exists, false, func, or_, select, true

from callqa.days import Days, Moments
from callqa.errors import StoreError
from callqa.keys import RubricKeys, Scope
from store.tables.calls import call, call_score, check_version, engine, rubric, transcript
from store.tables.people import effective_score, hold, hold_release
from store.tables.removal import removal

EFFECTIVE = (
    *(
        case((effective_score.c.call_score_id.is_(None), call_score.c[name]), else_=effective_score.c[name]).label(name)
        for name in ("total", "needs_review", "fatal", "verdicts")
    ),
    func.coalesce(effective_score.c.manual_points, 0.0).label("manual_points"),
)
"""The sheet that counts, in a query that joins `effective_score` outwards: people's where there is one."""

SCORE_COLUMNS = (*call.c["id", "call_id", "agent_id", "team", "started_at"], *EFFECTIVE)
"""Those of `store.calls.rows.StoredScore`."""

CHUNK = 1000  # values in one IN list
NOT_THERE = -1  # no row has this id, so a key that was never stored simply matches nothing

HEARD: ColumnElement[bool] = and_(
    transcript.c.recording_id == call.c.recording_id, transcript.c.channel == call.c.channel
)
"""Joins a call to its transcripts, one for each engine."""

UNTOUCHED: ColumnElement[bool] = ~exists().where(removal.c.call_id == call.c.id)
"""Nothing of the call was removed."""
HAS_TEXT: ColumnElement[bool] = ~exists().where(removal.c.call_id == call.c.id, removal.c.what == "text")
"""Its words were not removed. The transcript's row stays without them, because scores stand on it."""


def among(column: ColumnElement[int], pks: Iterable[int]) -> ColumnElement[bool]:
    """Whether a primary key is one of these. They stand in the statement itself: many parameters take drivers long."""
    return column.in_(bindparam(None, list(pks), expanding=True, literal_execute=True))


def call_pk(c: Connection, call_id: str) -> int:
    """Raises `StoreError` for a call that is not known."""
    pk: int | None = c.scalar(select(call.c.id).where(call.c.call_id == call_id))
    if pk is None:
        raise StoreError("call.unknown", call=call_id)
    return pk


def engine_pk(c: Connection, engine_key: str) -> int:
    return c.scalar(select(engine.c.id).where(engine.c.engine_key == engine_key)) or NOT_THERE


def rubric_pk(c: Connection, rubric_key: str) -> int:
    return c.scalar(select(rubric.c.id).where(rubric.c.rubric_key == rubric_key)) or NOT_THERE


def check_pks(c: Connection, check_keys: tuple[str, ...]) -> dict[int, tuple[str, str]]:
    """(check_key, check_id) of the registered ones among ``check_keys``, by primary key."""
    wanted = select(check_version).where(check_version.c.check_key.in_(check_keys)).order_by(check_version.c.id)
    return {row.id: (row.check_key, row.check_id) for row in c.execute(wanted)}


def within(scope: Scope) -> ColumnElement[bool]:
    """Whether a call is in the scope."""
    named = ((call.c.team, scope.teams), (call.c.line, scope.lines), (call.c.direction, scope.directions))
    return and_(
        true(),
        *(column.in_(names) for column, names in named if names),
        *((call.c.day >= scope.since,) if scope.since else ()),
    )


def on(days: Days) -> ColumnElement[bool]:
    """Whether a call is of these days."""
    bounds = []
    if days.first:
        bounds.append(call.c.day >= f"{days.first}")
    if days.last:
        bounds.append(call.c.day <= f"{days.last}")
    return and_(true(), *bounds)


def began(moments: Moments, started_at: ColumnElement[datetime]) -> ColumnElement[bool]:
    """Whether a call began then."""
    since, until = moments
    bounds = [] if since is None else [started_at >= since]
    return and_(true(), *bounds, *([] if until is None else [started_at < until]))


def covered(keys: RubricKeys) -> ColumnElement[bool]:
    """Whether a call belongs to the rubric of ``keys``."""
    return and_(within(keys.scope), *(~within(scope) for scope in keys.elsewhere))


def scored(keys: RubricKeys) -> ColumnElement[bool]:
    """Joins a call that ``keys`` cover, and its transcript, to the scores made from their checks under their trust.

    There is one for each rubric.
    """
    return and_(
        call_score.c.call_id == call.c.id,
        call_score.c.transcript_id == transcript.c.id,
        call_score.c.context_key == call.c.context_key,
        call_score.c.checks_key == keys.checks_key,
        call_score.c.trust_key == keys.trust_key,
        covered(keys),
    )


def with_transcript(wanted: Select[Any], c: Connection, engine_key: str) -> Select[Any]:
    """A query over calls, joined to what this engine heard; calls that it has not heard are left out."""
    return wanted.join(transcript, HEARD).where(transcript.c.engine_id == engine_pk(c, engine_key))


def with_score(wanted: Select[Any], c: Connection, keys: RubricKeys) -> Select[Any]:
    """A query over calls, joined to transcript and score as they stand under ``keys``; the others are left out."""
    joined = with_transcript(wanted, c, keys.engine_key).join(call_score, scored(keys))
    return joined.where(call_score.c.rubric_id == rubric_pk(c, keys.rubric_key))


def with_effective_score(wanted: Select[Any], c: Connection, keys: RubricKeys) -> Select[Any]:
    """`with_score`, and people's sheet where there is one: what `EFFECTIVE` needs."""
    return with_score(wanted, c, keys).outerjoin(effective_score)


class HeldRange(NamedTuple):
    """Scores of one rubric that wait unpublished for a release: those with ids ``first`` to ``last``."""

    rubric_pk: int
    first: int
    last: int


def held_ranges(c: Connection) -> list[HeldRange]:
    """Few nights are held at once, so their ranges may stand in a query."""
    waiting = select(hold.c.rubric_id, hold.c.after_score_id + 1, hold.c.upto_score_id).outerjoin(hold_release)
    return [HeldRange(*row) for row in c.execute(waiting.where(hold_release.c.hold_id.is_(None)))]


def held(c: Connection, keys: RubricKeys) -> ColumnElement[bool]:
    """Whether a `call_score` under the rubric waits unpublished for a release; what is published is ``~held(...)``."""
    waiting = held_ranges(c)
    own_rubric = rubric_pk(c, keys.rubric_key) if waiting else NOT_THERE
    ranges = [call_score.c.id.between(r.first, r.last) for r in waiting if r.rubric_pk == own_rubric]
    return or_(false(), *ranges)
