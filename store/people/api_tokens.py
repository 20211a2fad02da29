"""Tokens by which programs use the interface in somebody's name. Known by their SHA-256 (``token_key``) alone."""

from datetime import datetime, timedelta
from typing import NamedTuple

from sqlalchemy import ColumnElement, Connection, and_, func, insert, or_, select, update

from callqa.people import Account, TokenScope
from store.people.accounts import COLUMNS, as_account
from store.tables.accounts import account
from store.tables.api import api_token

SEEN_EVERY = timedelta(minutes=1)
"""How old the note of a token's last use may be."""
_FACTS = api_token.c["label", "ending", "scopes", "created_at", "expires_at", "seen_at", "ended_at"]


class ApiToken(NamedTuple):
    """A token, without what opens the door."""

    pk: int
    account: Account
    """Whose it is."""
    label: str
    """What it is for."""
    ending: str
    """Its last characters."""
    scopes: tuple[TokenScope, ...]
    created_at: datetime
    expires_at: datetime
    seen_at: datetime | None
    ended_at: datetime | None

    def works(self, now: datetime) -> bool:
        return self.ended_at is None and self.expires_at > now and not self.account.disabled


def put_api_token(
    c: Connection,
    account_pk: int,
    token_key: str,
    ending: str,
    label: str,
    scopes: tuple[TokenScope, ...],
    now: datetime,
    expires_at: datetime,
) -> int:
    """Keeps a new token; gives its number."""
    facts = {"label": label, "ending": ending, "scopes": tuple(scope.value for scope in scopes)}
    times = {"created_at": now, "expires_at": expires_at}
    new = insert(api_token).values(account_id=account_pk, token_key=token_key, **facts, **times)
    return int(c.execute(new.returning(api_token.c.id)).scalar_one())


def find_api_token(c: Connection, token_key: str, now: datetime) -> ApiToken | None:
    """The token, unless it has expired, was revoked, or its owner is disabled."""
    mine = and_(api_token.c.token_key == token_key, account.c.disabled.is_(False), _works(now))
    return next(iter(_tokens(c, mine)), None)


def api_tokens(c: Connection, account_pk: int | None = None) -> list[ApiToken]:
    """All tokens, or one account's, the newest first; also those that work no longer."""
    return _tokens(c, api_token.c.id > 0 if account_pk is None else api_token.c.account_id == account_pk)


def count_working(c: Connection, account_pk: int, now: datetime) -> int:
    wanted = select(func.count()).select_from(api_token).where(api_token.c.account_id == account_pk, _works(now))
    return c.scalar(wanted) or 0


def note_use(c: Connection, token: ApiToken, now: datetime) -> None:
    """Notes that the token was used, at most once a minute; ask `needs_note` before a transaction is begun."""
    stale = or_(api_token.c.seen_at.is_(None), api_token.c.seen_at <= now - SEEN_EVERY)
    c.execute(update(api_token).where(api_token.c.id == token.pk, stale).values(seen_at=now))


def needs_note(token: ApiToken, now: datetime) -> bool:
    return token.seen_at is None or now - token.seen_at >= SEEN_EVERY


def end_api_token(c: Connection, pk: int, now: datetime, account_pk: int | None = None) -> ApiToken | None:
    """Revokes the token, of this account if one is named; ``None`` where there is none, or it was revoked before."""
    owner = api_token.c.id > 0 if account_pk is None else api_token.c.account_id == account_pk
    mine = and_(api_token.c.id == pk, api_token.c.ended_at.is_(None), owner)
    if not c.execute(update(api_token).where(mine).values(ended_at=now)).rowcount:
        return None
    return next(iter(_tokens(c, api_token.c.id == pk)), None)


def _works(now: datetime) -> ColumnElement[bool]:
    return and_(api_token.c.ended_at.is_(None), api_token.c.expires_at > now)


def _tokens(c: Connection, which: ColumnElement[bool]) -> list[ApiToken]:
    wanted = select(*COLUMNS, api_token.c.id.label("pk"), *_FACTS).join_from(api_token, account).where(which)
    return [
        ApiToken(
            row.pk, as_account(row), row.label, row.ending, _scopes(row.scopes), row.created_at, row.expires_at,
            row.seen_at, row.ended_at,
        )
        for row in c.execute(wanted.order_by(api_token.c.id.desc()))
    ]  # fmt: skip


def _scopes(stored: tuple[str, ...]) -> tuple[TokenScope, ...]:
    """Those that there still are."""
    known = {scope.value for scope in TokenScope}
    return tuple(TokenScope(name) for name in stored if name in known)
