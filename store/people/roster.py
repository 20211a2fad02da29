"""The roster: agents with names and teams; calls belong to the team that their agent was in on their day."""

from collections.abc import Collection, Iterable
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import ColumnElement, Connection, and_, delete, func, insert, select, update

from callqa.roster import Membership, RosterAgent
from store.db import upsert
from store.tables.call_list import call_list, call_list_mark
from store.tables.calls import call, month_stamp
from store.tables.roster import agent, agent_team


def roster_of(c: Connection, agent_ids: Collection[str] | None = None) -> dict[str, RosterAgent]:
    """All agents, or these, by id."""
    mine = (agent.c.agent_id.in_(agent_ids),) if agent_ids is not None else ()
    teams: dict[str, list[Membership]] = {}
    ordered = select(agent_team).join(agent).where(*mine).order_by(agent_team.c.agent_id, agent_team.c.first_day)
    for row in c.execute(ordered):
        teams.setdefault(row.agent_id, []).append(Membership(row.first_day, row.team, row.lead))
    rows = c.execute(select(agent).where(*mine).order_by(agent.c.agent_id))
    return {
        row.agent_id: RosterAgent(row.agent_id, row.name, row.hired_on, tuple(teams.get(row.agent_id, ())))
        for row in rows
    }


def names_of_agents(c: Connection) -> dict[str, str]:
    """By id, of those whose names are known."""
    return dict(c.execute(select(*agent.c["agent_id", "name"]).where(agent.c.name != "")).tuples().all())


class RosterStamp(NamedTuple):
    """Equal while the roster is the same."""

    n: int
    at: datetime | None
    """Of the last change."""


def roster_stamp(c: Connection) -> RosterStamp:
    """As the roster stands."""
    return RosterStamp(*c.execute(select(func.count(), func.max(agent.c.at))).one())


def put_agents(c: Connection, agents: Iterable[RosterAgent], author: str, at: datetime) -> int:
    """Writes agents in the place of what was known of them, and gives their calls to the teams of their days.

    How many calls have another team now.
    """
    n_moved = 0
    for new in agents:
        adding = upsert.insert(c, agent).values(
            agent_id=new.agent_id, name=new.name, hired_on=new.hired_on, author=author, at=at
        )
        changed = {name: adding.excluded[name] for name in ("name", "hired_on", "author", "at")}
        c.execute(adding.on_conflict_do_update(index_elements=["agent_id"], set_=changed))
        c.execute(delete(agent_team).where(agent_team.c.agent_id == new.agent_id))
        rows = [
            {"agent_id": new.agent_id, "first_day": membership.first, "team": membership.team, "lead": membership.lead}
            for membership in new.teams
        ]
        if rows:
            c.execute(insert(agent_team), rows)
        n_moved += _place_calls(c, new)
    return n_moved


def remove_agent(c: Connection, agent_id: str) -> bool:
    """Takes an agent off the roster; their calls keep the teams they have. ``False``: there is no such agent."""
    c.execute(delete(agent_team).where(agent_team.c.agent_id == agent_id))
    return c.execute(delete(agent).where(agent.c.agent_id == agent_id)).rowcount > 0


def _place_calls(c: Connection, member: RosterAgent) -> int:
    n_moved = 0
    ends = [following.first for following in member.teams[1:]]
    for number, membership in enumerate(member.teams):
        days: list[ColumnElement[bool]] = [call.c.day >= membership.first]
        if number < len(ends):
            days.append(call.c.day < ends[number])
        elsewhere = and_(call.c.agent_id == member.agent_id, *days, call.c.team != membership.team)
        moved = list(c.execute(select(call.c.id, call.c.period).where(elsewhere)))
        if not moved:
            continue
        n_moved += len(moved)
        ids = select(call.c.id).where(elsewhere)
        for table in (call_list, call_list_mark):
            c.execute(update(table).where(table.c.call_id.in_(ids)).values(team=membership.team))
        c.execute(update(call).where(elsewhere).values(team=membership.team))
        periods = {row.period for row in moved}
        c.execute(delete(month_stamp).where(month_stamp.c.period.in_(periods)))  # their reports are written anew
    return n_moved
