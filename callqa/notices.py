"""Notices: what somebody has to do. They hold counts, kinds and ids, nothing that anybody said."""

from dataclasses import dataclass
from datetime import date
from typing import Literal, get_args

NoticeKind = Literal["emergency", "night", "held", "appeal", "assigned", "undelivered"]
NOTICE_KINDS: tuple[NoticeKind, ...] = get_args(NoticeKind)
"""The most urgent first."""


@dataclass(frozen=True, slots=True)
class Notice:
    """A task of somebody."""

    kind: NoticeKind
    key: str
    """What it is about; equal for the same thing, whenever it is found."""
    name: str
    """Of the call or run, as people call it; of an appeal the call's."""
    href: str
    """Where at the desk it is done."""
    call_pk: int | None = None
    due: date | None = None
