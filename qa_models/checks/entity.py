"""A thing of a given type that must be said, or must not be: a telephone number, a sum, a road, a name."""

from typing import Literal

from pydantic import Field

from callqa.types import Conversation, Verdict
from qa_models.check import Draft, Params, check
from qa_models.dialogue import unclear, unclear_ones, well_recognised
from qa_models.evidence import unsaid_after, whole
from qa_models.facts.entities import Entity, Type, entities
from qa_models.window import Speaker, needed


class EntityParams(Params):
    types: tuple[Type, ...] = Field(min_length=1)
    """One of these."""
    role: Speaker = "anybody"
    """Who says it."""
    expect: Literal["present", "absent"] = "present"


@check("entity", version=3, needs=lambda params: needed(params.role))
def check_entity(conversation: Conversation, params: EntityParams) -> Draft:
    # A number said in groups is whole only beside what the other says in between: all turns are searched.
    every = entities(conversation.turns, params.types)
    matching = [entity for entity in every if params.role in ("anybody", entity.places[0].turn.role)]
    if matching and params.expect == "present":
        return _shown(Verdict.MET, "entity_said", matching)
    if sure := [entity for entity in matching if all(well_recognised(place.turn) for place in entity.places)]:
        return _shown(Verdict.VIOLATED, "entity_found", sure)
    if matching:
        return _shown(Verdict.UNSURE, "unclear_speech", matching)
    if params.expect == "absent":
        return Draft(Verdict.MET, "entity_absent", value=0.0, absence=True)
    turns = [turn for turn in conversation.turns if params.role in ("anybody", turn.role)]
    if unclear(turns):
        return Draft(Verdict.UNSURE, "unclear_speech", whole(unclear_ones(turns)), 0.0)
    return Draft(Verdict.VIOLATED, "entity_missing", unsaid_after(turns[-1]) if turns else (), 0.0, absence=True)


def _shown(verdict: Verdict, reason: str, matching: list[Entity]) -> Draft:
    places = sorted((place for entity in matching for place in entity.places), key=lambda p: (p.turn.index, p.start))
    return Draft(verdict, reason, tuple(place.evidence for place in places), float(len(matching)))
