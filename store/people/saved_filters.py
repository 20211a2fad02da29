"""Filters that people keep under a name; each person has their own."""

from datetime import datetime
from typing import NamedTuple

from sqlalchemy import Connection, delete, func, select

from callqa.errors import StoreError
from store.db import upsert
from store.tables.accounts import saved_filter

MOST = 50
"""Filters of one person."""


class SavedFilter(NamedTuple):
    pk: int
    name: str
    params: dict[str, list[str]]
    """As in a link, see `callqa.call_filter.CallFilter.params`."""


def put_filter(c: Connection, owner: str, name: str, params: dict[str, list[str]], at: datetime) -> None:
    """Keeps a filter, in place of the owner's one of the same name. Raises `StoreError` when there are too many."""
    others = (
        select(func.count()).select_from(saved_filter).where(saved_filter.c.owner == owner, saved_filter.c.name != name)
    )
    if (c.scalar(others) or 0) >= MOST:
        raise StoreError("filter.too_many_saved", who=owner, n=MOST)
    adding = upsert.insert(c, saved_filter).values(owner=owner, name=name, params=params, at=at)
    changed = {"params": adding.excluded.params, "at": adding.excluded.at}
    c.execute(adding.on_conflict_do_update(index_elements=["owner", "name"], set_=changed))


def filters_of(c: Connection, owner: str) -> list[SavedFilter]:
    """By name."""
    wanted = select(*saved_filter.c["id", "name", "params"]).where(saved_filter.c.owner == owner)
    return [SavedFilter(*row) for row in c.execute(wanted.order_by(saved_filter.c.name))]


def delete_filter(c: Connection, owner: str, pk: int) -> bool:
    """Forgets a filter; ``False``: the owner has none of this number."""
    mine = saved_filter.c.owner == owner, saved_filter.c.id == pk
    return c.execute(delete(saved_filter).where(*mine)).rowcount > 0
