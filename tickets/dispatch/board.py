"""Board of breakers: the state of each type of matter, or of each unit, moved by what becomes known.

After an opening the model learns that type anew; the breaker goes half open when enough of what the machine would have
done since turned out right, and closes after trials without a correction.
"""

from collections import defaultdict
from collections.abc import Container, Iterator
from dataclasses import dataclass, field
from datetime import datetime

from tickets.dispatch.breaker import Delays, Dispatched, State, suspicion
from tickets.dispatch.selection import lower_bound

PROVED = 14
"""Suggestions with a known end that a type must have since its opening ..."""
PROVED_PRECISION = 0.8
"""... and the lower bound of their precision, before the machine is tried again."""
TRIALS = 10
"""Tickets of a half-open breaker that must have ended without opening it again."""
TRIAL_SHARE = 0.25


@dataclass(frozen=True, slots=True)
class Change:
    """A breaker that went into another state."""

    name: str
    """Of the type of matter, or the unit."""
    at: datetime
    state: State
    since: datetime | None
    """For an opening: when the change began, as far as the tickets tell."""
    tickets: tuple[str, ...]
    """For an opening: the corrected tickets that caused it."""


@dataclass
class Breaker:
    """A breaker in operation."""

    state: State = "closed"
    dispatched: list[Dispatched] = field(default_factory=list)
    """Since it was last closed or half open."""
    proofs: list[bool] = field(default_factory=list)
    """Whether suggestions made since the opening were right, as they became known."""
    trials: int = 0


@dataclass
class Board:
    """All breakers of one kind, and their history."""

    breakers: dict[str, Breaker] = field(default_factory=lambda: defaultdict(Breaker))
    history: list[Change] = field(default_factory=list)

    def allows(self, name: str, chance: float) -> bool:
        """Whether the machine may dispatch a ticket; ``chance``: of the ticket, from 0 to 1, the same at every look."""
        state = self.breakers[name].state
        return state == "closed" or (state == "half_open" and chance < TRIAL_SHARE)

    def dispatch(self, name: str, ticket: Dispatched) -> None:
        """Takes note of a ticket that the machine dispatched."""
        self.breakers[name].dispatched.append(ticket)

    def corrected(self, name: str, now: datetime, late: Delays, without: Container[str] = ()) -> Change | None:
        """Looks at a name one of whose tickets came back; opens its breaker if it must. ``without``: types of matter
        that explain themselves, for their own breakers have opened."""
        breaker = self.breakers[name]
        if breaker.state == "open":
            return None
        seen = suspicion([each for each in breaker.dispatched if each.leaf not in without], now, late)
        if not seen.opens:
            return None
        self.breakers[name] = Breaker("open")
        return self._note(Change(name, now, "open", seen.since, seen.wrong))

    def ended(self, name: str, now: datetime, right: bool, by_machine: bool) -> Change | None:
        """Takes note of a ticket that ended, the suggestion right or not; moves the breaker back where it may."""
        breaker = self.breakers[name]
        if breaker.state == "open":
            breaker.proofs.append(right)
            recent = breaker.proofs[-3 * PROVED :]
            if len(recent) >= PROVED and float(lower_bound(sum(recent), len(recent))) >= PROVED_PRECISION:
                self.breakers[name] = Breaker("half_open")
                return self._note(Change(name, now, "half_open", None, ()))
        elif breaker.state == "half_open" and by_machine:
            breaker.trials += right
            if breaker.trials >= TRIALS:
                breaker.state = "closed"
                return self._note(Change(name, now, "closed", None, ()))
        return None

    def openings(self) -> Iterator[Change]:
        """In the order of time."""
        return (change for change in self.history if change.state == "open")

    def _note(self, change: Change) -> Change:
        self.history.append(change)
        return change
