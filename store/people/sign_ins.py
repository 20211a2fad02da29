"""Sessions of people who signed in, one-time links, and sign-ins that failed.

Tokens are known here by their SHA-256 (``token_key``) alone. A session that is over stays for thirty days: an address
from which somebody signed in lately is told from a stranger's by it.
"""

from datetime import datetime, timedelta
from typing import NamedTuple

from sqlalchemy import ColumnElement, Connection, and_, delete, insert, select, true, update

from callqa.people import Account, name_key
from store.people.accounts import COLUMNS, as_account
from store.tables.accounts import account, failed_sign_in, one_time_token, sign_in_session

TOUCH = timedelta(minutes=1)
"""How old the note of a session's last use may be; writing it at every request would cost a transaction each."""
KEPT = timedelta(days=30)
"""How long sessions and links that are over, and failures, are kept."""

_SESSION = (
    sign_in_session.c.id.label("pk"),
    *sign_in_session.c["address", "created_at", "seen_at", "expires_at"],
)


class Session(NamedTuple):
    """Somebody who is signed in, at one browser."""

    pk: int
    account: Account
    address: str
    """Where they signed in from."""
    created_at: datetime
    seen_at: datetime
    expires_at: datetime


class OneTimeToken(NamedTuple):
    """A link that works once."""

    account_pk: int | None
    """``None``: it makes the first administrator."""
    purpose: str
    expires_at: datetime


class Failure(NamedTuple):
    """A sign-in that failed."""

    name_hash: str
    address: str
    at: datetime


def start_session(
    c: Connection, account_pk: int, token_key: str, address: str, now: datetime, expires_at: datetime
) -> None:
    """Signs somebody in; ``expires_at`` is when the session ends however much it is used."""
    times = {"created_at": now, "seen_at": now, "expires_at": expires_at}
    c.execute(insert(sign_in_session).values(account_id=account_pk, token_key=token_key, address=address, **times))


def find_session(c: Connection, token_key: str, now: datetime, idle: timedelta) -> Session | None:
    """The session, unless it is over, was not used for ``idle``, or its account is disabled."""
    mine = and_(sign_in_session.c.token_key == token_key, account.c.disabled.is_(False))
    return next(iter(_open_sessions(c, mine, now, idle)), None)


def sessions_of(c: Connection, account_pk: int, now: datetime, idle: timedelta) -> list[Session]:
    """The account's sessions that are not over, the last used first."""
    return _open_sessions(c, sign_in_session.c.account_id == account_pk, now, idle)


def needs_touch(session: Session, now: datetime) -> bool:
    """Whether `touch` has something to write; ask before a transaction is begun."""
    return now - session.seen_at >= TOUCH


def touch(c: Connection, session: Session, now: datetime) -> None:
    """Notes that the session was used, at most once a minute."""
    stale = and_(sign_in_session.c.id == session.pk, sign_in_session.c.seen_at <= now - TOUCH)
    c.execute(update(sign_in_session).where(stale).values(seen_at=now))


def end_session(c: Connection, session_pk: int, account_pk: int, now: datetime) -> bool:
    """Signs out; whether the account had this session, and it was not over."""
    return _end(c, account_pk, sign_in_session.c.id == session_pk, now) == 1


def end_sessions_of(c: Connection, account_pk: int, now: datetime, but: int | None = None) -> int:
    """Signs the account out everywhere, apart from session ``but``; how many sessions that were."""
    return _end(c, account_pk, true() if but is None else sign_in_session.c.id != but, now)


def addresses_of(c: Connection, name: str) -> set[str]:
    """Where somebody signed in from by this login name in the last thirty days."""
    wanted = select(sign_in_session.c.address).join(account).where(account.c.name_key == name_key(name))
    return set(c.scalars(wanted))


