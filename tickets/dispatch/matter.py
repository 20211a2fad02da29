"""Matter and outcome of a ticket: what is known when it is dispatched, and what is known later."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Matter:
    """What a dispatcher knows. There is no field for what comes later, so nothing learns from it by mistake."""

    ticket_id: str
    filed_at: datetime
    category: tuple[str, ...]
    """From the first level down; empty where nobody chose one."""
    street: str | None
    """Street or town of the matter."""
    request_type: str | None
    text: str

    @property
    def leaf(self) -> str:
        """The finest category: a type of matter, by which confidence is measured and breakers open."""
        return self.category[-1] if self.category else ""


@dataclass(frozen=True, slots=True)
class Outcome:
    """Where a ticket ended."""

    unit: str
    """That handled it in the end."""
    dispatched_at: datetime
    first_unit: str | None
    """To which a person gave it first."""
    returned_at: datetime | None
    """When the first unit gave it back; ``None``: it did not, or has not yet."""
    closed_at: datetime | None

    @property
    def was_wrong(self) -> bool:
        """Whether the first unit was another one; a unit that refuses what is its own was the right one."""
        return self.first_unit is not None and self.first_unit != self.unit

    @property
    def known_at(self) -> datetime | None:
        """When it was clear which unit is right: when it went to another unit, else when it was closed."""
        return self.returned_at if self.was_wrong and self.returned_at else self.closed_at


@dataclass(frozen=True, slots=True)
class Experience:
    """A ticket that has ended, to learn from."""

    matter: Matter
    outcome: Outcome
