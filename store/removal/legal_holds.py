"""Legal holds: calls that must not be removed, whatever their age, until somebody releases them."""

from collections.abc import Collection
from datetime import datetime
from typing import Any, NamedTuple

from more_itertools import chunked
from sqlalchemy import ColumnElement, Connection, FromClause, Select, exists, func, insert, select

from callqa.errors import StoreError
from callqa.messages import NONE
from store.tables.calls import call
from store.tables.joins import CHUNK
from store.tables.removal import legal_hold, legal_hold_call, legal_hold_release

_RELEASED = exists().where(legal_hold_release.c.legal_hold_id == legal_hold.c.id).correlate(legal_hold)


class LegalHold(NamedTuple):
    """Why calls are held, and by whom."""

    pk: int
    asked: str
    """How the calls were chosen, without a telephone number."""
    reason: str
    author: str
    at: datetime
    n_calls: int
    released_by: str | None = None
    """``None``: still held."""
    release_reason: str | None = None
    released_at: datetime | None = None


def held_by_law(calls: FromClause = call) -> ColumnElement[bool]:
    """Whether a call of a query is held. ``calls``: the table, or an alias of it."""
    waiting = select(legal_hold.c.id).where(~_RELEASED)
    return exists().where(legal_hold_call.c.call_id == calls.c.id, legal_hold_call.c.legal_hold_id.in_(waiting))


def hold_calls(c: Connection, ids: Collection[int], asked: str, reason: str, author: str, at: datetime) -> int:
    """Holds these calls; the number of the hold. Raises `StoreError` without any call."""
    if not ids:
        raise StoreError("legal_hold.no_calls")
    values = {"asked": asked, "reason": reason, "author": author, "at": at}
    pk = int(c.execute(insert(legal_hold).values(values).returning(legal_hold.c.id)).scalar_one())
    for some in chunked(sorted(set(ids)), CHUNK):
        c.execute(insert(legal_hold_call), [{"legal_hold_id": pk, "call_id": call_pk} for call_pk in some])
    return pk


def release(c: Connection, pk: int, reason: str, author: str, at: datetime) -> int:
    """Ends a hold; how many calls were in it. Raises `StoreError` when nothing is held under this number."""
    waiting = {hold.pk: hold for hold in legal_holds(c) if hold.released_by is None}
    if pk not in waiting:
        raise StoreError("legal_hold.unknown", n=pk, holds=sorted(waiting) or NONE)
    c.execute(insert(legal_hold_release).values(legal_hold_id=pk, reason=reason, author=author, at=at))
    return waiting[pk].n_calls


def legal_holds(c: Connection) -> list[LegalHold]:
    """All there ever were, newest first."""
    return [LegalHold(*row) for row in c.execute(_holds().order_by(legal_hold.c.id.desc()))]


def holds_of(c: Connection, call_pk: int) -> list[LegalHold]:
    """Those that hold this call now, oldest first."""
    mine = legal_hold.c.id.in_(select(legal_hold_call.c.legal_hold_id).where(legal_hold_call.c.call_id == call_pk))
    return [LegalHold(*row) for row in c.execute(_holds().where(mine, ~_RELEASED).order_by(legal_hold.c.id))]


def held_days(c: Connection) -> set[str]:
    """The local days with a call that is held."""
    return set(c.scalars(select(call.c.day).where(held_by_law()).distinct()))


def calls_like(
    c: Connection, call_ids: Collection[str] = (), agent_id: str = "", first_day: str = "", last_day: str = ""
) -> list[int]:
    """The calls with one of these ids, of this agent, of these local days; what is empty is not asked for.

    Raises `StoreError` for a call id that is not known.
    """
    conditions: list[ColumnElement[bool]] = []
    if call_ids:
        known = set(c.scalars(select(call.c.call_id).where(call.c.call_id.in_(call_ids))))
        if unknown := sorted(set(call_ids) - known):
            raise StoreError("call.unknown", call=unknown[0])
        conditions.append(call.c.call_id.in_(call_ids))
    if agent_id:
        conditions.append(call.c.agent_id == agent_id)
    if first_day:
        conditions.append(call.c.day >= first_day)
    if last_day:
        conditions.append(call.c.day <= last_day)
    return list(c.scalars(select(call.c.id).where(*conditions).order_by(call.c.id)))


def _holds() -> Select[Any]:
    n_calls = select(func.count()).where(legal_hold_call.c.legal_hold_id == legal_hold.c.id).scalar_subquery()
    columns = legal_hold.c["id", "asked", "reason", "author", "at"]
    released = legal_hold_release.c["author", "reason", "at"]
    return select(*columns, n_calls, *released).outerjoin(legal_hold_release)
