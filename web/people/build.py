"""The accounts of people, as their pages show them."""

from callqa.people import Account, Role
from store import Connection
from store.people import accounts, sign_ins
from store.people.accounts import AccountRow
from web.access.request_context import NotThere, RequestContext
from web.audit.build import entries_about
from web.people.form import form_of
from web.people.view import Link, Person, PersonRow, SessionRow, State
from web.team_accounts.build import seats_of

LATEST = 10  # entries of the audit log that stand on a person's page


def sessions_of(context: RequestContext, c: Connection, account: Account) -> tuple[SessionRow, ...]:
    """The last used first."""
    sessions = sign_ins.sessions_of(c, account.pk, context.desk.now(), context.desk.idle)
    return tuple(
        SessionRow(session.pk, session.address, session.created_at, session.seen_at, session.pk == context.session.pk)
        for session in sessions
    )


def person_of(context: RequestContext, c: Connection, pk: int) -> Person:
    row = accounts.account_row(c, pk)
    if row is None:
        raise NotThere
    return Person(
        pk,
        row.account.name,
        row_of(row).state,
        row.linked,
        row.seen_at,
        form_of(row.account),
        tuple(Role),
        tuple(sorted(seats_of(context, c))),
        sessions_of(context, c, row.account),
        entries_about(context, c, "account", pk, LATEST),
    )


def row_of(row: AccountRow) -> PersonRow:
    account = row.account
    state: State = "disabled" if account.disabled else "active" if row.can_sign_in else "new"
    return PersonRow(
        account.pk, account.name, account.full_name, account.role, account.agent_id, account.teams, state, row.seen_at
    )


def shown_link(context: RequestContext, account: Account, path: str) -> Link:
    """With the address by which people reach the desk, or by which the administrator does."""
    base = context.desk.settings.desk.public_url or str(context.request.base_url).rstrip("/")
    return Link(account.pk, account.name, account.full_name, base + path)
