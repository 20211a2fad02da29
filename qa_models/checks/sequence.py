"""A procedure: steps that must all be said, and in this order."""

from pydantic import Field

from callqa.types import Conversation, Verdict
from qa_models.check import Draft, Params, check
from qa_models.dialogue import Heard, listen
from qa_models.evidence import quotes, whole
from qa_models.phrases import Phrases
from qa_models.where import Where


class SequenceParams(Params):
    where: Where = Where()
    steps: tuple[Phrases, ...] = Field(min_length=2)
    ordered: bool = True
    """A step counts as in order when it is said at some time after the first time of the step before."""


@check("sequence", version=1, needs=lambda params: params.where.needs)
def check_sequence(conversation: Conversation, params: SequenceParams) -> Draft:
    turns = params.where.turns(conversation)
    heard = [listen(step, turns, conversation.call.agent_id) for step in params.steps]
    states = [state for state, _ in heard]
    found = quotes(hit for state, hits in heard if state is Heard.SAID for hit in hits)
    if Heard.ABSENT in states:
        return Draft(
            Verdict.VIOLATED, "step_missing", whole(turns), float(states.index(Heard.ABSENT) + 1), absence=True
        )
    if any(state is not Heard.SAID for state in states):
        return Draft(Verdict.UNSURE, "near_match" if Heard.NEAR in states else "unclear_speech", found or whole(turns))
    if params.ordered:
        last = (-1, -1)
        for number, (_, hits) in enumerate(heard, 1):
            later = [(hit.turn.index, hit.start) for hit in hits if (hit.turn.index, hit.start) > last]
            if not later:
                return Draft(Verdict.VIOLATED, "step_out_of_order", quotes(hits), float(number))
            last = min(later)
    return Draft(Verdict.MET, "steps_in_order", found)
