"""The views of the list of calls: its rows, the filters that are set, the links to other lists."""

from dataclasses import dataclass
from datetime import datetime

from callqa.call_filter import Sort
from callqa.messages import Joined, Message
from store.calls.call_menus import Menus


@dataclass(frozen=True, slots=True)
class CallRow:
    """A call in the list."""

    pk: int
    call_id: str
    started_at: datetime
    agent_id: str
    team: str
    category: str
    request_type: str
    seconds: float
    total: float | None
    failed: tuple[str, ...]
    """Titles of the items that were violated, and count; likewise below."""
    undecided: tuple[str, ...]
    needs_review: bool
    fatal: bool
    confirmed: bool
    """A person confirmed the fatal item."""
    held: bool
    appeals: tuple[str, ...]
    summary: Joined | Message
    """What the citizen wants and what came of it; empty where the words are gone."""


@dataclass(frozen=True, slots=True)
class SetFilter:
    """One thing that is asked for, and the list without it."""

    text: str
    href: str


@dataclass(frozen=True, slots=True)
class Choice:
    """A link to another list; ``here``: it is the one that is shown."""

    text: str
    href: str
    here: bool


@dataclass(frozen=True, slots=True)
class Head:
    """The head of a column that sorts the list."""

    href: str
    order: str
    """``ascending``, ``descending``, or "" when the list is sorted by something else."""


@dataclass(frozen=True, slots=True)
class SavedLink:
    """A filter that the person keeps."""

    pk: int
    name: str
    href: str


@dataclass(frozen=True, slots=True)
class CallList:
    """A page of the list."""

    rows: tuple[CallRow, ...]
    count: int
    """How many calls the list has, `capped` at most."""
    capped: bool
    """There are more than ``count``."""
    asked: dict[str, list[str]]
    """The filter as the form has it, also one that was refused."""
    filters: tuple[SetFilter, ...]
    sort: Sort
    by_time: Head
    by_total: Head
    days: tuple[Choice, ...]
    menus: Menus
    items: dict[str, str]
    """Titles by the ids of items, of all rubrics."""
    saved: tuple[SavedLink, ...]
    query: str
    """The list's parameters, as its files and saved filters take them."""
    previous: str
    """Address of the page before; "" when this is the first."""
    next: str
    problem: str
    """Why the filter was refused; "" when it was not."""
    problem_field: str
