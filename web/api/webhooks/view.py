"""Views of webhooks and events."""

from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Any, ClassVar

from pydantic import ConfigDict, Field

from services.events.collect import KINDS, Kind

URL = r"^https?://([A-Za-z0-9._-]+|\[[0-9A-Fa-f:.]+\])(:[0-9]{1,5})?([/?][!-\"$-~]*)?$"
"""As it travels: letters beyond ASCII as percent codes, a name of a host in punycode; without a password."""


@dataclass(frozen=True, slots=True)
class NewWebhook:
    """Where events go, and which."""

    url: Annotated[str, Field(max_length=2000, pattern=URL)]
    kinds: Annotated[tuple[Kind, ...], Field(min_length=1, max_length=20)] = KINDS
    __pydantic_config__: ClassVar[ConfigDict] = {"extra": "forbid"}


@dataclass(frozen=True, slots=True)
class WebhookData:
    id: int
    url: str
    kinds: tuple[str, ...]
    created_at: datetime
    waiting: int
    """Messages that have not arrived yet."""
    secret: str | None = None
    """What signs its messages; told once, when it is made."""


@dataclass(frozen=True, slots=True)
class WebhooksData:
    data: tuple[WebhookData, ...]


@dataclass(frozen=True, slots=True)
class Replay:
    """From where on events are sent again."""

    after: Annotated[int, Field(ge=0, le=2**31 - 1)] = 0
    """Number of the last event that arrived; 0: all of the last thirty days."""
    __pydantic_config__: ClassVar[ConfigDict] = {"extra": "forbid"}


@dataclass(frozen=True, slots=True)
class Replayed:
    n: int


@dataclass(frozen=True, slots=True)
class EventData:
    id: int
    kind: str
    at: datetime
    data: dict[str, Any]


@dataclass(frozen=True, slots=True)
class EventPageData:
    data: tuple[EventData, ...]
    next: int
    """`after` of the next look, also where there is nothing yet."""
