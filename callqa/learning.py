"""Records of learning: examples that people make, and versions of models that were learnt from them."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from callqa.messages import Message, loads
from callqa.types import Role, Verdict


@dataclass(frozen=True, slots=True)
class ExampleTurn:
    """A turn as it was heard."""

    index: int
    role: Role
    text: str


@dataclass(frozen=True, slots=True)
class ExamplePlace:
    """Words that an example is about: ``turn.text[char_start:char_end]``, and the turns before that turn."""

    turn: ExampleTurn
    char_start: int
    char_end: int
    before: tuple[ExampleTurn, ...]
    """In the order of the call."""

    @property
    def quote(self) -> str:
        return self.turn.text[self.char_start : self.char_end]


@dataclass(frozen=True, slots=True)
class ExampleWords:
    """The words of an example, in the order of the call."""

    places: tuple[ExamplePlace, ...]


@dataclass(frozen=True, slots=True)
class Example:
    """An item of a call that a person judged, with the words that it is about: what a model can learn from."""

    call_id: str
    item_id: str
    verdict: Verdict
    """The person's."""
    machine: Verdict
    check_key: str
    """Of the finding that the person judged."""
    words: ExampleWords
    author: str
    at: datetime


@dataclass(frozen=True, slots=True)
class LabelCard:
    """What a version of a model learnt of one label, and how its answers compare with those of the version in use."""

    label: str
    n_of: int
    """Examples whose words are of the label."""
    n_other: int
    """Examples whose words are not."""
    unit: Literal["agent", "call"]
    """Of whose examples the version was measured with all of them left out of its learning."""
    n_units: int
    better: int
    """Units whose examples it decides better than the version in use, of those that this one has not learnt from."""
    worse: int
    p: float
    """Of the sign test: the chance that so many are better if neither version is."""
    of_before: float
    """Share of the examples of the label that the version in use decides right; doubt counts one half."""
    of_after: float
    other_before: float
    """The same of the examples that are not of the label."""
    other_after: float
    outcome: Literal["learnt", "too_few", "no_gain"]
    learnt_at: datetime | None = None
    """When its weights were learnt, by this version or one that it goes on from; ``None``: they are shipped."""


@dataclass(frozen=True, slots=True)
class GoldenChange:
    """What another version of a model changes on the golden set, over the items whose checks ask it."""

    n_calls: int
    n_labels: int
    right_before: int
    right_after: int
    wrongly_failed_before: int
    """Labels "met" that are called violated."""
    wrongly_failed_after: int
    short: tuple[str, ...]
    """Floors of the settings that the version misses: messages, as `callqa.messages.dumps` packs them."""

    @property
    def missed(self) -> tuple[Message, ...]:
        """The floors that the version misses."""
        return tuple(map(loads, self.short))

    @property
    def agrees(self) -> bool:
        """Whether the golden set says that the version may be used."""
        return (
            not self.short
            and self.right_after >= self.right_before
            and self.wrongly_failed_after <= self.wrongly_failed_before
        )


@dataclass(frozen=True, slots=True)
class ModelCard:
    """What a version of a model was made of, and how good it was then. It quotes no call."""

    labels: tuple[LabelCard, ...]
    n_examples: int
    """Examples it learnt from."""
    n_golden: int
    """Examples left out, for their calls are in the golden set."""
    n_withdrawn: int
    """Examples left out, for the verdict is not the one that counts."""
    shipped: str
    """Key of the shipped model, whose weights it began with."""
    compared: str
    """Key of the version in use then; the shipped model's where none was."""
    code: str
    """Version of callqa."""
    golden: tuple[GoldenChange, ...] = ()
    """By rubric, in the order of the settings; empty where no label tells anything."""

    @property
    def learnt(self) -> tuple[str, ...]:
        """The labels whose weights were learnt anew."""
        return tuple(card.label for card in self.labels if card.outcome == "learnt")


@dataclass(frozen=True, slots=True)
class ModelVersion:
    """A version of a model that was learnt from examples."""

    model: str
    key: str
    """Of its content."""
    card: ModelCard
    author: str
    """Who had it trained."""
    at: datetime


@dataclass(frozen=True, slots=True)
class ModelUse:
    """The decision that a version of a model is to be used from the next run on."""

    model: str
    key: str
    """Empty for the shipped model."""
    author: str
    reason: str
    at: datetime
