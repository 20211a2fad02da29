"""The views of rubrics: in use, stored, compared, tried; the checks behind their items."""

from dataclasses import dataclass

from callqa.messages import Text
from callqa.records import Estimate
from scoring.agreement.trust import Standing
from scoring.rubric_items import TrustFloor
from web.tables import PlainTable


@dataclass(frozen=True, slots=True)
class ItemLine:
    """An item, what it weighs, and how far the machine can be trusted on it."""

    id: str
    title: str
    group: str
    points: float
    share: float | None
    """Of the total, in percent; ``None`` for what is on top of it."""
    effect: str
    checks: tuple[str, ...]
    floor: TrustFloor | None
    standing: Standing
    standing_words: str
    n: int
    """Calls in which a person and the machine both decided it."""
    precision: Estimate | None
    recall: Estimate | None
    kappa: Estimate | None
    ac1: Estimate | None
    coverage: float | None
    """The share of the last month's calls it applied to in which it was decided, 0 to 1."""
    waiting: int
    """Of these calls, those in which a person has yet to decide it."""
    unassessed: int
    """Those in which it could not be judged for a technical reason."""


@dataclass(frozen=True, slots=True)
class StoredRubric:
    """A version that scores were made by."""

    key: str
    id: str
    version: str
    title: str
    in_use: bool


@dataclass(frozen=True, slots=True)
class CheckPage:
    """A check of the library, and where it is used."""

    id: str
    title: str
    kind: str
    kind_words: str
    """What checks of this kind do."""
    version: int
    meaning: str
    good: tuple[str, ...]
    bad: tuple[str, ...]
    only_if: tuple[str, ...]
    unless: tuple[str, ...]
    params: str
    """As YAML, as it stands in the library."""
    used_by: tuple[tuple[str, str], ...]
    """Rubric and item."""


@dataclass(frozen=True, slots=True)
class InUse:
    """A rubric that calls are scored by, with how far its items can be trusted."""

    key: str
    title: str
    summary: tuple[Text, ...]
    items: tuple[ItemLine, ...]
    month: str
    """The last one with calls, which the coverage of the items is about; "" without any."""


@dataclass(frozen=True, slots=True)
class Rubrics:
    """What calls are, and were, scored by."""

    in_use: tuple[InUse, ...]
    stored: tuple[StoredRubric, ...]
    """Every version that scores were ever made by."""


@dataclass(frozen=True, slots=True)
class Sheet:
    """One version of a rubric."""

    title: str
    summary: tuple[Text, ...]
    table: PlainTable


@dataclass(frozen=True, slots=True)
class Difference:
    """What one version changes against another."""

    before: str
    after: str
    tables: tuple[PlainTable, ...]


@dataclass(frozen=True, slots=True)
class Trial:
    """A form for a draft, and what it would move."""

    text: str
    month: str
    months: tuple[str, ...]
    problem: str
    """Why the draft cannot be tried; "" when it can."""
    summary: Text
    tables: tuple[PlainTable, ...]
    changes: tuple[PlainTable, ...]
    """What the draft changes against the rubric of the same id, or the first one."""
