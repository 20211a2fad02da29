"""The views of configuration: what is in use, drafts, their forms, and what a draft changes."""

from dataclasses import dataclass
from datetime import datetime

from callqa.configuration import DraftState, Subject
from callqa.messages import Text
from services.configuration.model_form import Part
from web.tables import PlainTable


@dataclass(frozen=True, slots=True)
class InUse:
    """Something that can be changed."""

    subject: Subject
    name: str
    title: str


@dataclass(frozen=True, slots=True)
class DraftRow:
    """A draft in a list of them."""

    pk: int
    subject: Subject
    name: str
    state: DraftState
    author: str
    mine: bool
    changed_at: datetime
    reason: str


@dataclass(frozen=True, slots=True)
class PublicationRow:
    """What was published."""

    subject: Subject
    name: str
    author: str
    approved_by: str
    reason: str
    at: datetime
    waits: bool
    """For the next run."""


@dataclass(frozen=True, slots=True)
class Configuration:
    """What can be configured, and what is under way."""

    in_use: tuple[InUse, ...]
    drafts: tuple[DraftRow, ...]
    published: tuple[PublicationRow, ...]
    may_change: bool
    next_year: int


@dataclass(frozen=True, slots=True)
class SheetItem:
    """A line of the form of a rubric."""

    id: str
    title: str
    points: str
    effect: str
    critical: bool
    figure: str
    floor: str
    needs: str
    checks: tuple[tuple[str, str], ...]
    """Ids and titles."""
    note: str


@dataclass(frozen=True, slots=True)
class SheetGroup:
    """A group of the form of a rubric."""

    id: str
    title: str
    weight: str
    items: tuple[SheetItem, ...]


@dataclass(frozen=True, slots=True)
class SheetForm:
    """The form of a rubric."""

    fields: dict[str, str]
    groups: tuple[SheetGroup, ...]
    addable: tuple[tuple[str, str], ...]
    """Checks that can be added: ids and titles."""
    off: tuple[tuple[str, str], ...]
    """Items in use that the draft leaves out: ids and titles."""


@dataclass(frozen=True, slots=True)
class DraftPage:
    """A draft with its form, what it changes, and what may be done with it."""

    pk: int
    subject: Subject
    name: str
    state: DraftState
    author: str
    mine: bool
    reason: str
    answer: str
    text: str
    checks: str
    own_checks: tuple[tuple[str, str], ...]
    sheet: SheetForm | None
    parts: tuple[Part, ...]
    problem: str
    changes: tuple[PlainTable, ...]
    months: tuple[str, ...]
    month: str
    tried: Text
    trial: tuple[PlainTable, ...]
    may_agree: bool


@dataclass(frozen=True, slots=True)
class CheckForm:
    """The form of a check, by its kind."""

    pk: int
    id: str
    is_new: bool
    title: str
    kind: str
    kind_words: str
    meaning: str
    groups: tuple[tuple[str, str], ...]
    """Of the rubric, for a new one: ids and titles."""
    parts: tuple[Part, ...]
    problem: str


@dataclass(frozen=True, slots=True)
class ShownHit:
    """A hit of a phrase, with the words around it."""

    before: str
    quote: str
    after: str
    phrase: str
    sounds: str
    similarity: float
    sure: bool


@dataclass(frozen=True, slots=True)
class PhraseTest:
    """What phrases hit."""

    problem: str
    n_turns: int
    hits: tuple[ShownHit, ...]
