"""Turns of a kind that a trained model tells: rude, brushing off, promising, alarming ..."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from pydantic import Field, model_validator

from callqa.reasons import Reason
from callqa.types import Conversation, Evidence, Turn, Verdict
from qa_models.check import Draft, check
from qa_models.checks.regex import spans
from qa_models.dialogue import unclear, well_recognised
from qa_models.evidence import quote, whole
from qa_models.expression import Expression
from qa_models.utterance.model import UtteranceModelName, check_labels, judged, model_labels
from qa_models.utterance.spoken import spoken_lines
from qa_models.window import InWindow

LIKELY = 0.5


class UtteranceParams(InWindow):
    ORDER = (("doubt", "sure"),)

    model: UtteranceModelName = "manners"
    labels: tuple[str, ...] = Field(min_length=1)
    """What is looked for: their probabilities are added."""
    by: Literal["sentence", "turn", "both"] = "sentence"
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


@dataclass(frozen=True, slots=True)
class Judged:
    """A piece of a turn, and how likely it is of the kind looked for."""

    turn: Turn
    start: int
    end: int
    probability: float

    @property
    def evidence(self) -> Evidence:
        return quote(self.turn, self.start, self.end)


@check("utterance", version=2, needs=lambda params: params.where.needs)
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
        return Draft(Verdict.UNSURE, "unclear_speech", whole(turns))
    return Draft(Verdict.VIOLATED if asked else Verdict.MET, params.not_found, whole(turns), absence=True)


def _narrowest(pieces: Sequence[Judged]) -> list[Judged]:
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


def _together(every: Sequence[Judged], params: UtteranceParams) -> list[Judged]:
    """The turns that are more likely of the kind than not, if they are enough; of each its likeliest piece."""
    likely: dict[int, Judged] = {}
    for piece in every:
        other = likely.get(piece.turn.index)
        if well_recognised(piece.turn) and piece.probability >= (other.probability if other else LIKELY):
            likely[piece.turn.index] = piece
    enough = params.together is not None and sum(value.probability for value in likely.values()) >= params.together
    return list(likely.values()) if enough else []


def _judged(conversation: Conversation, turns: Sequence[Turn], params: UtteranceParams) -> list[Judged]:
    """Every piece of these turns. All turns of a role are judged at once, whichever of them are asked for."""
    labels = model_labels(params.model)
    columns = [labels.index(label) for label in params.labels]
    role, wanted = params.where.role, {turn.index for turn in turns}
    pieces: dict[tuple[int, int, int], Judged] = {}  # a turn of one sentence is judged once
    for by in ("turn", "sentence") if params.by == "both" else (params.by,):
        places, lines = spoken_lines(conversation.turns, role, by)
        shares = judged(params.model, lines)[:, columns].sum(axis=1) if lines else ()
        pieces |= {
            (turn.index, start, end): Judged(turn, start, end, min(float(share), 1.0))
            for (turn, start, end), share in zip(places, shares, strict=True)
            if turn.index in wanted and not _void(turn, start, end, params.but_not)
        }
    return list(pieces.values())


def _void(turn: Turn, start: int, end: int, but_not: tuple[Expression, ...]) -> bool:
    return any(begin < end and start < stop for begin, stop in spans(turn, but_not))
