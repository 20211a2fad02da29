"""Abnormal hang-up: the citizen broke the call off. Mostly used as an exception for what can then not be said."""

from callqa.types import Conversation, Verdict
from qa_models.check import Draft, Params, check
from qa_models.ending import CallerWords, caller_left
from qa_models.evidence import whole


class CallerLeftParams(Params):
    caller: CallerWords


@check("caller_left", version=1, needs="both")
def check_caller_left(conversation: Conversation, params: CallerLeftParams) -> Draft:
    hung_up = caller_left(conversation, params.caller)
    return Draft(
        Verdict.MET if hung_up else Verdict.VIOLATED,
        "caller_left" if hung_up else "caller_stayed",
        whole(conversation.turns[-1:]),
        absence=True,
    )
