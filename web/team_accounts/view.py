"""The views of teams with their members' accounts."""

from dataclasses import dataclass

from web.people.view import Link


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
