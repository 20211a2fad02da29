"""Dead air: a silence that is too long, or long and not announced."""

from pydantic import Field

from callqa.silences import silences
from callqa.types import Conversation, Verdict
from qa_models.check import Draft, Params, check
from qa_models.checks.hold import find_phrase_before, is_looking_up
from qa_models.dialogue import Presence
from qa_models.evidence import quiet
from qa_models.phrases import Phrases


class SilenceParams(Params):
    longest: float = Field(default=15.0, gt=0)
    """Seconds; longer is too long even when announced."""
    unannounced: float = Field(default=8.0, gt=0)
    """Seconds; longer needs words before it."""
    notice: Phrases
    caller_waits: Phrases
    caller_asks: Phrases | None = None


@check("silence", version=2, needs="both")
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
        if silence.before.role == "citizen" and is_looking_up(silence.before, params.caller_waits, params.caller_asks):
            continue
        state, evidence = find_phrase_before(params.notice, conversation, silence)
        shown = (quiet(silence.before, silence.start, silence.end), *evidence)
        if state is Presence.ABSENT:
            return Draft(Verdict.VIOLATED, "unannounced_silence", shown, silence.duration, absence=True)
        if state is not Presence.SAID:
            reason = "near_match" if state is Presence.NEAR else "unclear_speech"
            doubt = doubt or Draft(Verdict.UNSURE, reason, shown, silence.duration)
    return doubt or Draft(Verdict.MET, "no_long_silence", value=value)
