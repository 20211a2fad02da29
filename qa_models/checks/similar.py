"""A sentence that means the same as one of some examples, in whatever words (sentence encoder)."""

from typing import Literal

from pydantic import Field

from callqa.reasons import Reason
from callqa.types import Conversation, Verdict
from qa_models.check import Draft, check
from qa_models.dialogue import unclear, unclear_ones, well_recognised
from qa_models.evidence import quote, whole
from qa_models.sentences import encoded, sentences, similarities
from qa_models.window import InWindow


class SimilarParams(InWindow):
    ORDER = (("doubt", "accept"),)

    examples: tuple[str, ...] = Field(min_length=1)
    """Whole sentences as somebody would say them."""
    counterexamples: tuple[str, ...] = ()
    """A sentence that is nearer to one of these does not count."""
    accept: float = Field(default=0.7, gt=0, le=1)
    """Cosine from which a sentence means the same."""
    doubt: float = Field(default=0.6, gt=0, le=1)
    expect: Literal["found", "not_found"] = "found"
    found: Reason = "found"
    not_found: Reason = "not_found"


@check("similar", version=3, needs=lambda params: params.where.needs)
def check_similar(conversation: Conversation, params: SimilarParams) -> Draft:
    turns = params.where.turns(conversation)
    places = [place for turn in turns if not turn.flags for place in sentences(turn)]
    asked = params.expect == "found"
    if places:
        vectors = encoded(tuple(place.text for place in places))
        near = similarities(vectors, params.examples)
        if params.counterexamples:
            near[similarities(vectors, params.counterexamples) >= near] = 0.0
        best = float(near.max())
        shown = tuple(
            quote(place.turn, place.start, place.end)
            for place, cosine in zip(places, near, strict=True)
            if cosine >= min(best, params.accept) and cosine >= params.doubt
        )
        clear = asked or any(
            cosine >= params.accept and well_recognised(place.turn) for place, cosine in zip(places, near, strict=True)
        )
        if best >= params.accept and clear:
            return Draft(Verdict.MET if asked else Verdict.VIOLATED, params.found, shown, best)
        if best >= params.accept:
            return Draft(Verdict.UNSURE, "unclear_speech", shown, best)
        if best >= params.doubt:
            return Draft(Verdict.UNSURE, "near_match", shown, best)
    if asked and unclear(turns):
        return Draft(Verdict.UNSURE, "unclear_speech", whole(unclear_ones(turns)))
    due = params.where.due(conversation)
    return Draft(Verdict.VIOLATED if asked else Verdict.MET, params.not_found, due, absence=True)
