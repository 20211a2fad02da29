"""Holders of a permission."""

from callqa.people import Account
from store import Connection
from store.people import accounts
from web.access.roles import Permission, may


def holders_of(c: Connection, permission: Permission) -> list[Account]:
    """Everybody who may do it and can sign in, by name."""
    people = (row.account for row in accounts.accounts(c))
    return [account for account in people if may(account.role, permission) and not account.disabled]
