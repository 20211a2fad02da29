"""`callqa user`: accounts of the desk, for whoever may open a terminal on its machine.

Passwords are never typed here: they would stay in the shell's history, and somebody else would know them.
"""

from datetime import datetime, timedelta
from functools import partial
from typing import Annotated
from zoneinfo import ZoneInfo

import pandas as pd
import typer

from callqa.errors import ConfigError
from callqa.messages import Message
from callqa.messages import terminal_text as _
from callqa.people import Account, Language, Role, lacks, login_name, plain_id
from callqa.settings import Settings
from cli.home import opened, typist
from cli.output import print_plain, rich_table
from services.console import wide_console
from store import Connection
from store.people import accounts, sign_ins
from store.people.accounts import AccountRow, NewAccount
from web.access import account_changes
from web.access.account_changes import Author
from web.access.one_time_links import desk_url

user_app = typer.Typer(help="The accounts of people who use the desk.", no_args_is_help=True)
console = wide_console()
_tell = partial(print_plain, console=console)

Name = Annotated[str, typer.Argument(help="Login name.")]
FullName = Annotated[str | None, typer.Option(help="As pages show it.", show_default=False)]
AgentId = Annotated[
    str | None,
    typer.Option(
        help="Whose calls are their own; agents need one.", show_default=False, parser=plain_id, metavar="<str>"
    ),
]
Teams = Annotated[
    list[str] | None, typer.Option("--team", help="A team whose calls a team lead sees; may be given several times.")
]
NEEDS = {"agent_id": "account.agent_needs_id", "teams": "account.lead_needs_team"}


@user_app.command("add")
def add(
    name: Name,
    role: Annotated[Role, typer.Option(help="What they work as.")],
    full_name: FullName = None,
    agent_id: AgentId = None,
    team: Teams = None,
    language: Annotated[Language, typer.Option(help="Of their pages.")] = "zh",
) -> None:
    """Add an account, and print the link by which its owner sets a password."""
    new = NewAccount(login_name(name), full_name or "", role, agent_id or None, tuple(team or ()), language)
    _check(new.role, new.agent_id, new.teams)
    with opened() as (settings, store), store.write() as c:
        account, link = account_changes.add(c, new, _author())
    _tell_link(settings, account, link)


@user_app.command("list")
def list_users(
    text: Annotated[str, typer.Argument(help="Part of a name, an agent id or a team.", show_default="everybody")] = "",
) -> None:
    """List the accounts."""
    with opened() as (settings, store), store.read() as c:
        rows = [_row(row, settings) for row in accounts.accounts(c, text)]
    if rows:
        console.print(rich_table(_("Accounts"), pd.DataFrame(rows)))
    else:
        _tell(_("no account; add one with: callqa user add NAME --role ROLE"))


@user_app.command("set")
def change(
    name: Name,
    role: Annotated[Role | None, typer.Option(help="What they work as.", show_default=False)] = None,
    full_name: FullName = None,
    agent_id: AgentId = None,
    team: Teams = None,
    language: Annotated[Language | None, typer.Option(help="Of their pages.", show_default=False)] = None,
) -> None:
    """Change an account; what is not given stays. An empty --agent-id or --team takes it away."""
    changes = {
        "role": role,
        "full_name": full_name,
        "agent_id": agent_id,
        "teams": None if team is None else tuple(filter(None, team)),
        "language": language,
    }
    with opened() as (_settings, store), store.write() as c:
        account = account_changes.change(c, _known(c, name).pk, changes, _author())
        _check(account.role, account.agent_id, account.teams)
    _tell(f"{account.name}: {_facts(account)}")


@user_app.command("disable")
def disable(name: Name) -> None:
    """Let somebody in no longer, at once. What they did is kept."""
    with opened() as (_settings, store), store.write() as c:
        account = account_changes.change(c, _known(c, name).pk, {"disabled": True}, _author())
    _tell(_("{name} is disabled and signed out", name=account.name))


@user_app.command("enable")
def enable(name: Name) -> None:
    """Let somebody in again, by the old password."""
    with opened() as (_settings, store), store.write() as c:
        account = account_changes.change(c, _known(c, name).pk, {"disabled": False}, _author())
    _tell(_("{name} may sign in again", name=account.name))


@user_app.command("reset")
def reset(name: Name) -> None:
    """Print a link that sets a new password; the old one works until it is used."""
    with opened() as (settings, store), store.write() as c:
        account = _known(c, name)
        link = account_changes.reset(c, account, _author())
    _tell_link(settings, account, link)


@user_app.command("sessions")
def sessions(name: Name, end: Annotated[bool, typer.Option("--end", help="Sign them out everywhere.")] = False) -> None:
    """List where somebody is signed in, or end that."""
    with opened() as (settings, store), store.write() as c:
        account, author = _known(c, name), _author()
        if end:
            n = account_changes.end_sessions(c, account, author)
            singular = Message("{name} is signed out of {n} session", name=account.name, n=n)
            plural = Message("{name} is signed out of {n} sessions", name=account.name, n=n)
            _tell(_(singular if n == 1 else plural))
            return
        idle = timedelta(minutes=settings.desk.idle_minutes)
        open_sessions = sign_ins.sessions_of(c, account.pk, author.at, idle)
    if not open_sessions:
        _tell(_("{name} is not signed in", name=account.name))
        return
    rows = [
        {
            _("address"): session.address,
            _("signed in"): _time(session.created_at, settings),
            _("last used"): _time(session.seen_at, settings),
        }
        for session in open_sessions
    ]
    console.print(rich_table(_("Sessions of {name}", name=account.name), pd.DataFrame(rows)))


def _author() -> Author:
    return Author(typist())


def _known(c: Connection, name: str) -> Account:
    if account := accounts.account_named(c, name):
        return account
    raise ConfigError("account.unknown", name=name)


def _check(role: Role, agent_id: str | None, teams: tuple[str, ...]) -> None:
    if lacking := lacks(role, agent_id, teams):
        raise ConfigError(NEEDS[lacking])


def _row(row: AccountRow, settings: Settings) -> dict[str, str]:
    account = row.account
    return {
        _("name"): account.name,
        _("full name"): account.full_name,
        _("role"): account.role.value,
        _("agent"): account.agent_id or "",
        _("teams"): ", ".join(account.teams),
        _("state"): _(_state(row)),
        _("last seen"): _time(row.seen_at, settings) if row.seen_at else "",
    }


def _state(row: AccountRow) -> Message:
    if row.account.disabled:
        return Message("disabled")
    return Message("active") if row.can_sign_in else Message("no password yet")


def _facts(account: Account) -> str:
    facts = (account.role.value, account.full_name, account.agent_id, *account.teams, account.language)
    return ", ".join(fact for fact in facts if fact)


def _time(at: datetime, settings: Settings) -> str:
    return f"{at.astimezone(ZoneInfo(settings.timezone)):%Y-%m-%d %H:%M}"


def _tell_link(settings: Settings, account: Account, link: str) -> None:
    _tell(
        _(
            "{name} ({role}) sets a password here, once, within 24 hours:",
            name=account.name,
            role=account.role.value,
        )
    )
    url = desk_url(settings.desk)
    _tell(url + link)
    if not settings.desk.public_url:  # and the address with which the desk was started is known to its process alone
        _tell(
            _(
                "if callqa serve was started at another address than {url}, put that in its place, or set "
                "desk.public_url",
                url=url,
            )
        )
    if account.disabled:
        _tell(_("{name} is disabled, and may sign in only after: callqa user enable {name}", name=account.name))
