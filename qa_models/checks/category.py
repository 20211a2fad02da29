"""Whether the ticket was filed in the class that the call is about."""

from pydantic import Field

from callqa.types import Conversation, Evidence, Turn, Verdict
from qa_models.check import Draft, Params, check
from qa_models.evidence import whole
from qa_models.taxonomy import Taxonomy, clues, load_taxonomy, shares

AGENT_WEIGHT = 0.6  # the agent's read-back helps, the agent's own explanations mislead


class CategoryParams(Params):
    taxonomy: str
    top: int = Field(default=2, ge=1)
    """The filed class agrees when it is among so many of the likeliest."""
    sure: float = Field(default=0.5, gt=0, le=1)
    """Share of the evidence the likeliest class must have before another one counts as wrong."""
    least: float = Field(default=0.12, ge=0, le=1)
    """A filed class with this share of the evidence is never called wrong."""


@check("category", version=1, needs="speech")
def check_category(conversation: Conversation, params: CategoryParams) -> Draft:
    ticket = conversation.call.ticket
    if ticket is None:
        return Draft(Verdict.NOT_APPLICABLE, "no_ticket")
    if not ticket.category:
        return Draft(Verdict.NOT_APPLICABLE, "category_empty")
    taxonomy = load_taxonomy(params.taxonomy)
    filed = ticket.category[0]
    if filed not in taxonomy.names:
        return Draft(Verdict.UNSURE, "category_unknown")
    turns = [turn for turn in conversation.turns if not turn.flags]
    share = shares(taxonomy, ((t.text, AGENT_WEIGHT if t.role == "agent" else 1.0) for t in turns))
    ranked = sorted(share, key=lambda name: -share[name])
    likeliest = ranked[0]
    if filed in ranked[: params.top] and share[filed] > 0:
        return Draft(Verdict.MET, "category_agrees", _speaking_for(filed, turns, taxonomy), confidence=share[filed])
    evidence = _speaking_for(likeliest, turns, taxonomy)
    if share[likeliest] >= params.sure and share[filed] < params.least:
        return Draft(Verdict.VIOLATED, "category_differs", evidence, confidence=share[likeliest])
    return Draft(Verdict.UNSURE, "category_doubtful", evidence, confidence=share[likeliest])


def _speaking_for(name: str, turns: list[Turn], taxonomy: Taxonomy) -> tuple[Evidence, ...]:
    """The three turns that say most for a class."""
    weight = {t.index: sum(c.weight for c in clues(taxonomy, t.text) if name in c.classes) for t in turns}
    best = sorted((t for t in turns if weight[t.index]), key=lambda t: (-weight[t.index], t.index))[:3]
    return whole(sorted(best, key=lambda t: t.index))
