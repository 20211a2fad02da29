"""The views of the roster."""

from dataclasses import dataclass
from datetime import date

from callqa.roster import Membership


@dataclass(frozen=True, slots=True)
class RosterLine:
    """An agent in the list."""

    agent_id: str
    name: str
    team: str
    """Of today."""
    lead: str
    hired_on: date | None
    href: str


@dataclass(frozen=True, slots=True)
class Unlisted:
    """An agent whose calls are there, and who is not on the roster."""

    agent_id: str
    team: str
    """As the calls name it."""
    n_calls: int
    href: str


@dataclass(frozen=True, slots=True)
class RosterPage:
    """The list, or what is left of it by what is looked for."""

    q: str
    lines: tuple[RosterLine, ...]
    n_agents: int
    n_unnamed: int
    """On the roster without a name."""
    unlisted: tuple[Unlisted, ...]
    period: str
    """The last month with calls."""
    next: str
    """The address of the next page; empty on the last one."""


@dataclass(frozen=True, slots=True)
class AgentForm:
    """One agent, as they stand or as they were filled in."""

    agent_id: str
    name: str
    hired_on: str
    teams: tuple[Membership, ...]
    """By first day."""
    known: bool
    """On the roster already."""
    known_teams: tuple[str, ...]
    team: str
    """Of a new agent, as their calls name it."""
    today: str
