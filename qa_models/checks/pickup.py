"""Abnormal pick-up: the call is connected, and the agent does not speak, or not for long."""

from pydantic import Field

from callqa.types import Conversation, Verdict
from qa_models.check import Draft, Params, check
from qa_models.evidence import quiet


class PickupParams(Params):
    within: float = Field(default=5.0, gt=0)
    """Seconds from the start of the recording to the agent's first word."""


@check("pickup", version=2, needs="speech")
def check_pickup(conversation: Conversation, params: PickupParams) -> Draft:
    if "roles_unknown" in conversation.transcript.flags:
        return Draft(Verdict.UNSURE, "roles_unknown")
    first = next((turn for turn in conversation.by("agent") if "announcement" not in turn.flags), None)
    if first is None:
        end = conversation.transcript.recording.duration
        return Draft(Verdict.VIOLATED, "never_answered", (quiet(None, 0.0, end),), absence=True)
    announced = [t.end for t in conversation.turns if "announcement" in t.flags and t.end <= first.start]
    waited = first.start - max(announced, default=0.0)
    if waited > params.within:
        late = (quiet(None, first.start - waited, first.start),)
        if any(turn.role == "unknown" and not turn.flags for turn in conversation.turns[: first.index]):
            return Draft(Verdict.UNSURE, "somebody_spoke", late, waited)
        return Draft(Verdict.VIOLATED, "answered_late", late, waited, absence=True)
    return Draft(Verdict.MET, "answered_in_time", value=waited)
