"""Figures of a replay: how often the suggestion was right, how much the machine dispatched and how well, and how soon
breakers opened where duties really changed."""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from tickets.dispatch.board import Change
from tickets.dispatch.matter import Experience
from tickets.dispatch.replay import Replayed
from tickets.dispatch.selection import lower_bound

AFTER_DRIFT = timedelta(days=28)
"""In which an opening has to do with a change of duty."""


@dataclass(frozen=True, slots=True)
class Drift:
    """A change of duty that is known to have happened."""

    leaf: str
    at: date
    units: frozenset[str]
    """The old one and the new one."""


@dataclass(frozen=True, slots=True)
class DriftOutcome:
    """What a breaker made of a change of duty."""

    drift: Drift
    opened_at: datetime | None
    """``None``: it never opened."""
    wrong: int
    """Tickets of that type which the machine had dispatched wrongly by then; all of them where it never opened."""
    automatic: int
    """Tickets of that type which it had dispatched by then."""

    @property
    def days(self) -> float | None:
        begun = datetime.combine(self.drift.at, datetime.min.time())
        return None if self.opened_at is None else (self.opened_at - begun) / timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Share:
    """Counts of tickets, and what follows from them."""

    n: int
    right: int
    in_top3: int
    automatic: int
    automatic_right: int

    @property
    def accuracy(self) -> float | None:
        return self.right / self.n if self.n else None

    @property
    def top3(self) -> float | None:
        return self.in_top3 / self.n if self.n else None

    @property
    def coverage(self) -> float | None:
        return self.automatic / self.n if self.n else None

    @property
    def precision(self) -> float | None:
        return self.automatic_right / self.automatic if self.automatic else None

    @property
    def precision_lower(self) -> float | None:
        """One-sided lower bound of the precision."""
        return float(lower_bound(self.automatic_right, self.automatic)) if self.automatic else None


def share(tickets: Iterable[Replayed]) -> Share:
    """Of these tickets."""
    counts: Counter[str] = Counter()
    for each in tickets:
        unit = each.experience.outcome.unit
        counts["n"] += 1
        counts["right"] += each.right
        counts["in_top3"] += any(unit == named for named, _ in each.suggestion.units)
        counts["automatic"] += each.automatic
        counts["automatic_right"] += each.automatic and each.right
    return Share(counts["n"], counts["right"], counts["in_top3"], counts["automatic"], counts["automatic_right"])


def drift_outcome(drift: Drift, tickets: Sequence[Replayed], changes: Sequence[Change]) -> DriftOutcome:
    """When the breaker of the changed type opened, and what had gone wrong by then."""
    begun = datetime.combine(drift.at, datetime.min.time())
    opened = next((each.at for each in changes if _is_of(each, drift) and each.name == drift.leaf), None)
    given = [
        each
        for each in tickets
        if each.automatic
        and each.experience.matter.leaf == drift.leaf
        and begun <= each.experience.matter.filed_at < (opened or datetime.max)
    ]
    return DriftOutcome(drift, opened, sum(not each.right for each in given), len(given))


def false_openings(changes: Iterable[Change], drifts: Sequence[Drift]) -> list[Change]:
    """Openings that no known change of duty explains."""
    return [each for each in changes if each.state == "open" and not any(_is_of(each, drift) for drift in drifts)]


def _is_of(change: Change, drift: Drift) -> bool:
    begun = datetime.combine(drift.at, datetime.min.time())
    named = change.name == drift.leaf or change.name in drift.units
    return change.state == "open" and named and begun <= change.at < begun + AFTER_DRIFT


def most_frequent(past: Sequence[Experience], asked: Sequence[Experience]) -> float:
    """Accuracy of always naming the unit that had most tickets of that type in that street."""
    return _accuracy(past, asked, lambda each: (each.matter.street, each.matter.leaf))


def first_dispatch(asked: Sequence[Experience]) -> float:
    """Accuracy of the people who dispatched."""
    return sum(not each.outcome.was_wrong for each in asked) / len(asked)


def _accuracy(
    past: Sequence[Experience], asked: Sequence[Experience], cell: Callable[[Experience], tuple[str | None, str]]
) -> float:
    counts: dict[tuple[str | None, str], Counter[str]] = defaultdict(Counter)
    for each in past:
        counts[cell(each)][each.outcome.unit] += 1
    usual = {name: units.most_common(1)[0][0] for name, units in counts.items()}
    return sum(usual.get(cell(each)) == each.outcome.unit for each in asked) / len(asked)
