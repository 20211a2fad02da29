"""Examples as models learn from them: which label of a model an item teaches, and lines with and without it."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple

from callqa.learning import ExamplePlace, ExampleTurn
from callqa.types import Role, Turn, Verdict
from qa_models.utterance.line import Line
from qa_models.utterance.pieces import pieces
from qa_models.utterance.spoken import spoken_lines
from services.context import RubricContext, RubricSet
from services.review.examples import KnownExample, known_examples
from store.calls import read
from store.people import golden

M, V, N = Verdict.MET, Verdict.VIOLATED, Verdict.NOT_APPLICABLE
CONDITIONS = ("only_if", "unless")


class Teaching(NamedTuple):
    """How people's verdicts on items teach a model."""

    role: Role
    """Whose words it reads."""
    answers: Mapping[Verdict, bool]
    """Whether the words of an example with this verdict are of the label."""
    items: frozenset[str] | None = None
    """Ids of the items that teach it; ``None``: all that ask it for one label."""


TEACHING: Mapping[str, Teaching] = {
    "faults": Teaching("agent", {V: True, M: False, N: False}),
    # Only where a verdict's words are the duty's: what the finding quotes when it is met, nothing when it is violated.
    "duties": Teaching("agent", {M: True, V: False}, frozenset({"further_help", "restate"})),
}
"""By model, those that can learn."""


class Limits(NamedTuple):
    """Where a check's answers change."""

    sure: float
    doubt: float


class TaughtLabel(NamedTuple):
    """The label of a model that an item teaches, with the limits of the check that asks for it."""

    label: str
    limits: Limits


@dataclass(frozen=True, slots=True)
class TaughtExample:
    """Words of which a person said that they are of a label, or are not."""

    call_id: str
    agent_id: str
    at: datetime
    label: TaughtLabel
    of_label: bool
    lines: tuple[Line, ...]
    """The turns that it is about, and their sentences; of a label only those that were quoted."""


class Taught(NamedTuple):
    """What there is to learn from, for one model."""

    examples: tuple[TaughtExample, ...]
    n_golden: int
    """Examples of calls in the golden set, which are left out."""
    n_withdrawn: int
    """Examples whose verdict is not the one that counts, which are left out."""


def taught_examples(rubric_set: RubricSet, model: str) -> Taught:
    """What people taught the model, in the order of calls and items."""
    first = rubric_set[0]
    labels = {item: label for context in reversed(rubric_set) for item, label in taught_labels(context, model).items()}
    with first.store.read() as c:
        known = [row for row in known_examples(first, c, masks=False) if row.stored.example.item_id in labels]
        in_golden_set = {label.call_id for label in golden.labels(c)}
        heads = read.call_heads(c, {row.stored.example.call_id for row in known})
    agents = {call_id: head.agent_id for call_id, head in heads.items()}
    counting = [row for row in known if row.counts]
    learnt_from = [row for row in counting if row.stored.example.call_id not in in_golden_set]
    taught = [
        example
        for row in sorted(learnt_from, key=lambda row: (row.stored.example.call_id, row.stored.example.item_id))
        if (example := _taught(row, labels[row.stored.example.item_id], TEACHING[model], agents)) is not None
    ]
    return Taught(tuple(taught), len(counting) - len(learnt_from), len(known) - len(counting))


def taught_labels(context: RubricContext, model: str) -> dict[str, TaughtLabel]:
    """By item: the label that its checks ask the model for; an item that asks for several teaches none."""
    labels: dict[str, TaughtLabel] = {}
    teaching = TEACHING.get(model)
    for item in context.rubric.items:
        if teaching and teaching.items is not None and item.id not in teaching.items:
            continue
        asked = {label for check_id in item.needs for label in _asked(context.checks[check_id].describe(), model)}
        if len(asked) == 1:
            (labels[item.id],) = asked
    return labels


def label_titles(rubric_set: RubricSet, model: str) -> dict[str, str]:
    """By label: the title of the item that teaches it."""
    return {
        label.label: context.rubric.titles[item]
        for context in reversed(rubric_set)
        for item, label in taught_labels(context, model).items()
    }


def _asked(description: Any, model: str) -> Iterator[TaughtLabel]:
    """The labels for which a check asks the model by itself, and not as a condition."""
    if isinstance(description, Mapping):
        if isinstance(description.get("model"), Mapping) and description["model"].get("name") == model:
            names = description.get("labels") or [description["label"]]
            if len(names) == 1:
                yield TaughtLabel(names[0], Limits(description["sure"], description["doubt"]))
        for name, value in description.items():
            if name not in CONDITIONS:
                yield from _asked(value, model)
    elif isinstance(description, list | tuple):
        for value in description:
            yield from _asked(value, model)


def _taught(
    row: KnownExample, label: TaughtLabel, teaching: Teaching, agents: Mapping[str, str]
) -> TaughtExample | None:
    """``None`` where the verdict says nothing of the words, or they are another speaker's."""
    example = row.stored.example
    of_label = teaching.answers.get(example.verdict)
    if of_label is None:
        return None
    places = [place for place in example.words.places if place.turn.role == teaching.role]
    lines = tuple(dict.fromkeys(line for place in places for line in lines_of(place, teaching.role, of_label)))
    if not lines:
        return None
    agent_id = agents.get(example.call_id, "")
    return TaughtExample(example.call_id, agent_id, example.at, label, of_label, lines)


def lines_of(place: ExamplePlace, role: Role, of_label: bool) -> Iterator[Line]:
    """The turn, as a classifier reads it, and the sentences that are quoted; all of them where none is of the label."""
    turns = [_turn(i, turn) for i, turn in enumerate((*place.before, place.turn))]
    _, lines = spoken_lines(turns, role, "turn")
    if not lines or lines[-1].text != place.turn.text:
        return
    yield lines[-1]
    for start, end in pieces(place.turn.text):
        if not of_label or (start < place.char_end and place.char_start < end):
            yield Line(place.turn.text[start:end], lines[-1].before)


def _turn(index: int, turn: ExampleTurn) -> Turn:
    return Turn(index, turn.role, float(index), index + 1.0, turn.text)


def lines_in_use(turns: Sequence[Turn], role: Role) -> tuple[Line, ...]:
    """All that a role says in a call, turn by turn and sentence by sentence."""
    return tuple(dict.fromkeys(line for by in ("turn", "sentence") for line in spoken_lines(turns, role, by)[1]))
