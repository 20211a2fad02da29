"""Where a call holds personal data: what is masked in text, and bleeped in sound, for whoever need not know it."""

from dataclasses import dataclass
from typing import Literal

from callqa.types import Seconds

PersonalKind = Literal["name", "phone", "id_number", "bank_card", "plate", "address", "number"]
"""``number``: any other long number, which may be anybody's (an account, a policy, a case)."""


@dataclass(frozen=True, slots=True, order=True)
class PersonalSpan:
    """A stretch of one turn, ``turns[turn_index].text[char_start:char_end]``, that tells who or where somebody is."""

    turn_index: int
    char_start: int
    char_end: int
    kind: PersonalKind
    start: Seconds
    """Of the sound to bleep, with a margin; where words have no times, that of the whole turn."""
    end: Seconds
