"""Hang-up: the agent may not end the call of a citizen who has not finished."""

from callqa.types import Conversation, Verdict
from qa_models.check import Draft, Params, check, precluded
from qa_models.dialogue import unclear, well_recognised
from qa_models.ending import CallerWords, agrees, is_said
from qa_models.evidence import whole
from qa_models.phrases import Phrases

LAST_TURNS = 2  # of the citizen, in which they take leave


class HangupParams(Params):
    caller: CallerWords
    agent_farewell: Phrases
    """How the agent says goodbye."""
    protest: Phrases
    """How citizens say that they have not finished."""


@check("hangup", version=3, needs="nothing")
def check_hangup(conversation: Conversation, params: HangupParams) -> Draft:
    if conversation.call.hangup_by == "unknown":
        return Draft(Verdict.NOT_APPLICABLE, "hangup_unknown")
    if conversation.call.hangup_by != "agent":
        return Draft(Verdict.MET, "hung_up_by_other")
    if lacking := precluded(conversation, "both"):
        return lacking
    citizen = tuple(conversation.by("citizen"))[-LAST_TURNS:]
    evidence = whole(conversation.turns[-2:])
    last = citizen[-1]
    if is_said(params.protest, last):
        if not well_recognised(last):
            return Draft(Verdict.UNSURE, "farewell_doubtful", evidence)
        return Draft(Verdict.VIOLATED, "hung_up_on_caller", evidence)
    if is_said(params.caller.farewell, last) and not is_said(params.caller.walk_off, last):
        return Draft(Verdict.MET, "caller_finished", evidence)
    agent = tuple(conversation.by("agent"))[-LAST_TURNS:]
    goodbye = any(is_said(params.agent_farewell, turn) for turn in agent)
    settled = agrees(params.caller.agreement, last) or any(is_said(params.caller.farewell, turn) for turn in citizen)
    if settled and goodbye:
        return Draft(Verdict.MET, "caller_finished", evidence)
    if settled or unclear(citizen):
        return Draft(Verdict.UNSURE, "farewell_doubtful", evidence)
    return Draft(Verdict.VIOLATED, "hung_up_on_caller", evidence, absence=True)
