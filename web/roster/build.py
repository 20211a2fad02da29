"""The pages of the roster, made of what is stored and of the last month's calls."""

from urllib.parse import urlencode

from callqa.roster import RosterAgent
from store import Connection
from store.calls import teams
from store.people import roster
from web.access.request_context import RequestContext
from web.roster.view import AgentForm, RosterLine, RosterPage, Unlisted

PAGE = 100
MOST_UNLISTED = 200


def today_of(context: RequestContext) -> str:
    """The local day."""
    return f"{context.desk.now().astimezone(context.desk.settings.zone):%Y-%m-%d}"


def agent_href(agent_id: str) -> str:
    return f"/roster/agent?{urlencode({'id': agent_id})}"


def roster_page(context: RequestContext, q: str, after: str) -> RosterPage:
    today = today_of(context)
    with context.desk.store.read() as c:
        agents = roster.roster_of(c)
        period = teams.last_period(c) or ""
        seats = teams.seats(c, period) if period else []
    matching = [agent for agent in agents.values() if agent.agent_id > after and _matches(agent, q, today)]
    shown = matching[:PAGE]
    n_calls: dict[str, Unlisted] = {}
    for seat in seats:
        if seat.agent_id and seat.agent_id not in agents:
            before = n_calls.get(seat.agent_id)
            n = seat.n_calls + (before.n_calls if before else 0)
            n_calls[seat.agent_id] = Unlisted(seat.agent_id, seat.team, n, agent_href(seat.agent_id))
    more = (
        f"/roster?{urlencode({'q': q, 'after': shown[-1].agent_id} if q else {'after': shown[-1].agent_id})}"
        if shown
        else ""
    )
    return RosterPage(
        q,
        tuple(_line(agent, today) for agent in shown),
        len(agents),
        sum(not agent.name for agent in agents.values()),
        tuple(n_calls[agent_id] for agent_id in sorted(n_calls)[:MOST_UNLISTED]),
        period,
        more if len(matching) > PAGE else "",
    )


def agent_form(context: RequestContext, c: Connection, agent_id: str) -> AgentForm:
    """Of an agent on the roster, or of one who is to be put there."""
    agents = roster.roster_of(c)
    known = agents.get(agent_id)
    period = teams.last_period(c) or ""
    seats = teams.seats(c, period) if period else []
    names = {seat.team for seat in seats} | {m.team for agent in agents.values() for m in agent.teams}
    team = next((seat.team for seat in seats if seat.agent_id == agent_id), "")
    agent = known or RosterAgent(agent_id)
    hired_on = f"{agent.hired_on}" if agent.hired_on else ""
    return AgentForm(
        agent_id, agent.name, hired_on, agent.teams, known is not None, tuple(sorted(names - {""})), team,
        today_of(context),
    )  # fmt: skip


def _matches(agent: RosterAgent, q: str, today: str) -> bool:
    membership = agent.membership_on(today)
    texts = (agent.agent_id, agent.name, membership.team if membership else "", membership.lead if membership else "")
    return not q or any(q.casefold() in text.casefold() for text in texts)


def _line(agent: RosterAgent, today: str) -> RosterLine:
    membership = agent.membership_on(today)
    team, lead = (membership.team, membership.lead) if membership else ("", "")
    return RosterLine(agent.agent_id, agent.name, team, lead, agent.hired_on, agent_href(agent.agent_id))
