"""Teams: who is in them by calls and roster, who leads them, and who of them has an account."""

from collections import Counter, defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated
from urllib.parse import urlencode

from fastapi import Form, Query
from starlette.responses import Response

from callqa.errors import ConfigError
from callqa.people import Role, login_name
from services.intake.roster import read_roster
from store import Connection
from store.calls import teams
from store.people import accounts
from web.access import account_changes
from web.access.request_context import Context, RequestContext
from web.access.roles import Permission
from web.admin.links import Link, shown_link
from web.routing import Area, render

area = Area("account")

Seats = Mapping[str, Mapping[str, int]]
"""By team and agent id the calls of the last month."""


@dataclass(frozen=True, slots=True)
class PersonLink:
    """Somebody with a page."""

    pk: int
    name: str


@dataclass(frozen=True, slots=True)
class Team:
    """A team in the list."""

    name: str
    n_agents: int
    n_calls: int
    leads: tuple[PersonLink, ...]
    href: str
    here: bool


@dataclass(frozen=True, slots=True)
class Member:
    """An agent of the team that is looked at."""

    agent_id: str
    n_calls: int
    account: PersonLink | None
    add_href: str
    """Where an account is made for them."""


@dataclass(frozen=True, slots=True)
class Teams:
    """All teams of calls, roster and team leads, and the members of one of them."""

    period: str
    """The last month with calls; empty before the first one."""
    teams: tuple[Team, ...]
    team: str
    members: tuple[Member, ...]


@dataclass(frozen=True, slots=True)
class Links:
    """What came of making accounts for a team."""

    team: str
    href: str
    """Of the team's page."""
    links: tuple[Link, ...]
    skipped: tuple[str, ...]
    """Agent ids that are no names, or are taken."""


@area.page("/people/teams", "team_accounts/teams.html", Permission.PEOPLE)
def team_list(context: Context, team: Annotated[str, Query(max_length=200)] = "") -> Teams:
    with context.desk.store.read() as c:
        seats, leads = seats_of(context, c), _leads(c)
        members = seats.get(team, {})
        known = accounts.accounts_of_agents(c, members.keys())
        period = teams.last_period(c) or ""
    links = {agent_id: PersonLink(one.pk, one.shown_name) for agent_id, one in known.items()}
    return Teams(
        period,
        tuple(_team(name, seats.get(name, {}), leads, name == team) for name in sorted(seats.keys() | leads.keys())),
        team,
        tuple(Member(*one, links.get(one[0]), _add_href(one[0])) for one in sorted(members.items())),
    )


@area.action("/people/teams/accounts", Permission.PEOPLE)
def add_accounts(context: Context, team: Annotated[str, Form(max_length=200)]) -> Response:
    """Accounts for all agents of a team who have none, named as their ids; and a link for each."""
    with context.desk.store.read() as c:
        members = seats_of(context, c).get(team, {})
    links, skipped = [], []
    with context.desk.store.write() as c:
        for agent_id in sorted(members.keys() - accounts.accounts_of_agents(c, members.keys()).keys()):
            try:
                new = accounts.NewAccount(login_name(agent_id), "", Role.AGENT, agent_id)
                links.append(shown_link(context, *account_changes.add(c, new, context.author)))
            except (ConfigError, accounts.NameTaken):
                skipped.append(agent_id)
    return render(context, "team_accounts/links.html", Links(team, _href(team), tuple(links), tuple(skipped)))


def seats_of(context: RequestContext, c: Connection) -> Seats:
    """The teams of the last month's calls and of the roster, and their agents."""
    found: dict[str, Counter[str]] = defaultdict(Counter)
    for seat in teams.seats(c, teams.last_period(c) or ""):
        found[seat.team][seat.agent_id] += seat.n_calls
    try:
        roster = read_roster(context.desk.settings.ingest.roster) or {}
    except ConfigError:  # the nightly run says so, and the calls are there
        roster = {}
    for agent_id, agent in roster.items():
        found[agent.team][agent_id] += 0
    found.pop("", None)
    return found


def _leads(c: Connection) -> dict[str, tuple[PersonLink, ...]]:
    found: dict[str, tuple[PersonLink, ...]] = {}
    for row in accounts.accounts(c, role=Role.TEAM_LEAD):
        for team in () if row.account.disabled else row.account.teams:
            found[team] = (*found.get(team, ()), PersonLink(row.account.pk, row.account.shown_name))
    return found


def _team(name: str, seats: Mapping[str, int], leads: Mapping[str, tuple[PersonLink, ...]], here: bool) -> Team:
    return Team(name, len(seats), sum(seats.values()), leads.get(name, ()), _href(name), here)


def _href(team: str) -> str:
    return f"/people/teams?{urlencode({'team': team})}"


def _add_href(agent_id: str) -> str:
    return f"/people/new?{urlencode({'role': Role.AGENT, 'agent_id': agent_id})}"
