"""The people who sign in, and what is kept of what they did."""

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any, Literal

from callqa.errors import ConfigError

Language = Literal["zh", "en"]

LONGEST_NAME = 64
_NAME = re.compile(r"[\w.@-]+")  # \w: letters and digits of any script, and the underscore


class Role(StrEnum):
    """What somebody works as. What a role may do is written in one table of the desk."""

    ADMIN = "admin"
    SUPERVISOR = "supervisor"
    INSPECTOR = "inspector"
    TRAINER = "trainer"
    TEAM_LEAD = "team_lead"
    AGENT = "agent"


class TokenScope(StrEnum):
    """What a token of the interface for programs may do, as far as its owner may do it, too."""

    READ_CALLS = "calls:read"
    """Calls, score sheets, findings and transcripts; what is personal is masked."""
    READ_PERSONAL = "personal:read"
    """Names, numbers and addresses unmasked, where the owner sees them."""
    READ_FIGURES = "figures:read"
    """Figures of agents, teams and months."""
    READ_RUNS = "runs:read"
    """Failures: what could not be processed, and why."""
    PUSH_CALLS = "calls:write"
    """Hand in calls with their recordings."""
    WEBHOOKS = "webhooks"
    """Be told of events, and read them."""


@dataclass(frozen=True, slots=True)
class Account:
    """Somebody who signs in."""

    pk: int
    name: str
    """What is typed to sign in; see `login_name`."""
    full_name: str
    role: Role
    agent_id: str | None = None
    """Whose calls are their own; an agent always has one."""
    teams: tuple[str, ...] = ()
    """Whose calls a team lead sees."""
    disabled: bool = False
    language: Language = "zh"

    @property
    def shown_name(self) -> str:
        return self.full_name or self.name


@dataclass(frozen=True, slots=True)
class AuditEntry:
    """Something that somebody did or looked at. Kept for good; holds nothing that people said."""

    at: datetime
    author: str
    """Login name, or ``os:`` and the name of the system's user who typed a command."""
    role: str
    """What the author was at that time; empty for commands, and before anybody signed in."""
    action: str
    """A slug such as ``call_opened``."""
    kind: str = ""
    """Of the object: ``call``, ``account``, ...; empty when there is none."""
    object_pk: int | None = None
    object: str = ""
    """The object's name, to be read when it is gone."""
    address: str = ""
    """Where the request came from; empty for commands."""
    detail: Mapping[str, Any] = field(default_factory=dict)


def lacks(role: Role, agent_id: str | None, teams: Sequence[str]) -> Literal["agent_id", "teams"] | None:
    """What somebody of this role cannot see a single call without."""
    if role is Role.AGENT and not agent_id:
        return "agent_id"
    return "teams" if role is Role.TEAM_LEAD and not teams else None


def plain_id(text: str) -> str:
    """An agent's id, or somebody's name or number, as it is kept: without blanks around it, and ３１０２ is 3102.

    What has more than ASCII characters in it, as a name with （夜班） behind it, stays as it is written.
    """
    text = text.strip()
    plain = unicodedata.normalize("NFKC", text)
    return plain if plain.isascii() else text


def login_name(text: str) -> str:
    """The name as it is kept. Raises `ConfigError` unless it is 1 to 64 letters and digits of any script, ._-@."""
    name = unicodedata.normalize("NFKC", text).strip()
    if not _NAME.fullmatch(name) or len(name) > LONGEST_NAME:
        raise ConfigError("account.name_unusable", n=LONGEST_NAME)
    return name


def name_key(text: str) -> str:
    """Equal for names that count as one: width of letters and case do not matter."""
    return unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", text).strip().casefold())
