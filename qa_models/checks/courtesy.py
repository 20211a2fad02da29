"""Manners of speech: 您 instead of 你, and polite words."""

import re
from collections.abc import Sequence
from math import comb

from pydantic import Field

from callqa.types import Conversation, Turn, Verdict
from qa_models.check import Draft, Params, check
from qa_models.dialogue import Presence, echoes, find_phrase, spoken_last, unclear_ones
from qa_models.evidence import in_sentence, unsaid_before, whole
from qa_models.phrases import Phrases

INFORMAL = re.compile("你(?![们好])")
QUOTED = re.compile('[“「『"][^”」』"]{1,60}[”」』"]')
"""What somebody else says."""
MUTUAL = re.compile(
    "你[^，。你]{1,4}我[^，。]{1,4}[，、]?我[^，。]{1,4}你[^，。]{1,4}|你一[言句嘴][，、]?我一[言句嘴]|你来我往"
)
"""你让我一步，我让你一步 is said of everybody."""


class CourtesyParams(Params):
    ORDER = (("sure", "plausible"),)

    max_informal: int = Field(default=1, ge=0)
    """So often 你 may slip out."""
    polite: Phrases
    """One of these must be said in the call."""
    polite_unless: Phrases | None = None
    """Words in which a polite word has another meaning (申请, 请假)."""
    informal_unless: Phrases | None = None
    """Words in which 你 does not address the citizen."""
    slips: float = Field(default=0.1, ge=0, lt=1)
    """Share of 您 that an engine writes as 你. A transcript without word probabilities was made by no engine."""
    sure: float = Field(default=0.02, gt=0, le=1)
    """When slips alone would give so many 你 with no more than this probability, the agent said them."""
    plausible: float = Field(default=0.1, gt=0, le=1)
    """When they would with more than this, the engine wrote them; between the two a person decides."""


@check("courtesy", version=6)
def check_courtesy(conversation: Conversation, params: CourtesyParams) -> Draft:
    spoken = tuple(conversation.by("agent"))
    turns = [turn for turn in spoken if not turn.flags]
    informal = [(turn, place) for turn in turns for place in _informal(turn, conversation, params)]
    evidence = tuple(dict.fromkeys(in_sentence(turn, place, place + 1) for turn, place in informal))
    count = float(len(informal))
    if len(informal) > params.max_informal:
        chance = _by_slips(len(informal), sum(turn.text.count("您") for turn in turns), turns, params)
        if chance <= params.sure:
            return Draft(Verdict.VIOLATED, "informal_address", evidence, count)
        if chance <= params.plausible:
            return Draft(Verdict.UNSURE, "spelling_doubtful", evidence, count)
    state, hits = find_phrase(params.polite, spoken, unless=params.polite_unless)
    if state is Presence.SAID:
        return Draft(Verdict.MET, "polite", tuple(in_sentence(hit.turn, hit.start, hit.end) for hit in hits[:1]), count)
    if state is Presence.ABSENT:
        due = unsaid_before(spoken_last(conversation))
        return Draft(Verdict.VIOLATED, "no_polite_word", due, count, absence=True)
    return Draft(Verdict.UNSURE, "unclear_speech", whole(unclear_ones(spoken)), count)


def _informal(turn: Turn, conversation: Conversation, params: CourtesyParams) -> list[int]:
    """Where 你 addresses the citizen; repeating the citizen's words does not."""
    places = [match.start() for match in INFORMAL.finditer(turn.text)]
    if not places:
        return []
    hits = find_phrase(params.informal_unless, [turn])[1] if params.informal_unless else ()
    others = [match.span() for expression in (QUOTED, MUTUAL) for match in expression.finditer(turn.text)]
    void = [*((hit.start, hit.end) for hit in hits), *echoes(turn, conversation), *others]
    return [place for place in places if not any(start <= place < end for start, end in void)]


def _by_slips(informal: int, formal: int, turns: Sequence[Turn], params: CourtesyParams) -> float:
    """Probability of so many 你 or more when every address was 您."""
    if all(turn.confidence is None for turn in turns):
        return 0.0
    n, p = informal + formal, params.slips
    return sum(comb(n, k) * p**k * (1 - p) ** (n - k) for k in range(informal, n + 1))
