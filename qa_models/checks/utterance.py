"""Turns of a kind that a trained model tells: rude, brushing off, promising, alarming ..."""

from collections.abc import Sequence
from typing import Literal

from pydantic import Field, model_validator

from callqa.reasons import Reason
from callqa.types import Conversation, Turn, Verdict
from qa_models.check import Draft, check
from qa_models.dialogue import unclear, unclear_ones, well_recognised
from qa_models.evidence import whole
from qa_models.expression import Expression
from qa_models.meaning import Piece, Unit, pieces_of
from qa_models.utterance.model import UtteranceModelName, check_labels
from qa_models.window import InWindow

LIKELY = 0.5


class UtteranceParams(InWindow):
    ORDER = (("doubt", "sure"),)

    model: UtteranceModelName = "manners"
    labels: tuple[str, ...] = Field(min_length=1)
    """What is looked for: their probabilities are added."""
    by: Unit = "sentence"
    """What is judged at once. A rude sentence gets lost in a polite turn, a report all of it, a promise either."""
    sure: float = Field(default=0.9, gt=0, le=1)
    """Probability from which one piece of a turn decides."""
    doubt: float = Field(default=0.8, gt=0, le=1)
    """Probability from which a person should look."""
    together: float | None = Field(default=None, gt=1)
    """So many turns decide together, each counted with its probability, from one half on."""
    but_not: tuple[Expression, ...] = ()
    """A sentence that one of these touches does not count."""
    expect: Literal["present", "absent"] = "absent"
    when_unclear: Literal["unsure", "not_found"] = "unsure"
    """What speech that was not heard clearly means, where something must be there; a trigger needs words."""
    found: Reason = "found"
    not_found: Reason = "not_found"
    doubtful: Reason = "manner_doubtful"

    @model_validator(mode="after")
    def _usable(self) -> "UtteranceParams":
        check_labels(self.model, self.labels)
        return self


@check("utterance", version=3, needs=lambda params: params.where.needs)
def check_utterance(conversation: Conversation, params: UtteranceParams) -> Draft:
    turns = params.where.turns(conversation)
    every = _judged(conversation, turns, params)
    likely = [piece for piece in every if piece.probability >= params.doubt]
    best = max((piece.probability for piece in every), default=0.0)
    asked = params.expect == "present"
    decisive = [
        piece for piece in likely if piece.probability >= params.sure and well_recognised(piece.turn)
    ] or _together(every, params)
    if decisive:
        evidence = tuple(piece.evidence for piece in _narrowest(decisive))
        return Draft(Verdict.MET if asked else Verdict.VIOLATED, params.found, evidence, confidence=best)
    if likely:
        return Draft(
            Verdict.UNSURE, params.doubtful, tuple(piece.evidence for piece in _narrowest(likely)), confidence=best
        )
    if asked and params.when_unclear == "unsure" and unclear(turns):
        return Draft(Verdict.UNSURE, "unclear_speech", whole(unclear_ones(turns)))
    due = params.where.due(conversation)
    return Draft(Verdict.VIOLATED if asked else Verdict.MET, params.not_found, due, absence=True)


def _narrowest(pieces: Sequence[Piece]) -> list[Piece]:
    """Without those that only say again what a sentence of theirs says."""
    return [
        piece
        for piece in pieces
        if not any(
            other.turn is piece.turn
            and piece.start <= other.start
            and other.end <= piece.end
            and (other.start, other.end) != (piece.start, piece.end)
            for other in pieces
        )
    ]


def _together(every: Sequence[Piece], params: UtteranceParams) -> list[Piece]:
    """The turns that are more likely of the kind than not, if they are enough; of each its likeliest piece."""
    likely: dict[int, Piece] = {}
    for piece in every:
        other = likely.get(piece.turn.index)
        if well_recognised(piece.turn) and piece.probability >= (other.probability if other else LIKELY):
            likely[piece.turn.index] = piece
    enough = params.together is not None and sum(value.probability for value in likely.values()) >= params.together
    return list(likely.values()) if enough else []


def _judged(conversation: Conversation, turns: Sequence[Turn], params: UtteranceParams) -> list[Piece]:
    """Every piece of these turns that no exception voids."""
    wanted = {turn.index for turn in turns}
    pieces = pieces_of(conversation, params.model, params.labels, params.where.role, params.by)
    return [piece for piece in pieces if piece.turn.index in wanted and not piece.touched_by(params.but_not)]
