"""The views of tokens."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from callqa.people import TokenScope

State = Literal["works", "expired", "revoked", "disabled"]


@dataclass(frozen=True, slots=True)
class TokenRow:
    pk: int
    owner: str
    mine: bool
    label: str
    ending: str
    scopes: tuple[TokenScope, ...]
    created_at: datetime
    expires_at: datetime
    seen_at: datetime | None
    state: State
    """``disabled``: its owner is."""


@dataclass(frozen=True, slots=True)
class ScopeChoice:
    scope: TokenScope
    words: str
    """In Chinese, to be translated."""
    reached: bool
    """Its owner's role allows something of it; otherwise it would open nothing."""


@dataclass(frozen=True, slots=True)
class Tokens:
    """Tokens that somebody has, or for an administrator all of them, and the form of a new one."""

    rows: tuple[TokenRow, ...]
    everybody: bool
    """Other people's tokens are among them."""
    choices: tuple[ScopeChoice, ...]
    days: int
    most_days: int
    label: str = ""
    chosen: tuple[str, ...] = ()
    error: str = ""


@dataclass(frozen=True, slots=True)
class NewToken:
    """A token that was just made: the only time that anybody sees it."""

    label: str
    token: str
    expires_at: datetime
    scopes: tuple[TokenScope, ...]
    address: str
    """At which programs reach the interface."""
