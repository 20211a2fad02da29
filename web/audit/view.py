"""The view of the audit log."""

from dataclasses import dataclass
from datetime import date, datetime

from services.audit.watch import LogState


@dataclass(frozen=True, slots=True)
class Entry:
    """An entry of the log, in words."""

    pk: int
    at: datetime
    author: str
    role: str
    action: str
    kind: str
    object: str
    href: str
    """Of the object; empty when there is no page of it, or not for this reader."""
    address: str
    detail: tuple[tuple[str, str], ...]
    """What and how: pairs of words."""


@dataclass(frozen=True, slots=True)
class AuditLog:
    """A page of the log, and what was asked for."""

    author: str
    action: str
    kind: str
    pk: int | None
    first: date | None
    last: date | None
    actions: tuple[tuple[str, str], ...]
    """To choose from: slug and words."""
    kinds: tuple[tuple[str, str], ...]
    deeds: tuple[Entry, ...]
    state: LogState
    """Whether the log is as it was written."""
    next: str
    """The address of the next page; empty on the last one."""
