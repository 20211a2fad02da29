"""The roster's values: agents by id, with their names, and the team they were in on each day."""

from dataclasses import dataclass
from datetime import date

BEGINNING = ""
"""In place of a first day: there was no team before."""


@dataclass(frozen=True, slots=True)
class Membership:
    """A team that an agent was in from some day on."""

    first: str
    """The first local day, e.g. 2026-11-24, or `BEGINNING`."""
    team: str
    lead: str = ""
    """Who led it then."""


@dataclass(frozen=True, slots=True)
class RosterAgent:
    """An agent as the roster has them."""

    agent_id: str
    name: str = ""
    hired_on: date | None = None
    """``None``: the roster does not say."""
    teams: tuple[Membership, ...] = ()
    """By first day."""

    def membership_on(self, day: str) -> Membership | None:
        """Of that local day; ``None`` before the first one.

        >>> teams = (Membership(BEGINNING, "甲班"), Membership("2026-11-10", "乙班"))
        >>> RosterAgent("3028", teams=teams).membership_on("2026-11-09").team
        '甲班'
        """
        return next((membership for membership in reversed(self.teams) if membership.first <= day), None)

    def team_on(self, day: str) -> str:
        """Empty where the roster names none for that day."""
        membership = self.membership_on(day)
        return membership.team if membership else ""
