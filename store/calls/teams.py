"""Teams as calls name them."""

from typing import NamedTuple

from sqlalchemy import Connection, func, select

from store.tables.calls import call


class Seat(NamedTuple):
    """An agent in a team, in one month."""

    team: str
    """Empty: the calls name none."""
    agent_id: str
    n_calls: int


def last_period(c: Connection) -> str | None:
    """The last local month with calls, e.g. 2026-11."""
    period: str | None = c.scalar(select(func.max(call.c.period)))
    return period


def seats(c: Connection, period: str) -> list[Seat]:
    """Who took calls in which team in a month, by team and agent. Reads an index only."""
    columns = call.c["team", "agent_id"]
    wanted = select(*columns, func.count()).where(call.c.period == period).group_by(*columns).order_by(*columns)
    return [Seat(*row) for row in c.execute(wanted)]
