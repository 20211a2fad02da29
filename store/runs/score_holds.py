"""Held nights: scores that wait unpublished because the machine fell below a floor on the golden set."""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import Connection, delete, func, insert, select, update

from callqa.errors import StoreError
from callqa.keys import RubricKeys
from callqa.messages import NONE, Message, dumps, loads
from store.tables.calls import call, call_score, rubric, run
from store.tables.joins import held, rubric_pk, with_score
from store.tables.people import hold, hold_release

LAST_SCORE = "last_score_id"
"""Of a run's report: the highest score id when the run ended."""
UNDECIDED = 2**31 - 1
"""Where a hold ends that waits for the golden set's answer: above all scores, for more are being made."""
NOT_ASKED = Message("the run has not asked the golden set yet; if it was killed, run again, and the next one asks")


class Hold(NamedTuple):
    """The scores of one run under one rubric, and why they are held."""

    run_id: int
    rubric_id: str
    version: str
    n_scores: int
    reasons: tuple[Message, ...]
    at: datetime
    released_by: str | None
    """``None``: still held."""
    release_reason: str | None
    released_at: datetime | None


def put_hold(
    c: Connection, run_id: int, rubric_key: str, after: int, upto: int, reasons: Sequence[Message], at: datetime
) -> None:
    """Holds the scores under this rubric with ids above ``after``, up to ``upto``."""
    values = {
        "after_score_id": after,
        "upto_score_id": upto,
        "reasons": list(map(dumps, reasons)),
        "at": at,
    }
    c.execute(insert(hold).values(run_id=run_id, rubric_id=rubric_pk(c, rubric_key), **values))


def put_undecided(c: Connection, run_id: int, rubric_key: str, at: datetime) -> None:
    """Holds what this run is about to score, until its gate has answered. A killed run's scores are held along."""
    drop_undecided(c, rubric_key)
    put_hold(c, run_id, rubric_key, gated_upto(c, rubric_key), UNDECIDED, [NOT_ASKED], at)


def drop_undecided(c: Connection, rubric_key: str) -> None:
    """The gate has answered, or another run's will."""
    mine = hold.c.rubric_id == rubric_pk(c, rubric_key)
    c.execute(delete(hold).where(mine, hold.c.upto_score_id == UNDECIDED))


def release(c: Connection, run_id: int, author: str, reason: str, at: datetime) -> int:
    """Publishes what this run's gate held; how many scores that are. Raises `StoreError` when nothing is held."""
    waiting = holds(c, waiting=True)
    if run_id not in {hold.run_id for hold in waiting}:
        raise StoreError("score_hold.unknown", run=run_id, runs=[hold.run_id for hold in waiting] or NONE)
    ended = select(hold_release.c.hold_id).where(hold_release.c.hold_id == hold.c.id).exists()
    undecided = hold.c.run_id == run_id, hold.c.upto_score_id == UNDECIDED
    c.execute(update(hold).where(*undecided).values(upto_score_id=last_score_id(c)))
    for hold_id in c.scalars(select(hold.c.id).where(hold.c.run_id == run_id, ~ended)).all():
        c.execute(insert(hold_release).values(hold_id=hold_id, author=author, reason=reason, at=at))
    return sum(hold.n_scores for hold in waiting if hold.run_id == run_id)


def holds(c: Connection, run_ids: Collection[int] | None = None, waiting: bool = False) -> list[Hold]:
    """All holds there ever were, newest first; or those of some runs; or only what waits for a release."""
    n_held = (
        select(func.count())
        .where(
            call_score.c.rubric_id == hold.c.rubric_id,
            call_score.c.id > hold.c.after_score_id,
            call_score.c.id <= hold.c.upto_score_id,
        )
        .scalar_subquery()
    )
    wanted = (
        select(
            hold.c.run_id,
            rubric.c.rubric_id,
            rubric.c.version,
            n_held,
            hold.c.reasons,
            hold.c.at,
            *hold_release.c["author", "reason", "at"],
        )
        .join(rubric, rubric.c.id == hold.c.rubric_id)
        .outerjoin(hold_release)
        .order_by(hold.c.id.desc())
    )
    if run_ids is not None:
        wanted = wanted.where(hold.c.run_id.in_(run_ids))
    if waiting:
        wanted = wanted.where(hold_release.c.hold_id.is_(None))
    return [Hold(*row)._replace(reasons=tuple(map(loads, row.reasons))) for row in c.execute(wanted)]


def is_held(c: Connection, call_id: str, keys: RubricKeys) -> bool:
    """Whether the call's present score is not published: nobody can appeal against it."""
    mine = with_score(select(call.c.id), c, keys).where(call.c.call_id == call_id, held(c, keys))
    return bool(c.scalar(select(mine.exists())))


def n_scores(c: Connection, rubric_key: str, after: int, upto: int) -> int:
    """How many scores under this rubric have ids above ``after``, up to ``upto``."""
    mine = call_score.c.rubric_id == rubric_pk(c, rubric_key)
    wanted = select(func.count()).where(mine, call_score.c.id > after, call_score.c.id <= upto)
    return c.scalar(wanted) or 0


def last_score_id(c: Connection) -> int:
    """Of all scores, under whatever rubric; 0 when there is none."""
    return c.scalar(select(func.max(call_score.c.id))) or 0


def gated_upto(c: Connection, rubric_key: str) -> int:
    """The last score under this rubric that a gate has answered for; 0 before the first one.

    That is the last one which a finished run has left behind, or which was held. What a run that was killed has scored
    lies above it, so the next run's gate answers for that, too.
    """
    mine = hold.c.rubric_id == rubric_pk(c, rubric_key), hold.c.upto_score_id != UNDECIDED
    held_upto = c.scalar(select(func.max(hold.c.upto_score_id)).where(*mine)) or 0
    finished = select(*run.c["keys", "report"]).where(run.c.finished_at.is_not(None)).order_by(run.c.id.desc())
    for keys, report in c.execute(finished):
        if keys["rubric_key"] == rubric_key and LAST_SCORE in report:
            return max(held_upto, int(report[LAST_SCORE]))
    return held_upto
