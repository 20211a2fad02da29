"""Event: something that happened to a ticket, at one time. Events are only added; a correction is one more event."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Literal, get_args

from callqa.keys import content_key

Kind = Literal[
    "filed",
    "dispatched",
    "accepted",
    "returned",
    "contacted",
    "extended",
    "closed",
    "called_back",
    "second_call_back",
    "chased",
    "supervised",
    "merged",
]
"""立案, 派单, 签收, 退单, 先行联系, 延期, 办结, 回访, 二次回访, 催办, 督办, 并单."""
KINDS: tuple[Kind, ...] = get_args(Kind)
"""In the order of a usual life, by which events of the same moment are taken."""
PLACE = {kind: place for place, kind in enumerate(KINDS)}


@dataclass(frozen=True)
class TicketEvent:
    """What happened, as it was told by an export or by a person at the desk."""

    ticket_id: str
    kind: Kind
    at: datetime
    unit: str | None = None
    """To which it was dispatched, or which acted."""
    actor: str | None = None
    """Who did it, where a person is known."""
    detail: tuple[tuple[str, str], ...] = ()
    """Names and values, sorted: reason (of a return), due (of an extension, ISO time), solved, satisfied, into (of a
    merger) ..."""
    replaces: str | None = None
    """Key of the event that this one corrects, which then counts no longer."""

    @cached_property
    def key(self) -> str:
        """Content hash: the same event told twice is one."""
        return content_key(
            [self.ticket_id, self.kind, self.at.isoformat(), self.unit, self.actor, self.detail, self.replaces]
        )

    def value(self, name: str) -> str | None:
        """Of the detail."""
        return dict(self.detail).get(name)


def in_order(events: Iterable[TicketEvent]) -> list[TicketEvent]:
    """Each event once, without those that were corrected, by time; whatever order they arrived in."""
    by_key = {event.key: event for event in events}
    replaced = {event.replaces for event in by_key.values()}
    counting = (event for key, event in by_key.items() if key not in replaced)
    return sorted(counting, key=lambda event: (event.at, PLACE[event.kind], event.key))
