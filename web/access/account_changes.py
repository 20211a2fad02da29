"""Changes of accounts, from a page or the command line: each stands in the audit log with its author."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from typing import Any

from callqa.people import Account, AuditEntry
from store import Connection
from store.people import accounts, audit, sign_ins
from store.people.accounts import NewAccount
from web.access.one_time_links import new_link

CHANGED = ("full_name", "role", "agent_id", "teams", "disabled", "language")


@dataclass(frozen=True, slots=True)
class Author:
    """Who changes an account."""

    name: str
    role: str = ""
    address: str = ""
    at: datetime = field(default_factory=lambda: datetime.now(UTC))

    def log_action(self, c: Connection, action: str, account: Account, **detail: Any) -> None:
        facts = (action, "account", account.pk, account.name)
        audit.put_audit(c, AuditEntry(self.at, self.name, self.role, *facts, self.address, detail))


def add(c: Connection, new: NewAccount, by: Author) -> tuple[Account, str]:
    """The account, and the path of the link by which its owner sets a password. Raises `NameTaken`."""
    account = accounts.add_account(c, new, by.at)
    by.log_action(c, "account_added", account, role=new.role)
    return account, new_link(c, account.pk, by.at)


def change(c: Connection, pk: int, changes: Mapping[str, Any], by: Author) -> Account:
    """Changes what `store.people.accounts.change_account` can. Who is disabled is signed out. Raises `StoreError`."""
    before = accounts.account_of(c, pk)
    account = accounts.change_account(c, pk, **changes)
    if before is None or before == account:
        return account
    if account.disabled:
        sign_ins.end_sessions_of(c, pk, by.at)
    old, new = asdict(before), asdict(account)
    by.log_action(c, "account_changed", account, **{name: new[name] for name in CHANGED if old[name] != new[name]})
    return account


def reset(c: Connection, account: Account, by: Author) -> str:
    """The path of a new link; the password works until the link is used."""
    by.log_action(c, "link_made", account)
    return new_link(c, account.pk, by.at)


def end_sessions(c: Connection, account: Account, by: Author) -> int:
    """Signs the account out everywhere; how many sessions that were."""
    ended = sign_ins.end_sessions_of(c, account.pk, by.at)
    by.log_action(c, "sessions_ended", account, n=ended)
    return ended
