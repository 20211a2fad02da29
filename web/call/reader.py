"""Who looks at the page of a call."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from store.removal.legal_holds import LegalHold
from web.wording import Words


@dataclass(frozen=True, slots=True)
class Reader:
    """What the page depends on besides the call."""

    name: str
    """Their login name."""
    say: Words
    reviews: bool
    """May decide the items of this call."""
    asked: bool
    """Was asked to hear it."""
    calibrates: bool
    """Is told what was answered in calibrations."""
    weighs: bool
    """Is told how far the machine can be relied on."""
    today: date
    appealable: Mapping[str, date]
    """The items that they may appeal against, with the last day."""
    calls: Callable[[str], str]
    """What people are called, by their login names."""
    holds: Sequence[LegalHold] | None = None
    """Why the law holds the call; ``None`` for whom it does not concern."""
