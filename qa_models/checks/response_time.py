"""Response time: how long the other waits for an answer."""

from statistics import mean

from pydantic import Field

from callqa.types import Conversation, Role, Turn, Verdict
from qa_models.check import Draft, Params, check
from qa_models.dialogue import is_backchannel, speaker_turns
from qa_models.evidence import quiet


class ResponseTimeParams(Params):
    role: Role = "agent"
    """Who has to answer."""
    longest: float | None = Field(default=None, gt=0)
    """Seconds that any one answer may take."""
    average: float = Field(default=5.0, gt=0)
    """Seconds that the answers may take on average."""


@check("response_time", version=2, needs="both")
def check_response_time(conversation: Conversation, params: ResponseTimeParams) -> Draft:
    waits = _waits(conversation, params.role)
    if not waits:
        return Draft(Verdict.NOT_APPLICABLE, "no_response_needed")
    asked, answer, longest = max(waits, key=lambda wait: wait[2])
    shown = (quiet(asked, asked.end, answer.start),)
    if params.longest is not None and longest > params.longest:
        return Draft(Verdict.VIOLATED, "slow_response", shown, longest)
    average = mean(seconds for _, _, seconds in waits)
    if average > params.average:
        return Draft(Verdict.VIOLATED, "slow_response", shown, average)
    return Draft(Verdict.MET, "response_ok", value=average)


def _waits(conversation: Conversation, role: Role) -> list[tuple[Turn, Turn, float]]:
    """(last words of the other, answer, seconds between them; an answer that comes early took none).

    Where somebody unknown spoke in between, nobody knows who waited for whom.
    """
    waits = []
    for speaker_turn in speaker_turns(conversation, role):
        answer = speaker_turn[0]
        before = [t for t in conversation.turns[: answer.index] if t.role not in (role, "unknown")]
        between = conversation.turns[before[-1].index + 1 : answer.index] if before else ()
        if any(turn.role == "unknown" for turn in between):
            continue
        if before and not is_backchannel(before[-1]):
            waits.append((before[-1], answer, max(0.0, answer.start - before[-1].end)))
    return waits
