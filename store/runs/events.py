"""Events that other programs are told of, and their deliveries to webhooks. Nothing in them is personal."""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from sqlalchemy import Connection, delete, func, insert, select, update

from store.db.upsert import insert_new
from store.tables.api import delivery, event, event_mark, webhook
from store.tables.calls import call, call_score, rubric, run
from store.tables.people import appeal, appeal_step

KEPT = timedelta(days=30)
"""How long events can be read and sent again."""


class NewEvent(NamedTuple):
    event_key: str
    """Of what happened: of the same key there is one event."""
    kind: str
    call_pk: int | None
    document: dict[str, Any]


class Event(NamedTuple):
    pk: int
    kind: str
    document: dict[str, Any]
    at: datetime


class Webhook(NamedTuple):
    pk: int
    account_pk: int
    url: str
    secret: str
    kinds: tuple[str, ...]
    created_at: datetime


class Due(NamedTuple):
    """An event that a webhook waits for."""

    pk: int
    attempts: int
    webhook: Webhook
    event: Event


class ScoreRow(NamedTuple):
    pk: int
    call_pk: int
    call_id: str
    rubric_key: str
    verdicts: str
    total: float | None


def put_webhook(c: Connection, account_pk: int, url: str, secret: str, kinds: Sequence[str], now: datetime) -> int:
    row = {"account_id": account_pk, "url": url, "secret": secret, "kinds": tuple(kinds), "created_at": now}
    return int(c.execute(insert(webhook).values(row).returning(webhook.c.id)).scalar_one())


def webhooks(c: Connection) -> list[Webhook]:
    """Those that were not ended."""
    wanted = select(*webhook.c["id", "account_id", "url", "secret", "kinds", "created_at"])
    return [Webhook(*row) for row in c.execute(wanted.where(webhook.c.ended_at.is_(None)).order_by(webhook.c.id))]


def end_webhook(c: Connection, pk: int, now: datetime) -> bool:
    mine = webhook.c.id == pk, webhook.c.ended_at.is_(None)
    c.execute(update(delivery).where(delivery.c.webhook_id == pk).values(next_at=None))
    return c.execute(update(webhook).where(*mine).values(ended_at=now)).rowcount == 1


def unsent_of(c: Connection) -> dict[int, int]:
    """How many deliveries wait, by webhook."""
    wanted = select(delivery.c.webhook_id, func.count()).where(delivery.c.next_at.is_not(None))
    return {row[0]: row[1] for row in c.execute(wanted.group_by(delivery.c.webhook_id))}


def put_events(c: Connection, events: Iterable[NewEvent], now: datetime) -> None:
    """Keeps those that are new, and has every webhook that waits for their kinds told."""
    rows = [
        {"event_key": e.event_key, "kind": e.kind, "call_id": e.call_pk, "document": e.document, "at": now}
        for e in events
    ]
    before = c.scalar(select(func.max(event.c.id))) or 0
    insert_new(c, event, rows)
    fresh = c.execute(select(event.c.id, event.c.kind).where(event.c.id > before)).all()
    wanted = [
        {"webhook_id": hook.pk, "event_id": row.id, "attempts": 0, "next_at": now}
        for hook in webhooks(c)
        for row in fresh
        if row.kind in hook.kinds
    ]
    insert_new(c, delivery, wanted)


def events_after(c: Connection, after: int, limit: int) -> list[Event]:
    wanted = select(*event.c["id", "kind", "document", "at"]).where(event.c.id > after)
    return [Event(*row) for row in c.execute(wanted.order_by(event.c.id).limit(limit))]


def send_again(c: Connection, webhook_pk: int, kinds: Sequence[str], after: int, now: datetime) -> int:
    """Has the webhook told once more of all events after this one; how many."""
    wanted = select(event.c.id).where(event.c.id > after, event.c.kind.in_(kinds))
    pks = list(c.scalars(wanted.order_by(event.c.id)))
    insert_new(c, delivery, [{"webhook_id": webhook_pk, "event_id": pk, "attempts": 0, "next_at": now} for pk in pks])
    mine = delivery.c.webhook_id == webhook_pk, delivery.c.event_id.in_(pks)
    c.execute(update(delivery).where(*mine).values(attempts=0, next_at=now, done_at=None))
    return len(pks)


