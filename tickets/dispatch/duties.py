"""Local units: the office of a street or town, which is one kind of answer wherever the place is.

A hotline with 36 street offices would else have to learn each matter 36 times.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

LOCAL = "*local*"
"""The unit of the place, whichever it is."""
LEAST_TICKETS = 5
LOCAL_SHARE = 0.8
"""Of a unit's tickets, from one place."""


@dataclass(frozen=True, slots=True)
class LocalUnits:
    """Which unit is the office of which street or town."""

    unit_of: Mapping[str, str]

    def duty(self, street: str | None, unit: str) -> str:
        """The unit, or `LOCAL` where it is the office of that place."""
        return LOCAL if street is not None and self.unit_of.get(street) == unit else unit

    def unit(self, street: str | None, duty: str) -> str | None:
        """The unit that is meant; ``None`` for the office of a place that is not known."""
        if duty != LOCAL:
            return duty
        return None if street is None else self.unit_of.get(street)


def local_units(pairs: Iterable[tuple[str | None, str]]) -> LocalUnits:
    """The offices, told from where each unit's tickets lay: pairs of street and unit."""
    places: dict[str, Counter[str | None]] = defaultdict(Counter)
    for street, unit in pairs:
        places[unit][street] += 1
    most: dict[str, tuple[int, str]] = {}
    for unit, counts in places.items():
        street, n = counts.most_common(1)[0]
        if street is not None and n >= LEAST_TICKETS and n >= LOCAL_SHARE * counts.total():
            most[street] = max(most.get(street, (0, "")), (n, unit))
    return LocalUnits({street: unit for street, (_, unit) in most.items()})
