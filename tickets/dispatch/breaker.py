"""Breaker of a type of matter or a unit: it stops dispatch by the machine when corrections say that something changed.

Closed: the machine dispatches. Open: people do, and the machine only suggests. Half open: the machine dispatches a
small share on trial. Corrections come late, so a ticket that has not come back says little while it is young: it
weighs as much as the share of returns that take longer than it has waited. The test is a cumulative sum of log
likelihood ratios (Page 1954) over tickets in the order of their dispatch: 'wrong as often as its confidence says'
against `CHANGED_RATE`.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

import numpy as np

State = Literal["closed", "open", "half_open"]

CHANGED_RATE = 0.8
"""Share of wrong dispatches after a change of duty."""
LEAST_ERROR_RATE, MOST_ERROR_RATE = 0.06, 0.4
"""What is believed of a ticket's chance to be wrong without a change, whatever its confidence says."""
EVIDENCE = 8.0
"""At which the breaker opens (nats). Set on simulated streams: benchmarks/breaker.py."""
LAST_TICKETS = 200
"""That are looked at; older ones say nothing of a change that is new."""


@dataclass(frozen=True, slots=True)
class Dispatched:
    """A ticket that the machine gave to a unit by itself."""

    ticket_id: str
    leaf: str
    unit: str
    at: datetime
    error_rate: float
    """Its chance to be wrong as the model knew it: one less its confidence."""
    corrected_at: datetime | None
    """When it came back and went to another unit."""
    closed_at: datetime | None
    """When the unit closed it."""


@dataclass(frozen=True, slots=True)
class Delays:
    """How long returns take."""

    hours: np.ndarray
    """Sorted."""

    def still_out(self, age: timedelta) -> float:
        """The share of wrong dispatches that have not come back at that age."""
        if not len(self.hours):
            return 1.0
        back = np.searchsorted(self.hours, age / timedelta(hours=1), side="right")
        return 1.0 - float(back) / (len(self.hours) + 1)


def delays(returned: Iterable[timedelta]) -> Delays:
    """Of the returns known so far."""
    return Delays(np.sort([each / timedelta(hours=1) for each in returned]))


@dataclass(frozen=True, slots=True)
class Suspicion:
    """What speaks for a change."""

    evidence: float
    """Nats; never below 0."""
    since: datetime | None
    """Dispatch of the first ticket of the stretch that is suspected."""
    wrong: tuple[str, ...]
    """Tickets of that stretch which were corrected."""

    @property
    def opens(self) -> bool:
        return self.evidence >= EVIDENCE


def suspicion(tickets: Sequence[Dispatched], now: datetime, late: Delays) -> Suspicion:
    """Of tickets in the order of their dispatch, with what is known now."""
    best, since, running, first = 0.0, None, 0.0, len(tickets)
    looked_at = tickets[-LAST_TICKETS:]
    for place in range(len(looked_at) - 1, -1, -1):  # the change, if there is one, lasts until now
        running += _ratio(looked_at[place], now, late)
        if running > best:
            best, since, first = running, looked_at[place].at, place
    wrong = tuple(each.ticket_id for each in looked_at[first:] if _came_back(each, now))
    return Suspicion(best, since, wrong)


def _came_back(ticket: Dispatched, now: datetime) -> bool:
    return ticket.corrected_at is not None and ticket.corrected_at <= now


def _ratio(ticket: Dispatched, now: datetime, late: Delays) -> float:
    usual = min(max(ticket.error_rate, LEAST_ERROR_RATE), MOST_ERROR_RATE)
    if _came_back(ticket, now):
        return float(np.log(CHANGED_RATE / usual))
    if ticket.closed_at is not None and ticket.closed_at <= now:
        return float(np.log((1 - CHANGED_RATE) / (1 - usual)))
    out = late.still_out(now - ticket.at)
    return float(np.log((CHANGED_RATE * out + 1 - CHANGED_RATE) / (usual * out + 1 - usual)))
