"""Views of what programs hand in, and of what they are told about it."""

from dataclasses import dataclass
from typing import Annotated, ClassVar, Literal

from pydantic import ConfigDict, Field

Short = Annotated[str, Field(max_length=200)]
Long = Annotated[str, Field(max_length=4000)]
STRICT: ConfigDict = {"extra": "forbid"}
"""A slip in a name is told, and not ignored."""


@dataclass(frozen=True, slots=True)
class PushedTicket:
    """What the agent filed after the call; what is left out is empty."""

    request_type: Short = ""
    category: Annotated[tuple[Short, ...], Field(max_length=4)] = ()
    """Names from the first level down."""
    summary: Long = ""
    location: Long = ""
    district: Short = ""
    contact_name: Short = ""
    contact_phone: Short = ""
    event_time: Short = ""
    appeal: Long = ""
    __pydantic_config__: ClassVar[ConfigDict] = STRICT


@dataclass(frozen=True, slots=True)
class PushedCall:
    """A call to be taken in."""

    call_id: Annotated[str, Field(min_length=1, max_length=200)]
    agent_id: Annotated[str, Field(min_length=1, max_length=64)]
    started_at: Annotated[str, Field(max_length=40, examples=["2026-11-02T13:38:00+08:00"])]
    """Without a zone it is the hotline's time."""
    recording: Annotated[str, Field(min_length=1, max_length=1000, examples=["upload:9f86d081…"])]
    """As `POST /recordings` names it, or a path or URI that `api.recordings` allows."""
    team: Short = ""
    line: Short = ""
    direction: Literal["inbound", "outbound"] = "inbound"
    hangup_by: Literal["agent", "citizen", "system", "unknown"] = "unknown"
    agent_channel: Literal[0, 1] | None = None
    """Left is 0; null: both speakers share a channel, or nobody knows."""
    ticket: PushedTicket | None = None
    urgent: bool = False
    """A worker transcribes and checks it at once."""
    replace: bool = False
    """A call of this id may be known with other content."""
    __pydantic_config__: ClassVar[ConfigDict] = STRICT


@dataclass(frozen=True, slots=True)
class Taken:
    """What became of it."""

    call_id: str
    outcome: Literal["new", "same", "replaced"]
    urgent: bool
    href: str
    """Where the call can be read."""


@dataclass(frozen=True, slots=True)
class UploadData:
    recording: str
    """What `POST /calls` calls it. Without a call it is deleted after a day."""
    n_bytes: int
