"""Leases: one run at a time, also when two schedulers start one. A dead holder's lease ends by itself."""

from datetime import UTC, datetime, timedelta

from sqlalchemy import Connection, delete, or_, select, update

from store.db.upsert import insert
from store.tables.calls import lease


def acquire(c: Connection, name: str, holder: str, seconds: float) -> bool:
    """Whether ``holder`` now has the lease: it was free, expired, or its own already.

    One that lasts far longer than anybody may ask for was taken by a clock that has been put back since.
    """
    now, lasting = datetime.now(UTC), timedelta(seconds=seconds)
    row = {"holder": holder, "expires_at": now + lasting}
    over = or_(lease.c.expires_at <= now, lease.c.expires_at > now + 2 * lasting)
    taken = (
        insert(c, lease)
        .values(name=name, **row)
        .on_conflict_do_update(index_elements=[lease.c.name], set_=row, where=or_(over, lease.c.holder == holder))
    )
    return c.scalar(taken.returning(lease.c.name)) is not None


def renew(c: Connection, name: str, holder: str, seconds: float) -> bool:
    """Whether ``holder`` still has the lease, now for ``seconds`` more; ``False`` when another one took it over."""
    mine = update(lease).where(lease.c.name == name, lease.c.holder == holder)
    return c.execute(mine.values(expires_at=datetime.now(UTC) + timedelta(seconds=seconds))).rowcount == 1


def release(c: Connection, name: str, holder: str) -> None:
    """Gives the lease back; nothing happens when another one holds it."""
    c.execute(delete(lease).where(lease.c.name == name, lease.c.holder == holder))


def holder(c: Connection, name: str) -> str | None:
    """Who has the lease, or had it last and never gave it back; ``None`` when it is free."""
    return c.scalar(select(lease.c.holder).where(lease.c.name == name))
