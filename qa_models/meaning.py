"""Meaning of a turn, told by a trained model: words that fulfil a duty without any of its known phrases."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar, Literal

from pydantic import Field, model_validator

from callqa.types import Conversation, Evidence, Turn
from qa_models.check import Params
from qa_models.dialogue import Presence, well_recognised
from qa_models.evidence import quote, spans
from qa_models.expression import Expression
from qa_models.utterance.model import UtteranceModelName, check_labels, judged, model_labels
from qa_models.utterance.spoken import spoken_lines
from qa_models.window import Speaker

Unit = Literal["sentence", "turn", "both"]
"""What is judged at once."""


@dataclass(frozen=True, slots=True)
class Piece:
    """A turn or a sentence of it, and how probably it means what is looked for."""

    turn: Turn
    start: int
    end: int
    probability: float

    @property
    def evidence(self) -> Evidence:
        return quote(self.turn, self.start, self.end)

    def touched_by(self, expressions: tuple[Expression, ...]) -> bool:
        """Whether one of them matches in it, in part at least."""
        return any(begin < self.end and self.start < stop for begin, stop in spans(self.turn, expressions))


class Meaning(Params):
    """What is looked for beside phrases. Limits are low: where a duty is due, its words are likelier than elsewhere."""

    ORDER: ClassVar[tuple[tuple[str, str], ...]] = (("doubt", "sure"),)

    model: UtteranceModelName = "duties"
    label: str
    sure: float = Field(gt=0, le=1)
    """Probability from which a turn means it."""
    doubt: float = Field(gt=0, le=1)
    """Probability from which it may; a person decides."""

    @model_validator(mode="after")
    def _usable(self) -> "Meaning":
        check_labels(self.model, (self.label,))
        return self


def find_meaning(
    conversation: Conversation, meaning: Meaning, turns: Sequence[Turn]
) -> tuple[Presence, tuple[Evidence, ...]]:
    """Whether one of these turns of the agent means it, and which: `SAID`, `NEAR` or `ABSENT`."""
    wanted = {turn.index for turn in turns}
    pieces = pieces_of(conversation, meaning.model, (meaning.label,))
    likeliest = max((p for p in pieces if p.turn.index in wanted), key=lambda piece: piece.probability, default=None)
    if likeliest is None or likeliest.probability < meaning.doubt:
        return Presence.ABSENT, ()
    sure = likeliest.probability >= meaning.sure and well_recognised(likeliest.turn)
    return Presence.SAID if sure else Presence.NEAR, (likeliest.evidence,)


def pieces_of(
    conversation: Conversation, model: str, labels: Sequence[str], role: Speaker = "agent", by: Unit = "both"
) -> list[Piece]:
    """All that a role says, with the probability that it is of one of the labels.

    A sentence is told more surely by itself; some meanings need all of a turn. All turns are judged at once, so that
    every check of a call shares one inference; a turn of one sentence is in the list once.
    """
    known = model_labels(model)
    columns = [known.index(label) for label in labels]
    pieces: dict[tuple[int, int, int], Piece] = {}
    for unit in ("turn", "sentence") if by == "both" else (by,):
        places, lines = spoken_lines(conversation.turns, role, unit)
        shares = judged(model, lines)[:, columns].sum(axis=1) if lines else ()
        for (turn, start, end), share in zip(places, shares, strict=True):
            pieces[turn.index, start, end] = Piece(turn, start, end, min(float(share), 1.0))
    return list(pieces.values())


def said_or_meant(
    by_phrase: tuple[Presence, tuple[Evidence, ...]], by_meaning: tuple[Presence, tuple[Evidence, ...]]
) -> tuple[Presence, tuple[Evidence, ...]]:
    """The better of two answers; doubt about the speech stays, unless the meaning is sure."""
    if by_phrase[0] is Presence.SAID or by_meaning[0] is Presence.ABSENT:
        return by_phrase
    if by_meaning[0] is Presence.SAID or by_phrase[0] is Presence.ABSENT:
        return by_meaning
    return by_phrase
