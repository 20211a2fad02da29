"""The views of runs."""

from dataclasses import dataclass

from services.runs.failures import FailureGroup
from services.runs.history import Night


@dataclass(frozen=True, slots=True)
class Runs:
    """The last runs, or older ones."""

    nights: tuple[Night, ...]
    newer: bool
    """These are not the newest ones."""
    older: int | None
    """Older ones go on before this number; ``None`` at the end."""
    failures: tuple[FailureGroup, ...]
    """What has failed and is not done since."""


@dataclass(frozen=True, slots=True)
class OneRun:
    """A run."""

    night: Night
