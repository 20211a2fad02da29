"""Coaching: the calls that are worth hearing for whom, as picks, skill cards, wordings. Pure."""

from scoring.coaching.card import Gap, tally, weakest
from scoring.coaching.clips import clip_span
from scoring.coaching.picks import Kind, counted_verdicts, limit_between, pick
from scoring.coaching.wordings import Said, Wording, common_wordings

__all__ = [
    "Gap",
    "Kind",
    "Said",
    "Wording",
    "clip_span",
    "common_wordings",
    "counted_verdicts",
    "limit_between",
    "pick",
    "tally",
    "weakest",
]
