"""Summary of a call with the claims of a language model in place of what was made without it."""

from collections.abc import Sequence

from callqa.summary import Summary, SummaryPart
from callqa.types import JudgeClaim
from qa_models.judge.claims import MOST_CLAIMS
from qa_models.summary.summarise import fitting

BEFORE, AFTER = ("category", "request_type"), ("location", "hangup_by")
"""Fields whose facts stay, before or after the claims: a model reads neither ticket nor who hung up."""


def with_claims(plain: Summary, claims: Sequence[JudgeClaim]) -> Summary:
    """``claims``: those that stand. A line of which none stands is left as it is.

    Of a long call, whose parts have claims of their own, the first tell what is wanted, and the last what came of it.
    """
    wanted = [claim for claim in claims if claim.line == "wanted"][:MOST_CLAIMS]
    outcome = [claim for claim in claims if claim.line == "outcome"][-MOST_CLAIMS:]
    return Summary(_line(plain.wanted, wanted), _line(plain.outcome, outcome))


def _line(plain: tuple[SummaryPart, ...], claims: Sequence[JudgeClaim]) -> tuple[SummaryPart, ...]:
    written = [SummaryPart("{words}", claim.text, evidence=claim.place, by_model=True) for claim in claims]
    before = [part for part in plain if part.field in BEFORE]
    after = [part for part in plain if part.field in AFTER]
    line = tuple(fitting((*before, *written, *after)))
    return line if any(part.by_model for part in line) else plain
