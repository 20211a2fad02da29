"""The views of the accounts of people."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from callqa.people import Role
from web.audit.view import Entry
from web.people.form import PersonForm

State = Literal["active", "new", "disabled"]


@dataclass(frozen=True, slots=True)
class PersonRow:
    """Somebody in the list."""

    pk: int
    name: str
    full_name: str
    role: Role
    agent_id: str | None
    teams: tuple[str, ...]
    state: State
    """``new``: has not set a password yet."""
    seen_at: datetime | None


@dataclass(frozen=True, slots=True)
class People:
    """The list, or what is left of it by the filters."""

    q: str
    role: Role | None
    roles: tuple[Role, ...]
    rows: tuple[PersonRow, ...]
    next: str
    """The address of the next page; empty on the last one."""


@dataclass(frozen=True, slots=True)
class SessionRow:
    """Where somebody is signed in."""

    pk: int
    address: str
    created_at: datetime
    seen_at: datetime
    here: bool
    """Whether it is the one in which the page is seen."""


@dataclass(frozen=True, slots=True)
class Person:
    """Everything about one."""

    pk: int
    name: str
    state: State
    linked: bool
    """With the identity provider."""
    seen_at: datetime | None
    form: PersonForm
    roles: tuple[Role, ...]
    known_teams: tuple[str, ...]
    sessions: tuple[SessionRow, ...]
    deeds: tuple[Entry, ...]
    """The latest entries of the log about the account, the newest first."""


@dataclass(frozen=True, slots=True)
class NewPerson:
    """The form of somebody who gets an account."""

    form: PersonForm
    roles: tuple[Role, ...]
    known_teams: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Link:
    """A link for one person."""

    pk: int
    name: str
    full_name: str
    url: str
