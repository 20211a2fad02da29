"""`callqa token`: tokens by which other programs use the interface in the name of an account."""

from datetime import UTC, datetime
from functools import partial
from typing import Annotated

import pandas as pd
import typer

from callqa.errors import ConfigError
from callqa.messages import terminal_text as _
from callqa.people import Account, TokenScope
from callqa.settings import Settings
from cli.home import opened, typist
from cli.output import print_plain, rich_table
from services.api_tokens.issue import DAYS, issue
from services.console import wide_console
from store import Connection
from store.people import accounts, api_tokens
from store.people.api_tokens import ApiToken
from web.access.account_changes import Author

token_app = typer.Typer(help="Tokens by which other programs use /api/v1.", no_args_is_help=True)
console = wide_console()
_tell = partial(print_plain, console=console)

Name = Annotated[str, typer.Argument(help="Login name of the account in whose name the program acts.")]


@token_app.command("add")
def add(
    name: Name,
    label: Annotated[str, typer.Option(help="What it is for.")],
    scope: Annotated[list[TokenScope], typer.Option(help="What it may do; may be given several times.")],
    days: Annotated[int, typer.Option(help="For how long it works.")] = DAYS,
) -> None:
    """Make a token, and print it this once."""
    with opened() as (_settings, store), store.write() as c:
        made, token = issue(c, _known(c, name), label, scope, days, datetime.now(UTC))
        _log(c, "token_made", made)
    _tell(_("token {pk} of {name}; it is shown only now:", pk=made.pk, name=made.account.name))
    console.print(token, markup=False, highlight=False, soft_wrap=True)


@token_app.command("list")
def list_tokens(
    name: Annotated[str, typer.Argument(help="Login name.", show_default="everybody")] = "",
) -> None:
    """List tokens, also those that work no longer."""
    with opened() as (settings, store), store.read() as c:
        rows = [_row(token, settings) for token in api_tokens.api_tokens(c, _known(c, name).pk if name else None)]
    if rows:
        console.print(rich_table(_("Tokens"), pd.DataFrame(rows)))
    else:
        _tell(_("no token; make one with: callqa token add NAME --label TEXT --scope SCOPE"))


@token_app.command("revoke")
def revoke(pk: Annotated[int, typer.Argument(help="Number of the token, as the list has it.")]) -> None:
    """Let a token in no longer, at once."""
    with opened() as (_settings, store), store.write() as c:
        ended = api_tokens.end_api_token(c, pk, datetime.now(UTC))
        if ended is None:
            raise ConfigError("token.unknown", pk=pk)
        _log(c, "token_revoked", ended)
    _tell(_("token {pk} works no longer", pk=pk))


def _log(c: Connection, action: str, token: ApiToken) -> None:
    author = Author(typist())
    author.log_action(c, action, token.account, name=token.label, scopes="、".join(token.scopes))


def _known(c: Connection, name: str) -> Account:
    if account := accounts.account_named(c, name):
        return account
    raise ConfigError("account.unknown", name=name)


def _row(token: ApiToken, settings: Settings) -> dict[str, object]:
    def time(at: datetime | None) -> str:
        return f"{at.astimezone(settings.zone):%Y-%m-%d %H:%M}" if at else ""

    works = token.works(datetime.now(UTC))
    return {
        _("number"): token.pk,
        _("account"): token.account.name,
        _("what for"): token.label,
        _("ends in"): token.ending,
        _("scopes"): " ".join(token.scopes),
        _("expires"): time(token.expires_at),
        _("last used"): time(token.seen_at),
        _("works"): _("yes") if works else _("no"),
    }
