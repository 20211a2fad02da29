"""Urgent calls: handed in by a program to be transcribed and checked at once."""

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import Connection, select, update

from store.db import upsert
from store.tables.api import urgent_call
from store.tables.calls import call


def put_urgent(c: Connection, call_id: str, at: datetime) -> None:
    """The call waits for a worker from now on, also one that a worker has done before."""
    pk = c.execute(select(call.c.id).where(call.c.call_id == call_id)).scalar_one()
    adding = upsert.insert(c, urgent_call).values(call_id=pk, at=at, done_at=None)
    c.execute(adding.on_conflict_do_update(index_elements=["call_id"], set_={"at": at, "done_at": None}))


def urgent_calls(c: Connection, limit: int) -> list[int]:
    """Primary keys of the calls that wait, the oldest first."""
    waiting = select(urgent_call.c.call_id).where(urgent_call.c.done_at.is_(None))
    return list(c.scalars(waiting.order_by(urgent_call.c.at, urgent_call.c.id).limit(limit)))


def urgent_since(c: Connection, call_pks: Collection[int]) -> dict[int, datetime]:
    """When each of the calls was handed in as urgent; without those that never were."""
    wanted = select(urgent_call.c.call_id, urgent_call.c.at).where(urgent_call.c.call_id.in_(call_pks))
    return {row.call_id: row.at for row in c.execute(wanted)}


def end_urgent(c: Connection, call_pks: Collection[int], at: datetime) -> None:
    c.execute(update(urgent_call).where(urgent_call.c.call_id.in_(call_pks)).values(done_at=at))


def uris_of_uploads(c: Connection) -> set[str]:
    """The places of recordings that programs sent, of all calls."""
    return set(c.scalars(select(call.c.uri).where(call.c.uri.contains("/uploads/"))))
