"""Appeals and what was said on them; steps are added and never changed."""

from collections import defaultdict
from collections.abc import Collection
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import ColumnElement, Connection, func, insert, or_, select

from callqa.errors import StoreError
from callqa.keys import RubricKeys
from callqa.records import Appeal, AppealStep
from store.tables.calls import call, call_score
from store.tables.joins import among, call_pk, rubric_pk, with_score
from store.tables.people import appeal as appeal_table
from store.tables.people import appeal_step, hold, hold_release, review


class StoredAppeal(NamedTuple):
    pk: int
    """The number people call it by."""
    appeal: Appeal
    steps: tuple[AppealStep, ...]
    """In the order they were taken."""


def put_appeal(c: Connection, appeal: Appeal) -> int:
    """The new appeal's number. Raises `StoreError` for a call that is not known, and for an item appealed before."""
    key = {"call_id": call_pk(c, appeal.call_id), "item_id": appeal.item_id}
    known = c.scalar(select(appeal_table.c.id).filter_by(**key))
    if known is not None:
        raise StoreError("appeal.appealed_before", call=appeal.call_id, item=appeal.item_id, n=known)
    values = {"agent_id": appeal.agent_id, "reason": appeal.reason, "at": appeal.at}
    return int(c.execute(insert(appeal_table).values(key | values).returning(appeal_table.c.id)).scalar_one())


def put_step(c: Connection, appeal_pk: int, step: AppealStep) -> None:
    """Adds a step to an appeal that is there; whether it may be taken is for the caller to know."""
    c.execute(
        insert(appeal_step).values(
            appeal_id=appeal_pk,
            stage=step.stage,
            outcome=step.outcome,
            reason=step.reason,
            author=step.author,
            at=step.at,
        )
    )


LAST_OUTCOME = (
    select(appeal_step.c.outcome)
    .where(appeal_step.c.appeal_id == appeal_table.c.id)
    .order_by(appeal_step.c.id.desc())
    .limit(1)
    .correlate(appeal_table)
    .scalar_subquery()
)
IS_OPEN: ColumnElement[bool] = or_(LAST_OUTCOME.is_(None), LAST_OUTCOME == "forward")
"""Somebody has to decide, as `scoring.review.appeal.state_of` says."""


def appeals(
    c: Connection,
    pk: int | None = None,
    agent_id: str | None = None,
    call_id: str | None = None,
    teams: Collection[str] | None = None,
    only_open: bool = False,
    newest: int | None = None,
) -> list[StoredAppeal]:
    """Oldest first; one, or those of an agent, a call, some teams, or all; of these perhaps only those to decide.

    ``newest``: only so many of them.
    """
    wanted = select(appeal_table, call.c.call_id.label("named")).join(call)
    if teams is not None:
        wanted = wanted.where(call.c.team.in_(teams))
    if only_open:
        wanted = wanted.where(IS_OPEN)
    for column, value in ((appeal_table.c.id, pk), (appeal_table.c.agent_id, agent_id), (call.c.call_id, call_id)):
        if value is not None:
            wanted = wanted.where(column == value)
    wanted = wanted.order_by(appeal_table.c.id.desc()).limit(newest)
    rows = c.execute(wanted).all()[::-1]
    steps: defaultdict[int, list[AppealStep]] = defaultdict(list)
    shown = wanted.with_only_columns(appeal_table.c.id).subquery()
    taken = select(appeal_step).join(shown, shown.c.id == appeal_step.c.appeal_id)
    for row in c.execute(taken.order_by(appeal_step.c.id)):
        steps[row.appeal_id].append(AppealStep(row.stage, row.outcome, row.reason, row.author, row.at))
    return [
        StoredAppeal(row.id, Appeal(row.named, row.item_id, row.agent_id, row.reason, row.at), tuple(steps[row.id]))
        for row in rows
    ]


def open_items(c: Connection, call_id: str | None = None) -> list[tuple[str, str]]:
    """(call, item) of each appeal that somebody has to decide, oldest first; of one call, or all."""
    wanted = select(call.c.call_id, appeal_table.c.item_id).join_from(appeal_table, call).where(IS_OPEN)
    if call_id is not None:
        wanted = wanted.where(call.c.call_id == call_id)
    return [row._tuple() for row in c.execute(wanted.order_by(appeal_table.c.id))]


class Publication(NamedTuple):
    """Since when a call's present score can be seen."""

    at: datetime
    """When the score was made, or when a night that was held was released, whichever was last."""
    spoken: dict[str, datetime]
    """When a person last spoke of an item, by its id."""

    def of(self, item_id: str) -> datetime:
        """Since when the verdict on the item can be seen."""
        return max(self.at, self.spoken.get(item_id, self.at))


def published_at(c: Connection, call_id: str, item_id: str, keys: RubricKeys) -> datetime | None:
    """Since when the call's present verdict on an item could be seen; ``None`` when the call has no score."""
    since = publications(c, [call_pk(c, call_id)], keys)
    return next((value.of(item_id) for value in since.values()), None)


def publications(c: Connection, call_pks: Collection[int], keys: RubricKeys) -> dict[int, Publication]:
    """By call; those without a score are left out. A few hundred calls at most."""
    wanted = select(call.c.id.label("call_pk"), call_score.c.id, call_score.c.at)
    scores = c.execute(with_score(wanted, c, keys).where(among(call.c.id, call_pks))).all()
    ranges = select(*hold.c["after_score_id", "upto_score_id"], hold_release.c.at).join(hold_release)
    released = c.execute(ranges.where(hold.c.rubric_id == rubric_pk(c, keys.rubric_key))).all()
    last = select(*review.c["call_id", "item_id"], func.max(review.c.at)).where(
        among(review.c.call_id, call_pks), review.c.purpose == "review"
    )
    spoken: defaultdict[int, dict[str, datetime]] = defaultdict(dict)
    for pk, item_id, at in c.execute(last.group_by(review.c.call_id, review.c.item_id)):
        spoken[pk][item_id] = at
    return {
        pk: Publication(
            max([at, *(freed for after, upto, freed in released if after < score_id <= upto)]), spoken.get(pk, {})
        )
        for pk, score_id, at in scores
    }
