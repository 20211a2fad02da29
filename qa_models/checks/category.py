"""Whether the ticket was filed in the class that the call is about."""

from pydantic import Field, field_serializer, field_validator

from callqa.errors import ConfigError
from callqa.types import Conversation, Evidence, Turn, Verdict
from qa_models.check import Draft, Params, check
from qa_models.evidence import whole
from qa_models.taxonomy import Taxonomy, clues, load_taxonomy, points

AGENT_WEIGHT = 0.6  # the agent's read-back helps, the agent's own explanations mislead


class CategoryParams(Params):
    taxonomy: str
    """The name of a shipped taxonomy."""
    agrees: float = Field(default=0.5, gt=0, le=1)
    """The filed class agrees when so large a part of what speaks for the likeliest class speaks for it."""
    differs: float = Field(default=0.25, ge=0, le=1)
    """It differs only when no more than this part speaks for it; between the two a person decides."""
    sure: float = Field(default=0.4, gt=0, le=1)
    """Share of all clues that the likeliest class must have before another one counts as wrong."""
    least: float = Field(default=3.0, gt=0)
    """Points of all clues (see ``taxonomy.points``) under which a call is too thin to contradict anybody."""

    @field_validator("taxonomy")
    @classmethod
    def _usable(cls, name: str) -> str:
        try:
            load_taxonomy(name)
        except ConfigError as error:
            raise ValueError(str(error)) from error
        return name

    @field_serializer("taxonomy")
    def _with_content(self, name: str) -> dict[str, str]:
        """So that another content gives the check another key."""
        return {"name": name, "content": load_taxonomy(name).key}


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
    found = points(taxonomy, ((t.text, AGENT_WEIGHT if t.role == "agent" else 1.0) for t in turns))
    total = sum(found.values())
    likeliest = max(found, key=lambda name: found[name])
    if total and found[filed] >= params.agrees * found[likeliest]:
        evidence = _speaking_for(filed, turns, taxonomy)
        return Draft(Verdict.MET, "category_agrees", evidence, confidence=found[filed] / total)
    evidence = _speaking_for(likeliest, turns, taxonomy)
    share = found[likeliest] / total if total else 0.0
    if found[filed] <= params.differs * found[likeliest] and share >= params.sure and total >= params.least:
        return Draft(Verdict.VIOLATED, "category_differs", evidence, confidence=share, absence=True)
    return Draft(Verdict.UNSURE, "category_doubtful", evidence, confidence=share)


def _speaking_for(name: str, turns: list[Turn], taxonomy: Taxonomy) -> tuple[Evidence, ...]:
    """The three turns that say most for a class."""
    weight = {t.index: sum(c.weight for c in clues(taxonomy, t.text) if name in c.classes) for t in turns}
    best = sorted((t for t in turns if weight[t.index]), key=lambda t: (-weight[t.index], t.index))[:3]
    return whole(sorted(best, key=lambda t: t.index))
