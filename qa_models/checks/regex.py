"""Regular expressions over the text; for spellings, numbers and letters, where sound is no help."""

from typing import Literal

from pydantic import Field

from callqa.reasons import Reason
from callqa.types import Conversation, Evidence, Turn, Verdict
from qa_models.check import Draft, check
from qa_models.dialogue import unclear, unclear_ones, well_recognised
from qa_models.evidence import clauses, quote, spans, whole
from qa_models.expression import Expression
from qa_models.window import InWindow


class RegexParams(InWindow):
    patterns: tuple[Expression, ...] = Field(min_length=1)
    but_not: tuple[Expression, ...] = ()
    """A place that one of these touches does not count."""
    expect: Literal["found", "not_found"] = "found"
    when_unclear: Literal["unsure", "not_found"] = "unsure"
    """As with phrases: a trigger needs words."""
    found: Reason = "found"
    not_found: Reason = "not_found"


@check("regex", version=3, needs=lambda params: params.where.needs)
def check_regex(conversation: Conversation, params: RegexParams) -> Draft:
    turns = params.where.turns(conversation)
    asked = params.expect == "found"
    matches = [(turn, place) for turn in turns if not turn.flags for place in _hits(turn, params)]
    hits = tuple(place for turn, place in matches if asked or well_recognised(turn))
    if hits:
        shown = hits if asked else clauses(hits, conversation.turns)
        return Draft(Verdict.MET if asked else Verdict.VIOLATED, params.found, shown, float(len(hits)))
    if matches:
        return Draft(Verdict.UNSURE, "unclear_speech", tuple(place for _, place in matches))
    if asked and params.when_unclear == "unsure" and unclear(turns):
        return Draft(Verdict.UNSURE, "unclear_speech", whole(unclear_ones(turns)))
    due = params.where.due(conversation)
    return Draft(Verdict.VIOLATED if asked else Verdict.MET, params.not_found, due, absence=True)


def _hits(turn: Turn, params: RegexParams) -> tuple[Evidence, ...]:
    void = spans(turn, params.but_not)
    return tuple(
        quote(turn, start, end)
        for start, end in spans(turn, params.patterns)
        if not any(start < stop and begin < end for begin, stop in void)
    )
