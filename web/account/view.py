"""The view of one's own account."""

from dataclasses import dataclass

from callqa.people import Role
from web.people.view import SessionRow


@dataclass(frozen=True, slots=True)
class OwnAccount:
    """What somebody may change of their own."""

    name: str
    full_name: str
    role: Role
    agent_id: str | None
    teams: tuple[str, ...]
    has_password: bool
    shortest: int
    """Characters that a password has at least."""
    provider: str
    """What the identity provider is called; empty where there is none."""
    linked: bool
    sessions: tuple[SessionRow, ...]
    error: str = ""
    """Why the password was not changed."""
