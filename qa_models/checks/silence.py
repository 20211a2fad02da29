"""Dead air: a silence that is too long, or long and not announced."""

from pydantic import Field

from callqa.silences import silences
from callqa.types import Conversation, Verdict
from qa_models.check import Draft, check
from qa_models.checks.hold import WaitParams, agent_caused, due_before, find_notice
from qa_models.dialogue import Presence
from qa_models.evidence import by_time, quiet


class SilenceParams(WaitParams):
    longest: float = Field(default=15.0, gt=0)
    """Seconds; longer is too long even when announced."""
    unannounced: float = Field(default=8.0, gt=0)
    """Seconds; longer needs words before it."""


@check("silence", version=4, needs="both")
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
        dead_air = quiet(silence.before, silence.start, silence.end)
        if state is Presence.ABSENT:
            shown = (*due_before(silence), dead_air)
            return Draft(Verdict.VIOLATED, "unannounced_silence", shown, silence.duration, absence=True)
        if state is not Presence.SAID:
            reason = "near_match" if state is Presence.NEAR else "unclear_speech"
            doubt = doubt or Draft(Verdict.UNSURE, reason, by_time((dead_air, *evidence)), silence.duration)
    return doubt or Draft(Verdict.MET, "no_long_silence", value=value)
