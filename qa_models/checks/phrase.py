"""Words that must be said, or must not, found by how they sound."""

from typing import Literal

from pydantic import Field

from callqa.reasons import Reason
from callqa.types import Conversation, Verdict
from qa_models.check import Draft, check
from qa_models.dialogue import phrase_hits, unclear, unclear_ones, well_recognised
from qa_models.evidence import clauses, quotes, whole
from qa_models.phrases import Phrases
from qa_models.window import InWindow


class PhraseParams(InWindow):
    phrases: Phrases
    """One of them is enough."""
    but_not: Phrases | None = None
    """Words inside such a phrase do not count."""
    times: int = Field(default=1, ge=1)
    """How often, in all."""
    expect: Literal["said", "unsaid"] = "said"
    when_unclear: Literal["unsure", "unsaid"] = "unsure"
    """What speech that was not heard clearly means, where words are asked for; a trigger needs words (``unsaid``)."""
    said: Reason | None = None
    """The reason to give; of words that must not be said another one than of words that must."""
    unsaid: Reason | None = None


@check("phrase", version=4, needs=lambda params: params.where.needs)
def check_phrase(conversation: Conversation, params: PhraseParams) -> Draft:
    turns = params.where.turns(conversation)
    agent_id, accept = conversation.call.agent_id, params.phrases.accept
    certain = phrase_hits(params.phrases, turns, agent_id, params.but_not, accept)
    asked = params.expect == "said"
    found_reason, missing_reason = (
        params.said or ("said" if asked else "found"),
        params.unsaid or ("never_said" if asked else "not_found"),
    )
    sure = certain if asked else tuple(hit for hit in certain if well_recognised(hit.turn))
    if len(sure) >= params.times:
        shown = quotes(sure) if asked else clauses(quotes(sure), conversation.turns)
        return Draft(Verdict.MET if asked else Verdict.VIOLATED, found_reason, shown, float(len(sure)))
    hits = phrase_hits(params.phrases, turns, agent_id, params.but_not)  # near matches, too, which take longer to find
    if len(hits) >= params.times:
        return Draft(Verdict.UNSURE, "near_match" if len(certain) < params.times else "unclear_speech", quotes(hits))
    if asked and params.when_unclear == "unsure" and unclear(turns):
        return Draft(Verdict.UNSURE, "unclear_speech", whole(unclear_ones(turns)))
    due = params.where.due(conversation)
    return Draft(Verdict.VIOLATED if asked else Verdict.MET, missing_reason, due, absence=True)
