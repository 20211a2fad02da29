"""Records of what people configure at the desk: drafts, and what was published of them. Both hold YAML, as files do."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

Subject = Literal["rubric", "plan", "rules", "holidays", "retention"]
"""What is configured."""
DraftState = Literal["open", "submitted", "published", "dropped"]


@dataclass(frozen=True, slots=True)
class Content:
    """YAML texts that belong together."""

    subject: Subject
    name: str
    """Of one of several: a rubric's or a plan's id, a calendar's year; else ""."""
    text: str
    """The file; "" where it is not to be used any more."""
    checks: str = ""
    """Of a rubric: entries of a check library that it brings along, new ones or in place of others."""
    base_key: str = ""
    """Of the rubric that it was made from."""


@dataclass(frozen=True, slots=True)
class Draft:
    """Somebody's draft. Nobody else changes it, and somebody else has to agree to it."""

    pk: int
    content: Content
    state: DraftState
    author: str
    changed_at: datetime
    reason: str
    """Why it is wanted; whoever has to agree reads it."""
    answer: str
    """What was said when it was sent back."""
    base: int
    """The last publication of the same subject and name when it was begun; 0 without one."""


@dataclass(frozen=True, slots=True)
class Publication:
    """What two people agreed to use. A later one of the same subject and name takes its place."""

    pk: int
    content: Content
    key: str
    """Of the content; of a rubric its own key."""
    author: str
    approved_by: str
    reason: str
    at: datetime
