"""The token that asks, as its program reads it."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class TokenData:
    """The token that asks: whose it is, and what it reaches."""

    owner: str
    role: str
    label: str
    scopes: tuple[str, ...]
    expires_at: datetime
