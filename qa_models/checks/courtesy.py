"""Manners of speech: 您 instead of 你, and polite words."""

import re

from pydantic import Field

from callqa.types import Conversation, Turn, Verdict
from qa_models.check import Draft, Params, check
from qa_models.dialogue import Heard, listen
from qa_models.evidence import quote, whole
from qa_models.phrases import Phrases

INFORMAL = re.compile("你(?![们好])")


class CourtesyParams(Params):
    max_informal: int = Field(default=1, ge=0)
    """So often 你 may slip out."""
    polite: Phrases
    """One of these must be said in the call."""
    polite_unless: Phrases | None = None
    """Words in which a polite word has another meaning (申请, 请假)."""
    informal_unless: Phrases | None = None
    """Words in which 你 does not address the citizen."""
    min_probability: float = Field(default=0.6, ge=0, le=1)
    """An engine that is less sure of the word 你 than this may have heard 您."""


@check("courtesy", version=1)
def check_courtesy(conversation: Conversation, params: CourtesyParams) -> Draft:
    turns = [turn for turn in conversation.by("agent") if not turn.flags]
    informal = [(turn, place) for turn in turns for place in _informal(turn, params)]
    evidence = tuple(quote(turn, place, place + 1) for turn, place in informal)
    count = float(len(informal))
    if len(informal) > params.max_informal:
        sure = [pair for pair in informal if _sure(*pair, params.min_probability)]
        if len(sure) > params.max_informal:
            return Draft(Verdict.VIOLATED, "informal_address", evidence, count)
        return Draft(Verdict.UNSURE, "spelling_doubtful", evidence, count)
    state, hits = listen(params.polite, turns, unless=params.polite_unless)
    if state is Heard.SAID:
        return Draft(Verdict.MET, "polite", whole(hit.turn for hit in hits[:1]), count)
    if state is Heard.ABSENT:
        return Draft(Verdict.VIOLATED, "no_polite_word", whole(turns), count)
    return Draft(Verdict.UNSURE, "unclear_speech", whole(turns), count)


def _informal(turn: Turn, params: CourtesyParams) -> list[int]:
    void = listen(params.informal_unless, [turn])[1] if params.informal_unless else ()
    places = [match.start() for match in INFORMAL.finditer(turn.text)]
    return [place for place in places if not any(hit.start <= place < hit.end for hit in void)]


def _sure(turn: Turn, place: int, min_probability: float) -> bool:
    """Whether the engine was sure of the word at this character; a text without probabilities is taken as it is."""
    position = 0
    for word in turn.words:
        position = turn.text.find(word.text.strip(), position) + len(word.text.strip())
        if place < position:
            return word.probability >= min_probability
    return True
