"""The view of notices."""

from dataclasses import dataclass
from datetime import date, datetime

from callqa.notices import NoticeKind


@dataclass(frozen=True, slots=True)
class NoticeRow:
    pk: int
    name: str
    """The call or run; empty where there is none."""
    due: date | None
    at: datetime
    unread: bool


@dataclass(frozen=True, slots=True)
class NoticeGroup:
    """Notices of a kind, the newest first."""

    kind: NoticeKind
    words: str
    """In Chinese, to be translated."""
    tone: str
    icon: str
    rows: tuple[NoticeRow, ...]
    more: int
    """How many are not shown."""


@dataclass(frozen=True, slots=True)
class Notices:
    """What somebody still has to do, the most urgent kinds first."""

    groups: tuple[NoticeGroup, ...]
    n_unread: int
    told_outside: bool
    """They are told outside of the desk, too."""
