"""Personal spans: places of a call that are masked in text, and bleeped in sound, for whoever need not know them."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

MASK = "*"
PersonalKind = Literal["name", "phone", "id_number", "bank_card", "plate", "address", "number"]
"""``number``: any other long number, which may be anybody's (an account, a policy, a case)."""
TicketText = Literal["contact_name", "location", "summary", "appeal", "event_time"]


@dataclass(frozen=True, slots=True, order=True)
class PersonalSpan:
    """A stretch of one turn, ``turns[turn_index].text[char_start:char_end]``, that tells who or where somebody is."""

    turn_index: int
    char_start: int
    char_end: int
    kind: PersonalKind
    start: float
    """Second from which the sound is bleeped, with a margin; where words have no times, the turn's."""
    end: float


@dataclass(frozen=True, slots=True, order=True)
class TicketSpan:
    """A stretch of one text of a ticket, likewise; of a place, all that is more exact than town and street office.

    Telephone numbers have none: all of their digits are personal.
    """

    field: TicketText
    char_start: int
    char_end: int


@dataclass(frozen=True, slots=True)
class Personal:
    """All that is personal in a call. What people write about it later is looked at when it is shown."""

    spans: tuple[PersonalSpan, ...] = ()
    """In the order of the call, none overlapping."""
    ticket: tuple[TicketSpan, ...] = ()


def masked(text: str, stretches: Iterable[tuple[int, int]]) -> str:
    """The text with asterisks for the letters and digits of these stretches."""
    characters = list(text)
    for start, end in stretches:
        for i in range(max(start, 0), min(end, len(characters))):
            if characters[i].isalnum():
                characters[i] = MASK
    return "".join(characters)
