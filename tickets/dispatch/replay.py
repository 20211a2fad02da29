"""Replay of a stream of tickets as it came: what would have been suggested and dispatched, by what was known then.

The model is learnt anew at fixed intervals, and after a breaker's opening; no ticket is seen before it was filed, and
no end before it was known.
"""

import heapq
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from hashlib import blake2b

import numpy as np

from tickets.dispatch.board import Board, Change
from tickets.dispatch.breaker import Delays, Dispatched, delays
from tickets.dispatch.matter import Experience
from tickets.dispatch.model import DispatchModel, Suggestion, learn
from tickets.dispatch.selection import NOTHING, Measured, Selection, select

DAY = timedelta(days=1)
Progress = Callable[[datetime], None]


@dataclass(frozen=True, slots=True)
class Calendar:
    """What happens when."""

    suggest_from: datetime
    """The first day with suggestions; what was known before it teaches the first model."""
    selections: tuple[tuple[datetime, datetime], ...]
    """Days from which the machine dispatches by a threshold, and the day before each from which suggestions were
    measured to set it: pairs (measured from, dispatched from)."""
    learn_every: timedelta = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class Replayed:
    """A ticket, and what the machine made of it."""

    experience: Experience
    suggestion: Suggestion
    automatic: bool
    """Dispatched by the machine."""

    @property
    def right(self) -> bool:
        return self.suggestion.unit == self.experience.outcome.unit


@dataclass
class Replay:
    """What came of it."""

    tickets: list[Replayed] = field(default_factory=list)
    selections: list[Selection] = field(default_factory=list)
    changes: list[Change] = field(default_factory=list)
    """Of the breakers of types and units, in the order of time."""


def replay(stream: Sequence[Experience], calendar: Calendar, progress: Progress = lambda day: None) -> Replay:
    """Of tickets in the order of filing."""
    return _Running(stream, calendar).run(progress)


class _Running:
    """The state of a replay."""

    def __init__(self, stream: Sequence[Experience], calendar: Calendar) -> None:
        self.stream, self.calendar = stream, calendar
        self.types, self.units, self.result = Board(), Board(), Replay()
        self.selection = NOTHING
        self.late: Delays = Delays(np.array([]))
        self.changed: dict[str, datetime] = {}
        self.to_come: list[tuple[datetime, int, bool]] = []
        """When what is known of which ticket, and whether it is a correction; a heap."""

    def run(self, progress: Progress) -> Replay:
        day = self.calendar.suggest_from
        next_learning, model, place = day, None, 0
        while place < len(self.stream) and self.stream[place].matter.filed_at < day:
            place += 1
        while place < len(self.stream):
            progress(day)
            for measured_from, dispatched_from in self.calendar.selections:
                if day == dispatched_from:
                    self.selection = self._selected(measured_from, day)
                    self.result.selections.append(self.selection)
            if model is None or day >= next_learning:
                self.late = self._delays(day)
                model = learn(self.stream[:place], day, self.changed)
                next_learning = day + self.calendar.learn_every
            first, day = place, day + DAY
            while place < len(self.stream) and self.stream[place].matter.filed_at < day:
                place += 1
            if self._day(self.stream[first:place], model, day):
                next_learning = day
        self.result.changes = sorted([*self.types.history, *self.units.history], key=lambda change: change.at)
        return self.result

    def _day(self, filed: Sequence[Experience], model: DispatchModel, end: datetime) -> bool:
        """Whether the breaker of a type opened."""
        opened = sum(1 for _ in self.types.openings())
        if filed:
            suggestions = model.suggest([each.matter for each in filed])
            for each, suggestion in zip(filed, suggestions, strict=True):
                self._happens_until(each.matter.filed_at)
                self._dispatch(each, suggestion)
        self._happens_until(end)
        return sum(1 for _ in self.types.openings()) > opened

    def _dispatch(self, each: Experience, suggestion: Suggestion) -> None:
        matter, number = each.matter, len(self.result.tickets)
        unit, chance = suggestion.unit or "", _chance(matter.ticket_id)
        allowed = self.types.allows(matter.leaf, chance) and self.units.allows(unit, chance)
        automatic = allowed and self.selection.takes(matter.leaf, suggestion.confidence)
        replayed = Replayed(each, suggestion, automatic)
        self.result.tickets.append(replayed)
        corrected_at = None
        if automatic:
            corrected_at = None if replayed.right else self._comes_back(each)
            closed_at = each.outcome.closed_at if replayed.right else None
            error_rate = 1 - suggestion.confidence
            given = Dispatched(
                matter.ticket_id, matter.leaf, unit, matter.filed_at, error_rate, corrected_at, closed_at
            )
            self.types.dispatch(matter.leaf, given)
            self.units.dispatch(unit, given)
        if corrected_at is not None:
            heapq.heappush(self.to_come, (corrected_at, number, True))
        elif (known_at := each.outcome.known_at) is not None:
            heapq.heappush(self.to_come, (known_at, number, False))

    def _happens_until(self, now: datetime) -> None:
        while self.to_come and self.to_come[0][0] <= now:
            at, number, correction = heapq.heappop(self.to_come)
            replayed = self.result.tickets[number]
            matter, unit = replayed.experience.matter, replayed.suggestion.unit or ""
            if correction:
                if change := self.types.corrected(matter.leaf, at, self.late):
                    self.changed[matter.leaf] = change.since or at
                else:
                    self.units.corrected(unit, at, self.late, self.changed)
            if self.selection.takes(matter.leaf, replayed.suggestion.confidence):
                if matter.filed_at >= self.changed.get(matter.leaf, datetime.min):
                    self.types.ended(matter.leaf, at, replayed.right, replayed.automatic)
                self.units.ended(unit, at, replayed.right, replayed.automatic)

    def _comes_back(self, each: Experience) -> datetime:
        """When a ticket that the machine dispatched wrongly would have come back: as it did where the first unit was
        wrong, too, else after a delay drawn from those that were seen."""
        outcome, filed_at = each.outcome, each.matter.filed_at
        if outcome.was_wrong and outcome.returned_at is not None:
            return outcome.returned_at
        hours = self.late.hours
        drawn = float(np.quantile(hours, _chance(each.matter.ticket_id + "/return"))) if len(hours) else 24.0
        return filed_at + timedelta(hours=drawn)

    def _delays(self, now: datetime) -> Delays:
        outcomes = (each.outcome for each in self.stream if each.matter.filed_at < now)
        return delays(
            outcome.returned_at - outcome.dispatched_at
            for outcome in outcomes
            if outcome.was_wrong and outcome.returned_at is not None and outcome.returned_at <= now
        )

    def _selected(self, measured_from: datetime, now: datetime) -> Selection:
        return select(
            [
                Measured(each.experience.matter.leaf, each.suggestion.confidence, each.right)
                for each in self.result.tickets
                if each.experience.matter.filed_at >= measured_from
                and (known := each.experience.outcome.known_at) is not None
                and known <= now
            ]
        )


def _chance(text: str) -> float:
    """From 0 to 1, the same for the same text."""
    return int.from_bytes(blake2b(text.encode(), digest_size=8).digest()) / 2**64
