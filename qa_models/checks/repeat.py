"""Somebody says the same again and again."""

from collections.abc import Sequence

from pydantic import Field
from rapidfuzz.distance import Indel

from callqa.types import Conversation, Turn, Verdict
from qa_models.check import Draft, check
from qa_models.dialogue import Presence, find_phrase, is_backchannel, well_recognised
from qa_models.evidence import whole
from qa_models.match import sounds_of
from qa_models.phrases import Phrases
from qa_models.window import InWindow


class RepeatParams(InWindow):
    ORDER = (("times", "within_turns"),)

    times: int = Field(default=3, ge=2)
    """So many alike turns, the first one included."""
    similarity: float = Field(default=0.8, gt=0, le=1)
    """Share of equal sounds, in order, from which two turns are alike."""
    min_syllables: int = Field(default=6, ge=1)
    """Shorter turns may be repeated."""
    within_turns: int = Field(default=10, ge=2)
    """Of this speaker."""
    but_not: Phrases | None = None
    """Turns that hold such a phrase may be repeated."""


@check("repeat", version=2, needs=lambda params: params.where.needs)
def check_repeat(conversation: Conversation, params: RepeatParams) -> Draft:
    turns = [turn for turn in params.where.turns(conversation) if _counts(turn, params)]
    groups = _repeated(turns, params)
    for alike in groups:
        if sum(map(well_recognised, alike)) >= params.times:
            return Draft(Verdict.VIOLATED, "repeats_itself", whole(alike), float(len(alike)))
    if groups:
        return Draft(Verdict.UNSURE, "unclear_speech", whole(groups[0]), float(len(groups[0])))
    return Draft(Verdict.MET, "no_repetition")


def _repeated(turns: Sequence[Turn], params: RepeatParams) -> list[list[Turn]]:
    """Each turn with those after it that are alike, where they are enough."""
    groups = [
        [t for t in turns[i : i + params.within_turns] if t is turn or _alike(turn, t) >= params.similarity]
        for i, turn in enumerate(turns)
    ]
    return [alike for alike in groups if len(alike) >= params.times]


def _counts(turn: Turn, params: RepeatParams) -> bool:
    if turn.flags or is_backchannel(turn) or len(sounds_of(turn.text)) < params.min_syllables:
        return False
    return params.but_not is None or find_phrase(params.but_not, [turn])[0] is not Presence.SAID


def _alike(first: Turn, other: Turn) -> float:
    return float(
        Indel.normalized_similarity(sounds_of(first.text).sounds.tolist(), sounds_of(other.text).sounds.tolist())
    )
