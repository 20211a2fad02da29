"""The audit log: who did and looked at what. Rows are added, and never changed; they go by age alone, the oldest first.

Every row is chained to the one before it by a hash (`callqa.audit_chain`). Writers take turns, so it is one chain.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Connection, and_, insert, select, true, tuple_

from callqa.audit_chain import START, ChainedEntry, Link
from callqa.people import AuditEntry
from store.db.nul import storable
from store.tables.accounts import audit
from store.tables.columns import JsonText

_DETAIL = JsonText(dict[str, Any])
_COLUMNS = audit.c["at", "author", "role", "action", "kind", "object_pk", "object", "address", "detail"]


@dataclass(frozen=True, slots=True)
class AuditFilter:
    """Which entries are wanted; an empty field wants all."""

    author: str = ""
    action: str = ""
    kind: str = ""
    object_pk: int | None = None
    """Together with ``kind``."""
    since: datetime | None = None
    until: datetime | None = None
    """The first time that is not wanted any more."""
    but: Collection[str] = ()
    """Actions that are not wanted."""


class AuditRow(NamedTuple):
    """An entry and its place in the log."""

    pk: int
    entry: AuditEntry


def put_audit(c: Connection, *entries: AuditEntry) -> None:
    """Adds entries to the log: in the transaction of what they tell, so that neither is kept without the other."""
    last = last_link(c) if entries else START
    rows = []
    for entry in entries:
        values = {column.name: storable(getattr(entry, column.name)) for column in _COLUMNS}  # as it is hashed
        detail = _DETAIL.adapter.dump_json(entry.detail).decode()
        chained = ChainedEntry(last.pk + 1, **(values | {"detail": detail}))
        last = Link(chained.pk, chained.hash_after(last.hash))
        rows.append({**values, "id": last.pk, "hash": last.hash})
    if rows:
        c.execute(insert(audit), rows)


def last_link(c: Connection) -> Link:
    """The end of the chain."""
    row = c.execute(select(audit.c.id, audit.c.hash).order_by(audit.c.id.desc()).limit(1)).one_or_none()
    return Link(*row) if row else START


def page_of(c: Connection, wanted: AuditFilter, before: int | None = None, limit: int = 50) -> Sequence[AuditRow]:
    """The newest entries first; ``before``: those below the entry with this pk, the last one of the page above."""
    query = select(audit.c.id, *_COLUMNS).where(_wants(wanted)).order_by(audit.c.at.desc(), audit.c.id.desc())
    if before is not None:
        at = c.scalar(select(audit.c.at).where(audit.c.id == before))
        query = query.where(tuple_(audit.c.at, audit.c.id) < (at, before))
    return [AuditRow(pk, AuditEntry(*entry)) for pk, *entry in c.execute(query.limit(limit))]


def _wants(wanted: AuditFilter) -> ColumnElement[bool]:
    equal = {name: value for name in ("author", "action", "kind", "object_pk") if (value := getattr(wanted, name))}
    conditions = [audit.c[name] == value for name, value in equal.items()]
    if wanted.since:
        conditions.append(audit.c.at >= wanted.since)
    if wanted.until:
        conditions.append(audit.c.at < wanted.until)
    if wanted.but:
        conditions.append(audit.c.action.not_in(wanted.but))
    return and_(true(), *conditions)
