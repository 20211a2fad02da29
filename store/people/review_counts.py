"""How many calls wait for a person, and since when; without those that people judge blind just now."""

from datetime import datetime
from typing import NamedTuple

from sqlalchemy import Connection, func, select

from callqa.visibility import Visibility
from store.people.calibration import not_blind
from store.tables.call_list import NEEDS_REVIEW, call_list
from store.tables.people import assignment, assignment_end


class Waiting(NamedTuple):
    n: int
    oldest: datetime | None
    """When the call that has waited longest began, or when somebody was first asked; ``None`` when none waits."""


def undecided(c: Connection, visibility: Visibility) -> Waiting:
    """Calls on whose sheets a person has something to decide."""
    wanted = select(func.count(), func.min(call_list.c.started_at)).where(NEEDS_REVIEW)
    wanted = wanted.where(not_blind(c, call_list.c.call_id))
    if visibility.teams is not None:
        wanted = wanted.where(call_list.c.team.in_(visibility.teams))
    if visibility.agent_id is not None:
        wanted = wanted.where(call_list.c.agent_id == visibility.agent_id)
    return Waiting(*c.execute(wanted).one())


def asked_of(c: Connection, reviewer: str) -> Waiting:
    """What this person was asked to hear and has not done yet."""
    wanted = select(func.count(), func.min(assignment.c.at)).select_from(assignment).outerjoin(assignment_end)
    open_ones = wanted.where(assignment_end.c.assignment_id.is_(None), assignment.c.purpose == "review")
    open_ones = open_ones.where(not_blind(c, assignment.c.call_id))
    return Waiting(*c.execute(open_ones.where(assignment.c.reviewer == reviewer)).one())
