"""Failures as programs read them."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class FailureData:
    """Something that could not be taken in, transcribed or checked, and is not done since."""

    stage: str
    subject: str
    """A call id, or the place in a manifest of a row that names none."""
    reason: str
    problem: str
    to_do: str
    waits: bool
    """No run tries it again before a person has cleared it."""


@dataclass(frozen=True, slots=True)
class FailurePageData:
    data: tuple[FailureData, ...]
    next: str | None
