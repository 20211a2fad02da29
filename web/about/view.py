"""The view of what runs here."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class RubricInUse:
    """A rubric by which calls are scored."""

    id: str
    version: str
    title: str
    n_items: int


@dataclass(frozen=True, slots=True)
class About:
    """What runs here."""

    version: str
    timezone: str
    rubrics: tuple[RubricInUse, ...]
