"""Notices and the choices of how to be told. A notice is ended when nothing is left to do of it."""

from collections.abc import Collection, Iterable
from datetime import date, datetime, timedelta
from typing import NamedTuple

from more_itertools import chunked
from sqlalchemy import Connection, delete, func, insert, select, update

from callqa.notices import Notice
from callqa.people import Account
from store.db.upsert import insert_new
from store.people.accounts import COLUMNS, as_account
from store.tables.accounts import account
from store.tables.joins import CHUNK
from store.tables.notices import notice, notice_choice

KEPT = timedelta(days=30)
"""How long a notice stays after its end."""
Addressed = tuple[int, Notice]
"""A notice, and the account that it is for."""


class StoredNotice(NamedTuple):
    pk: int
    kind: str
    name: str
    href: str
    due: date | None
    at: datetime
    read_at: datetime | None
    told_at: datetime | None


class Choice(NamedTuple):
    """How somebody wants to be told outside of the desk."""

    channel: str
    """``mail``, or the name of a robot of the settings."""
    address: str
    pace: str
    hour: int
    kinds: tuple[str, ...]
    next_at: datetime
    attempts: int = 0
    problem: str = ""
    told_at: datetime | None = None


class DueChoice(NamedTuple):
    account: Account
    choice: Choice


def put_notices(c: Connection, wanted: Collection[Addressed], now: datetime) -> int:
    """What is to be done now: what is new is put, what is no more in it is ended. How many rows changed."""
    rows = c.execute(select(*notice.c["id", "account_id", "notice_key", "ended_at"])).all()
    known = {(row.account_id, row.notice_key): row for row in rows}
    keys = {(pk, new.key) for pk, new in wanted}
    ended = [row.id for key, row in known.items() if row.ended_at is None and key not in keys]
    again = [row.id for key, row in known.items() if row.ended_at is not None and key in keys]
    fresh = [
        {
            "account_id": pk, "notice_key": new.key, "kind": new.kind, "call_id": new.call_pk, "name": new.name,
            "href": new.href, "due": new.due, "at": now,
        }
        for pk, new in wanted
        if (pk, new.key) not in known
    ]  # fmt: skip
    for pks in chunked(ended, CHUNK):
        c.execute(update(notice).where(notice.c.id.in_(pks)).values(ended_at=now))
    for pks in chunked(again, CHUNK):
        values = {"ended_at": None, "read_at": None, "told_at": None, "at": now}
        c.execute(update(notice).where(notice.c.id.in_(pks)).values(values))
    insert_new(c, notice, fresh)
    return len(ended) + len(again) + len(fresh)


def changed(c: Connection, wanted: Collection[Addressed]) -> bool:
    """Whether `put_notices` has anything to do."""
    open_ones = select(*notice.c["account_id", "notice_key"]).where(notice.c.ended_at.is_(None))
    return {row._tuple() for row in c.execute(open_ones)} != {(pk, new.key) for pk, new in wanted}


def notices_of(c: Connection, account_pk: int) -> list[StoredNotice]:
    """What somebody still has to do, newest first."""
    wanted = select(*notice.c["id", "kind", "name", "href", "due", "at", "read_at", "told_at"])
    wanted = wanted.where(notice.c.account_id == account_pk, notice.c.ended_at.is_(None))
    return [StoredNotice(*row) for row in c.execute(wanted.order_by(notice.c.at.desc(), notice.c.id.desc()))]


def count_unread(c: Connection, account_pk: int) -> int:
    mine = notice.c.account_id == account_pk, notice.c.ended_at.is_(None), notice.c.read_at.is_(None)
    return c.scalar(select(func.count()).select_from(notice).where(*mine)) or 0


def read_notice(c: Connection, pk: int, account_pk: int, now: datetime) -> str | None:
    """Where it leads; ``None``: it is nobody's, or somebody else's."""
    mine = notice.c.id == pk, notice.c.account_id == account_pk
    href = c.scalar(select(notice.c.href).where(*mine))
    c.execute(update(notice).where(*mine, notice.c.read_at.is_(None)).values(read_at=now))
    return href


def read_all(c: Connection, account_pk: int, now: datetime) -> int:
    mine = notice.c.account_id == account_pk, notice.c.ended_at.is_(None), notice.c.read_at.is_(None)
    return c.execute(update(notice).where(*mine).values(read_at=now)).rowcount


def note_told(c: Connection, pks: Iterable[int], now: datetime) -> None:
    for some in chunked(pks, CHUNK):
        c.execute(update(notice).where(notice.c.id.in_(some)).values(told_at=now))


def sweep_notices(c: Connection, now: datetime) -> None:
    c.execute(delete(notice).where(notice.c.ended_at < now - KEPT))


_CHOICE = notice_choice.c[
    "channel", "address", "pace", "hour", "kinds", "next_at", "attempts", "problem", "told_at"
]  # fmt: skip


def choice_of(c: Connection, account_pk: int) -> Choice | None:
    """``None``: nothing leaves the desk for this person."""
    row = c.execute(select(*_CHOICE).where(notice_choice.c.account_id == account_pk)).one_or_none()
    return None if row is None else Choice(*row)


def put_choice(c: Connection, account_pk: int, choice: Choice | None) -> None:
    c.execute(delete(notice_choice).where(notice_choice.c.account_id == account_pk))
    if choice is not None:
        c.execute(insert(notice_choice).values(account_id=account_pk, **choice._asdict()))


def choices(c: Connection, due: datetime | None = None) -> list[DueChoice]:
    """Of accounts that are not disabled; with ``due`` those that may be told by then."""
    wanted = select(*COLUMNS, *(column.label(f"of_{column.name}") for column in _CHOICE))
    wanted = wanted.join_from(notice_choice, account).where(account.c.disabled.is_(False))
    if due is not None:
        wanted = wanted.where(notice_choice.c.next_at <= due)
    n = len(COLUMNS)
    rows = c.execute(wanted.order_by(notice_choice.c.next_at, account.c.id))
    return [DueChoice(as_account(row), Choice(*row[n:])) for row in rows]


def claim(c: Connection, account_pk: int, before: datetime, until: datetime) -> bool:
    """Whether this process tells them; no other one does before ``until``."""
    free = notice_choice.c.account_id == account_pk, notice_choice.c.next_at == before
    return c.execute(update(notice_choice).where(*free).values(next_at=until)).rowcount == 1


def note_outcome(
    c: Connection, account_pk: int, next_at: datetime, attempts: int, problem: str, told_at: datetime | None
) -> None:
    values = {"next_at": next_at, "attempts": attempts, "problem": problem}
    if told_at is not None:
        values["told_at"] = told_at
    c.execute(update(notice_choice).where(notice_choice.c.account_id == account_pk).values(values))
