"""Words that must be said, or must not, found by how they sound."""

from typing import Literal

from pydantic import Field

from callqa.types import Conversation, Verdict
from qa_models.check import Draft, Params, check
from qa_models.dialogue import Heard, listen
from qa_models.evidence import quotes, whole
from qa_models.phrases import Phrases
from qa_models.reasons import Reason
from qa_models.where import Where


class PhraseParams(Params):
    where: Where = Where()
    phrases: Phrases
    """One of them is enough."""
    but_not: Phrases | None = None
    """Words inside such a phrase do not count."""
    times: int = Field(default=1, ge=1)
    """How often, in all."""
    expect: Literal["said", "unsaid"] = "said"
    when_unclear: Literal["unsure", "unsaid"] = "unsure"
    """What speech that was not heard clearly means, where words are asked for; a trigger needs words (``unsaid``)."""
    said: Reason = "said"
    unsaid: Reason = "never_said"


@check("phrase", version=1, needs=lambda params: params.where.needs)
def check_phrase(conversation: Conversation, params: PhraseParams) -> Draft:
    turns = params.where.turns(conversation)
    state, hits = listen(params.phrases, turns, conversation.call.agent_id, params.but_not)
    asked = params.expect == "said"
    if state is Heard.SAID and len(hits) >= params.times:
        return Draft(Verdict.MET if asked else Verdict.VIOLATED, params.said, quotes(hits), float(len(hits)))
    if state is Heard.NEAR:
        return Draft(Verdict.UNSURE, "near_match", quotes(hits))
    if state is Heard.UNCLEAR and asked and params.when_unclear == "unsure":
        return Draft(Verdict.UNSURE, "unclear_speech", whole(turns))
    return Draft(Verdict.VIOLATED if asked else Verdict.MET, params.unsaid, whole(turns), absence=True)
