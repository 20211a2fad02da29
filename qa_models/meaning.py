"""Meaning of a turn, told by a trained model: words that fulfil a duty without any of its known phrases."""

from collections.abc import Sequence
from typing import ClassVar

from pydantic import Field, model_validator

from callqa.types import Conversation, Evidence, Turn
from qa_models.check import Params
from qa_models.dialogue import Presence, well_recognised
from qa_models.evidence import quote
from qa_models.utterance.model import UtteranceModelName, check_labels, judged, model_labels
from qa_models.utterance.spoken import spoken_lines

Piece = tuple[float, Turn, int, int]
"""A probability, and the part of a turn that has it: its start and end."""


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
    likely = [piece for piece in shares_of(conversation, meaning.model, meaning.label) if piece[1].index in wanted]
    share, turn, start, end = max(likely, key=lambda piece: piece[0], default=(0.0, None, 0, 0))
    if turn is None or share < meaning.doubt:
        return Presence.ABSENT, ()
    state = Presence.SAID if share >= meaning.sure and well_recognised(turn) else Presence.NEAR
    return state, (quote(turn, start, end),)


def shares_of(conversation: Conversation, model: str, label: str) -> list[Piece]:
    """Probability of a label, for each turn of the agent and each sentence of it, with its place in the turn.

    A sentence is told more surely by itself; some meanings need all of a turn.
    """
    column = model_labels(model).index(label)
    pieces: list[Piece] = []
    for by in ("turn", "sentence"):
        places, lines = spoken_lines(conversation.turns, "agent", by)
        shares = judged(model, lines)[:, column] if lines else ()
        pieces += [(float(share), *place) for share, place in zip(shares, places, strict=True)]
    return pieces


def said_or_meant(
    by_phrase: tuple[Presence, tuple[Evidence, ...]], by_meaning: tuple[Presence, tuple[Evidence, ...]]
) -> tuple[Presence, tuple[Evidence, ...]]:
    """The better of two answers; doubt about the speech stays, unless the meaning is sure."""
    if by_phrase[0] is Presence.SAID or by_meaning[0] is Presence.ABSENT:
        return by_phrase
    if by_meaning[0] is Presence.SAID or by_phrase[0] is Presence.ABSENT:
        return by_meaning
    return by_phrase