def due_deliveries(c: Connection, now: datetime, limit: int) -> list[Due]:
    hook = webhook.c["id", "account_id", "url", "secret", "kinds", "created_at"]
    wanted = select(*delivery.c["id", "attempts"], *hook, *event.c["id", "kind", "document", "at"])
    wanted = wanted.select_from(delivery).join(webhook).join(event, event.c.id == delivery.c.event_id)
    wanted = wanted.where(delivery.c.next_at <= now, webhook.c.ended_at.is_(None))
    rows = c.execute(wanted.order_by(delivery.c.next_at, delivery.c.id).limit(limit))
    return [Due(row[0], row[1], Webhook(*row[2:8]), Event(*row[8:])) for row in rows]


def note_delivery(
    c: Connection, pk: int, attempts: int, status: int | None, next_at: datetime | None, done_at: datetime | None
) -> None:
    values = {"attempts": attempts, "status": status, "next_at": next_at, "done_at": done_at}
    c.execute(update(delivery).where(delivery.c.id == pk).values(values))


def sweep_events(c: Connection, now: datetime) -> None:
    """Forgets what is older than `KEPT`."""
    old = select(event.c.id).where(event.c.at < now - KEPT)
    c.execute(delete(delivery).where(delivery.c.event_id.in_(old)))
    c.execute(delete(event).where(event.c.at < now - KEPT))


def mark_of(c: Connection, name: str) -> int | None:
    """The last row of a table that events were made of; ``None``: none ever were."""
    return c.execute(select(event_mark.c.last_id).where(event_mark.c.name == name)).scalar_one_or_none()


def set_mark(c: Connection, name: str, last: int, now: datetime) -> None:
    if c.execute(update(event_mark).where(event_mark.c.name == name).values(last_id=last, at=now)).rowcount == 0:
        c.execute(insert(event_mark).values(name=name, last_id=last, at=now))


def last_ids(c: Connection) -> dict[str, int]:
    """Of the tables that events are made of."""
    tables = {"call_score": call_score, "appeal_step": appeal_step, "run": run}
    return {name: c.scalar(select(func.max(table.c.id))) or 0 for name, table in tables.items()}


def scores_after(c: Connection, after: int, limit: int) -> list[ScoreRow]:
    wanted = select(
        call_score.c.id, call.c.id, call.c.call_id, rubric.c.rubric_key, call_score.c.verdicts, call_score.c.total
    ).join_from(call_score, call, call.c.id == call_score.c.call_id)
    wanted = wanted.join(rubric, rubric.c.id == call_score.c.rubric_id).where(call_score.c.id > after)
    return [ScoreRow(*row) for row in c.execute(wanted.order_by(call_score.c.id).limit(limit))]


def decisions_after(c: Connection, after: int, limit: int) -> list[tuple[int, int, str, str, str, str]]:
    """(step, call, its id, item, stage, outcome) of steps of appeals that accepted or rejected."""
    wanted = select(appeal_step.c.id, call.c.id, call.c.call_id, appeal.c.item_id, *appeal_step.c["stage", "outcome"])
    wanted = wanted.select_from(appeal_step).join(appeal).join(call, call.c.id == appeal.c.call_id)
    wanted = wanted.where(appeal_step.c.id > after, appeal_step.c.outcome.in_(("accept", "reject")))
    return [row._tuple() for row in c.execute(wanted.order_by(appeal_step.c.id).limit(limit))]


def runs_ended_after(c: Connection, after: int, limit: int) -> list[tuple[int, str, datetime, dict[str, Any] | None]]:
    """(run, kind, end, report) of runs begun after this one that have ended, in any order."""
    wanted = select(*run.c["id", "kind", "finished_at", "report"]).where(run.c.id > after)
    rows = c.execute(wanted.where(run.c.finished_at.is_not(None)).order_by(run.c.id.desc()).limit(limit))
    return [row._tuple() for row in rows]
