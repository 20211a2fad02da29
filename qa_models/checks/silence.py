"""Dead air: a silence that is too long, or long and not announced."""

from pydantic import Field

from callqa.silences import silences
from callqa.types import Conversation, Verdict
from qa_models.check import Draft, check
from qa_models.checks.hold import WaitParams, agent_caused, find_notice
from qa_models.dialogue import Presence
from qa_models.evidence import quiet


class SilenceParams(WaitParams):
    longest: float = Field(default=15.0, gt=0)
    """Seconds; longer is too long even when announced."""
    unannounced: float = Field(default=8.0, gt=0)
    """Seconds; longer needs words before it."""


@check("silence", version=3, needs="both")
def check_silence(conversation: Conversation, params: SilenceParams) -> Draft:
    gaps = sorted(silences(conversation, params.unannounced), key=lambda s: -s.duration)
    if not gaps:
        return Draft(Verdict.MET, "no_long_silence")
    value = gaps[0].duration
    if value > params.longest:
        return Draft(
            Verdict.VIOLATED,
            "too_long_silence",
            (quiet(gaps[0].before, gaps[0].start, gaps[0].end),),
            value,
        )
    doubt = None
    for silence in gaps:
        if not agent_caused(conversation, silence, params):
            continue
        state, evidence = find_notice(params.notice, params.notice_meaning, conversation, silence)
        shown = (quiet(silence.before, silence.start, silence.end), *evidence)
        if state is Presence.ABSENT:
            return Draft(Verdict.VIOLATED, "unannounced_silence", shown, silence.duration, absence=True)
        if state is not Presence.SAID:
            reason = "near_match" if state is Presence.NEAR else "unclear_speech"
            doubt = doubt or Draft(Verdict.UNSURE, reason, shown, silence.duration)
    return doubt or Draft(Verdict.MET, "no_long_silence", value=value)
