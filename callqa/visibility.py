"""Visibility: the calls that a person may know of."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Visibility:
    """What bounds every list, search and figure that somebody asks for; what is left out does not bound it.

    A call outside of it does not exist for that person.
    """

    teams: tuple[str, ...] | None = None
    """Calls of these teams only; none of them when empty."""
    agent_id: str | None = None
    """Calls that this agent answered only."""
    published: bool = False
    """Only with scores that are published: no call of a night that is held, and none without a score."""


EVERYTHING = Visibility()
