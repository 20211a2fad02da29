"""Scores: the sheet of a call, and the sheets of many calls as columns."""

from dataclasses import dataclass
from enum import StrEnum

from callqa.types import LETTERS, Seconds, Verdict


class ItemStatus(StrEnum):
    """How an item of a rubric entered the total."""

    SCORED = "scored"
    NOT_APPLICABLE = "not_applicable"
    NEEDS_REVIEW = "needs_review"
    NOT_ASSESSED = "not_assessed"
    """It applies, but nobody is asked to judge it; see `callqa.types.Verdict`."""


@dataclass(frozen=True, slots=True)
class ItemScore:
    """One line of the score sheet."""

    item_id: str
    status: ItemStatus
    """Whether it counts: an item whose condition does not hold is NOT_APPLICABLE, whatever its verdict."""
    verdict: Verdict
    points: float | None
    """``None`` unless the item was scored; those of a violated penalty are below zero."""
    max_points: float
    """What could be earned; 0 for fatal items and for those that come on top (bonus, penalty)."""
    fatal: bool
    """A fatal item (一票否决) was violated; it takes effect only once a person confirms it."""
    check_ids: tuple[str, ...]
    by_person: bool = False
    """The verdict is a person's; the machine's may have been another."""

    @property
    def unconfirmed(self) -> bool:
        """The machine found a fatal item violated, and nobody has confirmed it: it is held against nobody."""
        return self.fatal and not self.by_person


@dataclass(frozen=True, slots=True)
class CallScore:
    """The score sheet of one call under one rubric."""

    call_id: str
    rubric_key: str
    total: float | None
    """0 to 100 over the items that could be scored; ``None`` when too few could."""
    items: tuple[ItemScore, ...]
    needs_review: bool
    manual_points: float = 0.0
    """What people added or took away for things that the rubric has no item for."""

    @property
    def verdicts(self) -> str:
        """A letter for each item, see `LETTERS`."""
        return "".join(
            LETTERS[item.verdict].lower() if item.by_person else LETTERS[item.verdict] for item in self.items
        )

    @property
    def decided_points(self) -> float:
        """Points of the items that were decided."""
        return sum(item.max_points for item in self.items if item.status is ItemStatus.SCORED)

    @property
    def open_points(self) -> float:
        """Points of the items that wait for a person."""
        return sum(item.max_points for item in self.items if item.status is ItemStatus.NEEDS_REVIEW)

    @property
    def unassessed_points(self) -> float:
        """Points of the items that could not be judged for a technical reason."""
        return sum(item.max_points for item in self.items if item.status is ItemStatus.NOT_ASSESSED)

    @property
    def failed(self) -> tuple[str, ...]:
        """Ids of the items that were violated, and count; fatal ones once a person has confirmed them."""
        return tuple(
            item.item_id
            for item in self.items
            if item.status is ItemStatus.SCORED and item.verdict is Verdict.VIOLATED and not item.unconfirmed
        )

    @property
    def undecided(self) -> tuple[str, ...]:
        """Ids of the items that wait for a person; likewise fatal ones that the machine found violated."""
        return tuple(item.item_id for item in self.items if item.status is ItemStatus.NEEDS_REVIEW or item.unconfirmed)


@dataclass(frozen=True, slots=True)
class ScoredCalls:
    """The sheets of many calls as columns: the same place in every column is the same call."""

    agent: tuple[str, ...]
    team: tuple[str, ...]
    category: tuple[str, ...]
    """First level, as filed; "" where nobody filed one."""
    line: tuple[str, ...]
    day: tuple[str, ...]
    """Local dates, e.g. 2026-11-24."""
    seconds: tuple[Seconds, ...]
    confidence: tuple[float | None, ...]
    """How well the call could be heard, 0 to 1."""
    total: tuple[float | None, ...]
    needs_review: tuple[bool, ...]
    verdicts: tuple[str, ...]
    """A letter for each item of the rubric, see `LETTERS`."""
    manual_points: tuple[float, ...]

    def __len__(self) -> int:
        return len(self.agent)
