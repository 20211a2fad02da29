"""A thing of a given type that must be said, or must not be: a telephone number, a sum, a road, a name."""

from typing import Literal

from pydantic import Field

from callqa.types import Conversation, Verdict
from qa_models.check import Draft, Params, check
from qa_models.dialogue import unclear
from qa_models.evidence import whole
from qa_models.facts.entities import Type, entities


class EntityParams(Params):
    types: tuple[Type, ...] = Field(min_length=1)
    """One of these."""
    role: Literal["agent", "citizen", "anyone"] = "anyone"
    """Who says it."""
    expect: Literal["present", "absent"] = "present"


@check("entity", version=1, needs="speech")
def check_entity(conversation: Conversation, params: EntityParams) -> Draft:
    turns = [t for t in conversation.turns if params.role in ("anyone", t.role)]
    found = entities(turns, params.types)
    evidence = tuple(place.evidence for entity in found for place in entity.places)
    count = float(len(found))
    if found:
        if params.expect == "present":
            return Draft(Verdict.MET, "entity_said", evidence, count)
        return Draft(Verdict.VIOLATED, "entity_found", evidence, count)
    if params.expect == "absent":
        return Draft(Verdict.MET, "entity_absent", value=count, absence=True)
    if unclear(turns):
        return Draft(Verdict.UNSURE, "unclear_speech", whole(turns), count)
    return Draft(Verdict.VIOLATED, "entity_missing", whole(turns), count, absence=True)
