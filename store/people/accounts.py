"""Accounts. Names count as equal whatever their case; at least one administrator can always sign in."""

from collections import Counter
from collections.abc import Collection
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Connection, Row, Text, and_, func, insert, or_, select, type_coerce, update

from callqa.errors import StoreError
from callqa.people import Account, Language, Role, name_key
from store.tables.accounts import account, sign_in_session

COLUMNS = account.c["id", "name", "full_name", "role", "agent_id", "teams", "disabled", "language"]
"""What `as_account` needs."""


class NameTaken(StoreError):
    """There is an account of this name, in whatever case."""


class LastAdmin(StoreError):
    """Nobody could administer the desk afterwards."""


@dataclass(frozen=True, slots=True)
class NewAccount:
    """What an account is made of, and what may be changed later, apart from its name."""

    name: str
    """As `callqa.people.login_name` answers it."""
    full_name: str
    role: Role
    agent_id: str | None = None
    teams: tuple[str, ...] = ()
    language: Language = "zh"


class AccountRow(NamedTuple):
    """An account in a list of them."""

    account: Account
    has_password: bool
    """Whether one was ever set."""
    linked: bool
    """With somebody at the identity provider."""
    seen_at: datetime | None
    """When it was last used, as far back as sessions are kept."""

    @property
    def can_sign_in(self) -> bool:
        return self.has_password or self.linked


class Credentials(NamedTuple):
    """How somebody signs in."""

    account: Account
    password_hash: str | None
    """``None``: no password was ever set."""
    subject: str | None
    """Who this is at the identity provider; ``None``: not linked."""


def account_of(c: Connection, pk: int) -> Account | None:
    """The account, also a disabled one."""
    return _one(c, account.c.id == pk)


def account_named(c: Connection, name: str) -> Account | None:
    """The account of a login name in whatever case, also a disabled one."""
    return _one(c, account.c.name_key == name_key(name))


def account_of_subject(c: Connection, subject: str) -> Account | None:
    """The account that is linked with somebody at the identity provider."""
    return _one(c, account.c.subject == subject)


def credentials(c: Connection, name: str) -> Credentials | None:
    """Of the account of a login name, also of a disabled one."""
    wanted = select(*COLUMNS, account.c.password_hash, account.c.subject)
    row = c.execute(wanted.where(account.c.name_key == name_key(name))).one_or_none()
    return None if row is None else Credentials(as_account(row), row.password_hash, row.subject)


def accounts(
    c: Connection, text: str = "", role: Role | None = None, after: str = "", limit: int | None = None
) -> list[AccountRow]:
    """By name, from the first one after ``after``: the last name of the page before.

    ``text`` is looked for in the login name, the full name, the agent id and the teams.
    """
    wanted = _ROWS.where(_holds(text)).order_by(account.c.name_key)
    if role:
        wanted = wanted.where(account.c.role == role.value)
    if after:
        wanted = wanted.where(account.c.name_key > name_key(after))
    return [_row(row) for row in c.execute(wanted.limit(limit))]


def shown_names(c: Connection) -> dict[str, str]:
    """What people are called, by their login names; of several people of one name the login name tells which."""
    people = dict(c.execute(select(account.c.name, account.c.full_name)).tuples().all())
    alike = Counter(people.values())
    return {name: f"{full} ({name})" if alike[full] > 1 else full for name, full in people.items() if full}


def account_row(c: Connection, pk: int) -> AccountRow | None:
    """The account as a list shows it."""
    row = c.execute(_ROWS.where(account.c.id == pk)).one_or_none()
    return None if row is None else _row(row)


def accounts_of_agents(c: Connection, agent_ids: Collection[str]) -> dict[str, Account]:
    """The agents' own accounts, by agent id; of several of one agent the first."""
    mine = (account.c.role == Role.AGENT.value, account.c.agent_id.in_(agent_ids))
    accounts = [as_account(row) for row in c.execute(select(*COLUMNS).where(*mine).order_by(account.c.id.desc()))]
    return {a.agent_id: a for a in accounts if a.agent_id}