def put_token(c: Connection, token_key: str, account_pk: int | None, purpose: str, expires_at: datetime) -> None:
    """Makes a link for the account; an earlier one of the same purpose works no longer."""
    earlier = and_(one_time_token.c.account_id.is_not_distinct_from(account_pk), one_time_token.c.purpose == purpose)
    c.execute(delete(one_time_token).where(earlier, one_time_token.c.used_at.is_(None)))
    values = {"token_key": token_key, "account_id": account_pk, "purpose": purpose, "expires_at": expires_at}
    c.execute(insert(one_time_token).values(values))


def find_token(c: Connection, token_key: str, now: datetime) -> OneTimeToken | None:
    """The link, if it still works. Looking does not use it."""
    row = c.execute(
        select(*one_time_token.c["account_id", "purpose", "expires_at"]).where(_works(token_key, now))
    ).one_or_none()
    return None if row is None else OneTimeToken(*row)


def use_token(c: Connection, token_key: str, now: datetime) -> OneTimeToken | None:
    """The link, which works no longer from now on; ``None`` when it did not. Of two uses at once one gets it."""
    used = update(one_time_token).where(_works(token_key, now)).values(used_at=now)
    row = c.execute(used.returning(*one_time_token.c["account_id", "purpose", "expires_at"])).one_or_none()
    return None if row is None else OneTimeToken(*row)


def put_failure(c: Connection, name_hash: str, address: str, at: datetime) -> None:
    c.execute(insert(failed_sign_in).values(name_hash=name_hash, address=address, at=at))


def failures(c: Connection, name_hash: str, address: str, since: datetime, limit: int) -> list[Failure]:
    """The sign-ins with this name, or from this address, that failed since then; the newest ``limit`` of each."""
    columns = failed_sign_in.c["name_hash", "address", "at", "id"]
    by_number = {
        row.id: Failure(row.name_hash, row.address, row.at)
        for mine in (failed_sign_in.c.name_hash == name_hash, failed_sign_in.c.address == address)
        for row in c.execute(
            select(*columns).where(mine, failed_sign_in.c.at >= since).order_by(failed_sign_in.c.at.desc()).limit(limit)
        )
    }
    return [by_number[number] for number in sorted(by_number)]


def clear_failures(c: Connection, name_hash: str, address: str) -> None:
    """After a sign-in that succeeded: this pair's failures count no longer."""
    mine = and_(failed_sign_in.c.name_hash == name_hash, failed_sign_in.c.address == address)
    c.execute(delete(failed_sign_in).where(mine))


def sweep(c: Connection, now: datetime) -> None:
    """Forgets what is long over."""
    c.execute(delete(sign_in_session).where(sign_in_session.c.expires_at < now - KEPT))
    c.execute(delete(one_time_token).where(one_time_token.c.expires_at < now - KEPT))
    c.execute(delete(failed_sign_in).where(failed_sign_in.c.at < now - KEPT))


def _open_sessions(c: Connection, which: ColumnElement[bool], now: datetime, idle: timedelta) -> list[Session]:
    wanted = (
        select(*COLUMNS, *_SESSION)
        .join_from(sign_in_session, account)
        .where(which, sign_in_session.c.expires_at > now, sign_in_session.c.seen_at > now - idle)
        .order_by(sign_in_session.c.seen_at.desc(), sign_in_session.c.id.desc())
    )
    return [
        Session(row.pk, as_account(row), row.address, row.created_at, row.seen_at, row.expires_at)
        for row in c.execute(wanted)
    ]


def _end(c: Connection, account_pk: int, which: ColumnElement[bool], now: datetime) -> int:
    mine = and_(sign_in_session.c.account_id == account_pk, sign_in_session.c.expires_at > now, which)
    return c.execute(update(sign_in_session).where(mine).values(expires_at=now)).rowcount


def _works(token_key: str, now: datetime) -> ColumnElement[bool]:
    return and_(
        one_time_token.c.token_key == token_key,
        one_time_token.c.used_at.is_(None),
        one_time_token.c.expires_at > now,
    )
