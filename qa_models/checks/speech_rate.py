"""Speech rate of the agent, over the whole call."""

from pydantic import Field

from callqa.types import Conversation, Verdict
from qa_models.check import Draft, Params, check
from qa_models.dialogue import lost_words
from qa_models.evidence import whole
from qa_models.match import sounds_of

MIN_SPEECH = 10.0  # seconds of the agent's speech under which no rate is given
MIN_SYLLABLES = 4  # shorter turns (嗯, 好的) say nothing about speed


class SpeechRateParams(Params):
    limit: float = Field(gt=0)
    """Syllables (characters as spoken) per minute of the agent's own speaking time."""
    margin: float = Field(default=0.0, ge=0, lt=1)
    """Share of the limit, on both sides, within which a person decides."""


@check("speech_rate", version=2)
def check_speech_rate(conversation: Conversation, params: SpeechRateParams) -> Draft:
    turns = [
        (turn, len(sounds_of(turn.raw_text)) / turn.duration * 60)
        for turn in conversation.by("agent")
        if turn.duration > 0
        and len(sounds_of(turn.raw_text)) >= MIN_SYLLABLES
        and not turn.flags
        and not lost_words(turn)
    ]
    seconds = sum(turn.duration for turn, _ in turns)
    if seconds < MIN_SPEECH:
        return Draft(Verdict.NOT_APPLICABLE, "too_little_speech")
    value = sum(rate * turn.duration for turn, rate in turns) / seconds
    fastest = whole(turn for turn, _ in sorted(turns, key=lambda pair: -pair[1])[:3])
    if value > params.limit * (1 + params.margin):
        return Draft(Verdict.VIOLATED, "too_fast", fastest, value)
    if value > params.limit * (1 - params.margin):
        return Draft(Verdict.UNSURE, "rate_borderline", fastest, value)
    return Draft(Verdict.MET, "rate_ok", value=value)