def any_admin(c: Connection, but: int | None = None) -> bool:
    """Whether an administrator can sign in, apart from ``but``: without one, the first is made by a one-time link."""
    others = select(account.c.id).where(_CAN_SIGN_IN_AS_ADMIN)
    if but is not None:
        others = others.where(account.c.id != but)
    return c.scalar(select(others.exists())) or False


def add_account(c: Connection, new: NewAccount, at: datetime) -> Account:
    """The account, without a password. Raises `NameTaken`."""
    if known := account_named(c, new.name):
        raise NameTaken("account.name_taken", name=known.name)
    values = {**asdict(new), "role": new.role.value, "name_key": name_key(new.name), "disabled": False, "at": at}
    c.execute(insert(account).values(values))
    return _known(account_named(c, new.name), new.name)


def change_account(
    c: Connection,
    pk: int,
    *,
    full_name: str | None = None,
    role: Role | None = None,
    agent_id: str | None = None,
    teams: tuple[str, ...] | None = None,
    disabled: bool | None = None,
    language: Language | None = None,
) -> Account:
    """Changes what is given, and answers the account as it is now; an empty ``agent_id`` takes it away.

    Raises `StoreError` when there is no such account, `LastAdmin` when no administrator could sign in afterwards.
    """
    before = _known(account_of(c, pk), str(pk))
    is_admin = before.role == Role.ADMIN and not before.disabled
    if is_admin and (disabled or role not in (None, Role.ADMIN)) and not any_admin(c, but=pk):
        raise LastAdmin("account.last_admin", who=before.name)
    changes = {
        "full_name": full_name,
        "role": role and role.value,
        "teams": teams,
        "disabled": disabled,
        "language": language,
    }
    values: dict[str, Any] = {name: value for name, value in changes.items() if value is not None}
    if agent_id is not None:
        values["agent_id"] = agent_id or None
    if values:
        c.execute(update(account).where(account.c.id == pk).values(values))
    return _known(account_of(c, pk), before.name)


def set_password_hash(c: Connection, pk: int, password_hash: str) -> None:
    c.execute(update(account).where(account.c.id == pk).values(password_hash=password_hash))


def link_subject(c: Connection, pk: int, subject: str | None) -> None:
    """Links the account with somebody at the identity provider, or with nobody. Raises `StoreError`: linked already."""
    if subject and (other := account_of_subject(c, subject)) and other.pk != pk:
        raise StoreError("account.identity_linked", who=other.name)
    c.execute(update(account).where(account.c.id == pk).values(subject=subject))


_SEEN_AT = select(func.max(sign_in_session.c.seen_at)).where(sign_in_session.c.account_id == account.c.id)
_ROWS = select(
    *COLUMNS,
    account.c.password_hash.is_not(None).label("has_password"),
    account.c.subject.is_not(None).label("linked"),
    _SEEN_AT.scalar_subquery().label("seen_at"),
)
_HAS_KEY = or_(account.c.password_hash.is_not(None), account.c.subject.is_not(None))
_CAN_SIGN_IN_AS_ADMIN = and_(account.c.role == Role.ADMIN.value, account.c.disabled.is_(False), _HAS_KEY)


def _holds(text: str) -> ColumnElement[bool]:
    places = [account.c.name_key, *(type_coerce(account.c[name], Text) for name in ("full_name", "agent_id", "teams"))]
    return or_(*(func.lower(place).contains(text.strip().lower(), autoescape=True) for place in places))


def _one(c: Connection, this: ColumnElement[bool]) -> Account | None:
    row = c.execute(select(*COLUMNS).where(this)).one_or_none()
    return None if row is None else as_account(row)


def _known(stored: Account | None, name: str) -> Account:
    if stored is None:
        raise StoreError("account.unknown", name=name)
    return stored


def _row(row: Row[Any]) -> AccountRow:
    return AccountRow(as_account(row), row.has_password, row.linked, row.seen_at)


def as_account(row: Row[Any]) -> Account:
    """Of a row with `COLUMNS`."""
    return Account(row.id, row.name, row.full_name, Role(row.role), row.agent_id, row.teams, row.disabled, row.language)
