"""Menus of a filter: the values there are, found by hops through an index, not by reading all calls."""

from dataclasses import dataclass, replace

from sqlalchemy import CTE, Column, Connection, func, select

from callqa.visibility import Visibility
from store.tables.call_list import call_list


@dataclass(frozen=True, slots=True)
class Menus:
    """The values in the list, sorted; calls that have none of a kind are left out."""

    teams: tuple[str, ...]
    agents: tuple[tuple[str, str], ...]
    """Each agent's id, with the team of the newest call."""
    categories: tuple[str, ...]
    request_types: tuple[str, ...]
    lines: tuple[str, ...]

    def within(self, visibility: Visibility) -> "Menus":
        """With the teams and agents that somebody may know of."""
        if visibility.agent_id is not None:
            return replace(self, teams=(), agents=())
        if visibility.teams is None:
            return self
        return replace(
            self,
            teams=tuple(team for team in self.teams if team in visibility.teams),
            agents=tuple((agent, team) for agent, team in self.agents if team in visibility.teams),
        )


def menus_of(c: Connection) -> Menus:
    """What the list has."""
    kinds = (tuple(values_of(c, call_list.c[name])) for name in ("category", "request_type", "line"))
    return Menus(tuple(values_of(c, call_list.c.team)), tuple(_agents(c)), *kinds)


def values_of(c: Connection, column: Column[str]) -> list[str]:
    """The values of a column that an index begins with, sorted; the empty one is left out."""
    value = _hops(column).c.value
    return list(c.scalars(select(value).where(value != "").order_by(value)))


def _hops(column: Column[str]) -> CTE:
    """The values of a column, and a NULL at the end: from each one the index leads straight to the next."""
    hops = select(func.min(column).label("value")).cte("hops", recursive=True)
    following = select(func.min(column)).where(column > hops.c.value).scalar_subquery()
    return hops.union_all(select(following).where(hops.c.value.is_not(None)))


def _agents(c: Connection) -> list[tuple[str, str]]:
    agent = _hops(call_list.c.agent_id).c.value
    newest = select(call_list.c.team).order_by(call_list.c.started_at.desc(), call_list.c.call_id.desc()).limit(1)
    team = newest.where(call_list.c.agent_id == agent).scalar_subquery()
    return [(row[0], row[1]) for row in c.execute(select(agent, team).where(agent != "").order_by(agent))]
