"""Teams: who is in them by calls and roster, who leads them, and who of them has an account."""

from typing import Annotated

from fastapi import Form, Query
from starlette.responses import Response

from callqa.errors import ConfigError
from callqa.people import Role, login_name
from store.calls import teams
from store.people import accounts
from web.access import account_changes
from web.access.request_context import Context
from web.access.roles import Permission
from web.people.build import shown_link
from web.routing import Area, render
from web.team_accounts.build import add_href, leads_of, seats_of, team_href, team_of
from web.team_accounts.view import Links, Member, PersonLink, Teams

area = Area("account")


@area.page("/people/teams", "team_accounts/teams.html", Permission.PEOPLE)
def team_list(context: Context, team: Annotated[str, Query(max_length=200)] = "") -> Teams:
    with context.desk.store.read() as c:
        seats, leads = seats_of(context, c), leads_of(c)
        members = seats.get(team, {})
        known = accounts.accounts_of_agents(c, members.keys())
        period = teams.last_period(c) or ""
    links = {agent_id: PersonLink(account.pk, account.shown_name) for agent_id, account in known.items()}
    return Teams(
        period,
        tuple(team_of(name, seats.get(name, {}), leads, name == team) for name in sorted(seats.keys() | leads.keys())),
        team,
        tuple(Member(*member, links.get(member[0]), add_href(member[0])) for member in sorted(members.items())),
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
    return render(context, "team_accounts/links.html", Links(team, team_href(team), tuple(links), tuple(skipped)))
