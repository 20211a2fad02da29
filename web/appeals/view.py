"""The views of appeals: a line of the list, and one appeal with its steps."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal

from callqa.messages import Joined, Message
from callqa.records import AppealOutcome, AppealStage
from callqa.types import Seconds, Verdict
from services.listening.stretches import Stretch
from web.call.view import ShownField, ShownItem, ShownTurn

Shown = Literal["todo", "open", "all"]


@dataclass(frozen=True, slots=True)
class AppealRow:
    """An appeal in a list."""

    pk: int
    call_pk: int
    call_id: str
    agent_id: str
    team: str
    item: str
    """The item's title."""
    item_id: str
    at: datetime
    status: Literal["open", "rejected", "accepted"]
    stands: Message
    """Whose turn it is and until when, or how it ended."""
    due: date | None
    days_late: int
    mine: bool
    """Whether it is the asking person's turn."""


@dataclass(frozen=True, slots=True)
class Step:
    """What somebody said on it."""

    at: datetime
    author: str
    stage: str
    outcome: str
    reason: str


@dataclass(frozen=True, slots=True)
class Contested:
    """The item as it stands, with what was said there and what the rubric asks for."""

    item: ShownItem
    ticket: tuple[ShownField, ...]
    """The fields of the ticket that it is about."""
    turns: tuple[ShownTurn, ...]
    near: frozenset[int]
    """Indices of the turns around its evidence; empty where it has no place in the call."""
    at: Seconds | None
    """Where the player begins."""
    seconds: Seconds
    channels: tuple[str, ...]
    stretches: tuple[Stretch, ...]
    has_sound: bool
    discreet: bool
    group: str
    """Of the rubric."""
    points: float
    rubric: Joined
    """Title and version of the rubric."""
    note: str
    """What the rubric says of the item."""


@dataclass(frozen=True, slots=True)
class Golden:
    """The way of the final verdict into the golden set."""

    verdict: Verdict
    people: tuple[str, ...]
    """Who said so."""
    proposed: bool
    joined: bool
    may_propose: bool
    may_agree: bool


@dataclass(frozen=True, slots=True)
class AppealPage:
    """One appeal with every step, and what the asking person can do."""

    row: AppealRow
    stage: AppealStage
    """Whose decision is the next, or was the last."""
    stages: tuple[tuple[str, bool], ...]
    """The three stages in words, and whether each is done."""
    steps: tuple[Step, ...]
    choices: tuple[AppealOutcome, ...]
    """What they can decide now; empty when it is not their turn."""
    obstacle: str
    """Why they cannot decide although it is their stage's turn, in words; "" otherwise."""
    judged: bool
    """They judged the contested item themselves, and cannot reject the appeal against that."""
    can_go_on: bool
    """The agent may take a rejected appeal to the next stage."""
    contested: Contested | None
    """``None`` where the call, or its score, is not there any more, or is hidden while people calibrate."""
    golden: Golden | None
    """``None`` before the final stage has decided, and for whom it does not concern."""


@dataclass(frozen=True, slots=True)
class Appeals:
    """The appeals that somebody may know of."""

    shown: Shown
    rows: tuple[AppealRow, ...]
    n_todo: int
    n_open: int
    proposals: tuple[AppealRow, ...]
    """Those whose final verdict somebody proposed for the golden set, and that the asking person may agree with."""
    n_held_back: int
    """Other appeals, on calls that the asking person judges blind just now; among the open ones, or all of them."""
