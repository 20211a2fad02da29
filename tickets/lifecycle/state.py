"""State of a ticket: what follows from its events, at any time.

What contradicts itself is kept and flagged, never guessed: a ticket that was closed before it was filed is closed.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Literal

from tickets.lifecycle.event import TicketEvent, in_order

Stage = Literal[
    "unknown", "filed", "dispatched", "accepted", "returned", "contacted", "closed", "called_back", "merged"
]
Flag = Literal[
    "no_filing",
    "before_filing",
    "return_without_dispatch",
    "return_by_another",
    "closed_by_another",
    "unknown_unit",
    "called_back_open",
    "after_merger",
    "due_unreadable",
]
"""no_filing: nobody filed it. before_filing: something happened before. return_without_dispatch, return_by_another: the
unit that returned it did not have it. closed_by_another: nor did the one that closed it. called_back_open: the citizen
was asked before anybody closed it. after_merger: something happened after it had become part of another."""
STAGE_OF: dict[str, Stage] = {
    "filed": "filed",
    "dispatched": "dispatched",
    "accepted": "accepted",
    "returned": "returned",
    "contacted": "contacted",
    "closed": "closed",
    "called_back": "called_back",
    "second_call_back": "called_back",
    "merged": "merged",
}


@dataclass(frozen=True, slots=True)
class Holding:
    """A unit that had the ticket."""

    unit: str
    since: datetime
    until: datetime | None
    """``None``: it has it now."""
    reason: str | None
    """Why it gave the ticket back, where it did."""


@dataclass(frozen=True, slots=True)
class TicketState:
    """At one time. Times are those of the first such event, answers those of the last."""

    ticket_id: str
    stage: Stage = "unknown"
    filed_at: datetime | None = None
    first_dispatched_at: datetime | None = None
    contacted_at: datetime | None = None
    due_at: datetime | None = None
    """As last extended; the first one comes with the dispatch, where the export tells it."""
    closed_at: datetime | None = None
    holdings: tuple[Holding, ...] = ()
    solved_by_unit: bool | None = None
    """What the unit claims; ``None``: it did not say."""
    solved_by_citizen: bool | None = None
    """What the citizen says; ``None``: not asked, or not reached."""
    satisfied: str | None = None
    """The citizen's word at the last call-back."""
    n_returns: int = 0
    n_chased: int = 0
    n_supervised: int = 0
    n_extended: int = 0
    merged_into: str | None = None
    last_at: datetime | None = None
    flags: frozenset[Flag] = field(default=frozenset())

    @property
    def unit(self) -> str | None:
        """That has the ticket, or closed it."""
        return self.holdings[-1].unit if self.holdings and self.holdings[-1].until is None else None

    @property
    def is_open(self) -> bool:
        return self.closed_at is None and self.merged_into is None

    @property
    def went_back_and_forth(self) -> bool:
        """Whether a unit got a ticket that it had returned before (推诿扯皮)."""
        returned_by = [holding.unit for holding in self.holdings if holding.until is not None]
        return len(returned_by) > len(set(returned_by)) or (self.unit in returned_by)


def state_of(
    ticket_id: str, events: Iterable[TicketEvent], at: datetime | None = None, units: Collection[str] | None = None
) -> TicketState:
    """What had happened until ``at`` (now, without it). ``units``: those that there are; others are flagged."""
    state = TicketState(ticket_id)
    ordered = [event for event in in_order(events) if at is None or event.at <= at]
    for event in ordered:
        state = _after(state, event)
        if units is not None and event.unit is not None and event.unit not in units:
            state = _flagged(state, "unknown_unit")
    if ordered and state.filed_at is None:
        state = _flagged(state, "no_filing")
    if state.filed_at is not None and ordered[0].at < state.filed_at:
        state = _flagged(state, "before_filing")
    return state


def _after(state: TicketState, event: TicketEvent) -> TicketState:
    if state.merged_into is not None:
        state = _flagged(state, "after_merger")
    state = replace(state, stage=STAGE_OF.get(event.kind, state.stage), last_at=event.at)
    match event.kind:
        case "filed":
            return replace(state, filed_at=state.filed_at or event.at)
        case "dispatched":
            return _due(_given(state, event), event)
        case "accepted" | "contacted":
            return replace(state, contacted_at=state.contacted_at or event.at) if event.kind == "contacted" else state
        case "returned":
            return _given_back(state, event)
        case "extended":
            return _due(replace(state, n_extended=state.n_extended + 1), event)
        case "closed":
            closed = replace(
                state, closed_at=event.at, solved_by_unit=_yes(event.value("solved"), state.solved_by_unit)
            )
            other = event.unit is not None and state.unit is not None and event.unit != state.unit
            return _flagged(closed, "closed_by_another") if other else closed
        case "called_back" | "second_call_back":
            return _asked(state, event)
        case "chased":
            return replace(state, n_chased=state.n_chased + 1)
        case "supervised":
            return replace(state, n_supervised=state.n_supervised + 1)
        case "merged":
            return replace(state, merged_into=event.value("into") or "")


def _given(state: TicketState, event: TicketEvent) -> TicketState:
    held = _ended(state.holdings, event.at, None)
    if event.unit is not None:
        held = (*held, Holding(event.unit, event.at, None, None))
    return replace(state, holdings=held, first_dispatched_at=state.first_dispatched_at or event.at, closed_at=None)


def _given_back(state: TicketState, event: TicketEvent) -> TicketState:
    returned = replace(state, n_returns=state.n_returns + 1)
    if state.unit is None:
        return _flagged(returned, "return_without_dispatch")
    if event.unit is not None and event.unit != state.unit:
        return _flagged(returned, "return_by_another")
    return replace(returned, holdings=_ended(state.holdings, event.at, event.value("reason") or ""))


def _ended(holdings: tuple[Holding, ...], at: datetime, reason: str | None) -> tuple[Holding, ...]:
    if not holdings or holdings[-1].until is not None:
        return holdings
    return (*holdings[:-1], replace(holdings[-1], until=at, reason=reason))


def _asked(state: TicketState, event: TicketEvent) -> TicketState:
    asked = replace(
        state,
        solved_by_citizen=_yes(event.value("solved"), state.solved_by_citizen),
        satisfied=event.value("satisfied") or state.satisfied,
    )
    return asked if state.closed_at is not None else _flagged(asked, "called_back_open")


def _due(state: TicketState, event: TicketEvent) -> TicketState:
    text = event.value("due")
    if text is None:
        return state
    try:
        return replace(state, due_at=datetime.fromisoformat(text))
    except ValueError:
        return _flagged(state, "due_unreadable")


def _yes(text: str | None, before: bool | None) -> bool | None:
    return {"yes": True, "no": False}.get(text or "", before)


def _flagged(state: TicketState, flag: Flag) -> TicketState:
    return replace(state, flags=state.flags | {flag})
