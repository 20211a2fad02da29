"""One's own account, as its page shows it."""

from store import Connection
from store.people import accounts
from web.access import passwords
from web.access.request_context import RequestContext
from web.account.view import OwnAccount
from web.people.build import sessions_of


def own_account_of(context: RequestContext, c: Connection, error: str = "") -> OwnAccount:
    who, oidc = context.who, context.desk.settings.desk.oidc
    row = accounts.account_row(c, who.pk)
    return OwnAccount(
        who.name,
        who.full_name,
        who.role,
        who.agent_id,
        who.teams,
        row is not None and row.has_password,
        passwords.SHORTEST,
        oidc.label if oidc.issuer else "",
        row is not None and row.linked,
        sessions_of(context, c, who),
        error,
    )
