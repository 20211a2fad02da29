"""The view of models that learn from examples."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from callqa.messages import Message


@dataclass(frozen=True, slots=True)
class ModelRow:
    """A model, and which version of it the next night uses."""

    model: str
    labels: tuple[str, ...]
    """Titles of what it tells."""
    key: str
    """Empty for the shipped model."""


@dataclass(frozen=True, slots=True)
class VersionRow:
    """A version of a model."""

    model: str
    key: str
    at: datetime
    author: str
    learnt: tuple[str, ...]
    """Titles of the labels that it learnt."""
    in_use: bool


@dataclass(frozen=True, slots=True)
class UseRow:
    """A decision on which version is to be used."""

    model: str
    key: str
    """Empty for the shipped model."""
    author: str
    reason: str
    at: datetime


@dataclass(frozen=True, slots=True)
class LabelRow:
    """What a version learnt of one label; shares are of the examples that are decided right, before and after."""

    title: str
    n_of: int
    n_other: int
    unit: Literal["agent", "call"]
    n_units: int
    better: int
    worse: int
    p: float
    of_before: float
    of_after: float
    other_before: float
    other_after: float
    outcome: Literal["learnt", "too_few", "no_gain"]


@dataclass(frozen=True, slots=True)
class GoldenRow:
    """What a version changes on the golden set."""

    n_labels: int
    right_before: int
    right_after: int
    wrongly_failed_before: int
    wrongly_failed_after: int
    missed: tuple[Message, ...]
    agrees: bool


@dataclass(frozen=True, slots=True)
class Card:
    """What a version was made of, and how good it was then."""

    version: VersionRow
    labels: tuple[LabelRow, ...]
    n_examples: int
    n_golden: int
    n_withdrawn: int
    compared: str
    """Key of the version that it was compared with."""
    code: str
    golden: tuple[GoldenRow, ...]
    """When it was learnt."""
    now: tuple[GoldenRow, ...] | None
    """Beside the present findings; ``None`` where nobody asked for it."""


@dataclass(frozen=True, slots=True)
class Models:
    """Models, their versions and the decisions, the latest first, and the card of one version."""

    nightly: Literal["off", "compare", "adopt"]
    models: tuple[ModelRow, ...]
    versions: tuple[VersionRow, ...]
    uses: tuple[UseRow, ...]
    card: Card | None
    """``None`` without any version."""
