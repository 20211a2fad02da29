"""Loudness: too quiet or too loud as a whole, or much louder than a speaker's own usual voice."""

from statistics import median

from pydantic import Field, model_validator

from callqa.errors import Mistake
from callqa.types import Conversation, Verdict
from qa_models.check import Draft, check
from qa_models.evidence import whole
from qa_models.window import InWindow

MIN_TURNS = 4  # under so many turns nobody's usual voice is known


class LoudnessParams(InWindow):
    ORDER = (("quietest", "loudest"),)

    quietest: float | None = None
    """dBFS; the median turn must not be quieter."""
    loudest: float | None = None
    """dBFS; no turn may be louder."""
    rise: float | None = Field(default=None, gt=0)
    """dB that a turn may be above the speaker's median turn."""
    min_seconds: float = Field(default=1.0, ge=0)
    """Shorter turns are not measured."""

    @model_validator(mode="after")
    def _limits_something(self) -> "LoudnessParams":
        if self.quietest is None and self.loudest is None and self.rise is None:
            raise Mistake("check.limits_missing", names=["quietest", "loudest", "rise"])
        return self


@check("loudness", version=3, needs=lambda params: params.where.needs)
def check_loudness(conversation: Conversation, params: LoudnessParams) -> Draft:
    measured = [
        (turn, turn.loudness_dbfs)
        for turn in params.where.turns(conversation)
        if turn.loudness_dbfs is not None and turn.duration >= params.min_seconds and not turn.flags
    ]
    if not measured:
        return Draft(Verdict.NOT_ASSESSED, "loudness_unknown")
    usual = median(level for _, level in measured)
    ceiling = min(
        params.loudest if params.loudest is not None else float("inf"),
        usual + params.rise if params.rise is not None and len(measured) >= MIN_TURNS else float("inf"),
    )
    if loud := [(turn, level) for turn, level in measured if level > ceiling]:
        return Draft(Verdict.VIOLATED, "too_loud", whole(turn for turn, _ in loud), max(level for _, level in loud))
    if params.quietest is not None and usual < params.quietest:
        return Draft(Verdict.VIOLATED, "too_quiet", whole(turn for turn, _ in measured), usual)
    return Draft(Verdict.MET, "loudness_ok", value=usual)
