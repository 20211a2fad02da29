"""Teams and who of them has an account: from calls and roster to views."""

from collections import Counter, defaultdict
from collections.abc import Mapping
from urllib.parse import urlencode

from callqa.errors import ConfigError
from callqa.people import Role
from services.roster.changes import all_agents
from store import Connection
from store.calls import teams
from store.people import accounts
from store.people.roster import roster_of
from web.access.request_context import RequestContext
from web.team_accounts.view import PersonLink, Team

Seats = Mapping[str, Mapping[str, int]]
"""By team and agent id the calls of the last month."""


def seats_of(context: RequestContext, c: Connection) -> Seats:
    """The teams of the last month's calls and of the roster, and their agents."""
    seats: dict[str, Counter[str]] = defaultdict(Counter)
    for seat in teams.seats(c, teams.last_period(c) or ""):
        seats[seat.team][seat.agent_id] += seat.n_calls
    try:
        roster = all_agents(c, context.desk.settings)
    except ConfigError:  # the nightly run says so, and the calls are there
        roster = roster_of(c)
    today = f"{context.desk.now().astimezone(context.desk.rubric_set[0].zone):%Y-%m-%d}"
    for agent_id, agent in roster.items():
        seats[agent.team_on(today)][agent_id] += 0
    seats.pop("", None)
    return seats


def leads_of(c: Connection) -> dict[str, tuple[PersonLink, ...]]:
    leads: dict[str, tuple[PersonLink, ...]] = {}
    for row in accounts.accounts(c, role=Role.TEAM_LEAD):
        for team in () if row.account.disabled else row.account.teams:
            leads[team] = (*leads.get(team, ()), PersonLink(row.account.pk, row.account.shown_name))
    return leads


def team_of(name: str, seats: Mapping[str, int], leads: Mapping[str, tuple[PersonLink, ...]], here: bool) -> Team:
    return Team(name, len(seats), sum(seats.values()), leads.get(name, ()), team_href(name), here)


def team_href(team: str) -> str:
    return f"/people/teams?{urlencode({'team': team})}"


def add_href(agent_id: str) -> str:
    return f"/people/new?{urlencode({'role': Role.AGENT, 'agent_id': agent_id})}"
