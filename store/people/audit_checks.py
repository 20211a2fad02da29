"""Checks of the audit log, that it holds what was written into it; and the one way in which rows leave it: by age."""

from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import Connection, Text, delete, func, select, true, type_coerce

from callqa.audit_chain import START, Break, ChainedEntry, Checked, Link, check
from callqa.people import AuditEntry
from store.people.audit import put_audit
from store.tables.accounts import audit

CUT = "audit_cut"
"""The action of the entry that says how far the log was cut. It carries the link that the first row left follows."""
_ROW = (
    *audit.c["id", "at", "author", "role", "action", "kind", "object_pk", "object", "address"],
    type_coerce(audit.c.detail, Text).label("detail"),  # as it is stored
    audit.c.hash,
)
BATCH = 2000  # rows in memory


def check_log(
    c: Connection, after: Link | None = None, anchors: Iterable[Link] = (), limit: int | None = None
) -> Checked:
    """Goes over the chain: all of it, or the part behind ``after``, which was the end of one that held.

    ``limit``: as many entries at most. ``anchors`` are compared as far as the look goes; with a limit none should be
    given, because all behind it would count as cut off.
    """
    head = head_link(c)
    if after is None or after.pk <= head.pk:
        return check(_entries(c, head.pk, limit), head, anchors)
    known = c.execute(select(audit.c.at, audit.c.hash).where(audit.c.id == after.pk)).one_or_none()
    if known is None:
        return Checked(0, after, None, (Break(after.pk, "cut_off"),))
    if known.hash != after.hash:
        return Checked(0, after, known.at, (Break(after.pk, "rewritten", known.at),))
    checked = check(_entries(c, after.pk, limit), after, anchors)
    return checked if checked.n else Checked(0, after, known.at, checked.breaks)


class Cut(NamedTuple):
    """What the log tells of its oldest entries, which are gone."""

    through: Link
    """The last of them."""
    before: str
    """The day before which they were written."""
    at: datetime
    author: str


def last_cut(c: Connection) -> Cut | None:
    """How the log was cut last; ``None``: never."""
    newest = select(*audit.c["detail", "at", "author"]).where(audit.c.action == CUT)
    row = c.execute(newest.order_by(audit.c.id.desc()).limit(1)).one_or_none()
    if row is None:
        return None
    return Cut(Link(row.detail["through"], row.detail["hash"]), row.detail["before"], row.at, row.author)


def head_link(c: Connection) -> Link:
    """What the first row of the log follows: nothing, or the last row that was cut off."""
    cut = last_cut(c)
    return cut.through if cut else START


def chain(c: Connection, after: int = 0) -> Iterator[ChainedEntry]:
    """The log behind this number, the oldest first, as it is hashed."""
    return _entries(c, after, None)


def count_behind(c: Connection, pk: int) -> int:
    """How many entries come after this one."""
    return c.scalar(select(func.count()).select_from(audit).where(audit.c.id > pk)) or 0


def cut_before(c: Connection, when: datetime, author: str, at: datetime) -> int:
    """Takes away the oldest entries, up to the first one that is not older than ``when``; how many those were.

    The cut is an entry of the log itself, with the link at which the rest begins. So the rest can be checked as before,
    and no cut is made that the log does not tell of.
    """
    first_kept = c.scalar(select(audit.c.id).where(audit.c.at >= when).order_by(audit.c.id).limit(1))
    old = true() if first_kept is None else audit.c.id < first_kept
    last_old = select(audit.c.id, audit.c.hash).where(old).order_by(audit.c.id.desc()).limit(1)
    through = c.execute(last_old).one_or_none()
    if through is None:
        return 0
    n = c.scalar(select(func.count()).select_from(audit).where(old)) or 0
    detail = {"n": n, "before": when.date().isoformat(), "through": through.id, "hash": through.hash}
    put_audit(c, AuditEntry(at, author, "", CUT, detail=detail))
    c.execute(delete(audit).where(audit.c.id <= through.id))
    return n


def _entries(c: Connection, after: int, limit: int | None) -> Iterator[ChainedEntry]:
    query = select(*_ROW).where(audit.c.id > after).order_by(audit.c.id).limit(limit)
    for row in c.execute(query, execution_options={"yield_per": BATCH}):
        yield ChainedEntry(*row)
