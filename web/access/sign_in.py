"""Sign-in with a name and a password, and the link by which somebody sets one."""

from dataclasses import dataclass

from callqa.errors import CallQAError
from callqa.people import Account, AuditEntry, Role, login_name
from store.people import accounts, audit, sign_ins
from web.access import passwords, throttle
from web.access.tokens import token_hash
from web.desk import Desk


@dataclass(frozen=True, slots=True)
class TooManyFailures:
    """Why an attempt was not looked at."""

    seconds: int
    """Until the next one is."""


@dataclass(frozen=True, slots=True)
class Link:
    """A link that works; ``account`` is ``None`` where it makes the first administrator."""

    account: Account | None


def sign_in(desk: Desk, name: str, password: str, address: str) -> Account | TooManyFailures | None:
    """The account; ``None`` where name and password do not belong together, which the audit log tells."""
    if seconds := throttle.attempt(desk.store, name, address, desk.now()):
        return TooManyFailures(seconds)
    account = passwords.account_with(desk.store, name, password)
    if account is None:
        _log_failure(desk, name, address)
    else:
        throttle.clear_attempts(desk.store, name, address)
    return account


def link_of(desk: Desk, token: str) -> Link | None:
    """``None``: there is none, or it was used, or is too old."""
    with desk.store.read() as c:
        stored = sign_ins.find_token(c, token_hash(token), desk.now())
        if stored is None:
            return None
        return Link(accounts.account_of(c, stored.account_pk) if stored.account_pk else None)


def set_password(
    desk: Desk, token: str, link: Link, name: str, password: str, again: str, address: str
) -> Account | None:
    """Uses the link, which ends the account's sessions; ``None``: somebody else used it meanwhile.

    ``name``: of the administrator that is made. Raises `CallQAError` for a name or a password that cannot be, and where
    the password is not the same ``again``.
    """
    now = desk.now()
    own_name = link.account.name if link.account else login_name(name)
    if password != again:
        raise CallQAError("password.not_repeated")
    password_hash = passwords.hash_new(password, own_name)
    with desk.store.write() as c:
        if sign_ins.use_token(c, token_hash(token), now) is None:
            return None
        account = link.account or accounts.add_account(c, accounts.NewAccount(own_name, "", Role.ADMIN), now)
        accounts.set_password_hash(c, account.pk, password_hash)
        sign_ins.end_sessions_of(c, account.pk, now)
        facts = "password_set", "account", account.pk, account.name
        audit.put_audit(c, AuditEntry(now, account.name, account.role, *facts, address))
    return account


def _log_failure(desk: Desk, name: str, address: str) -> None:
    """Of a name that nobody has only that it was tried: people type passwords where names go."""
    with desk.store.write() as c:
        known = accounts.account_named(c, name)
        pk, named = (known.pk, known.name) if known else (None, "")
        audit.put_audit(c, AuditEntry(desk.now(), "", "", "sign_in_failed", "account", pk, named, address))
