"""The agent talks over the citizen and takes the floor."""

from pydantic import Field

from callqa.types import Conversation, Turn, Verdict
from qa_models.check import Draft, Params, check
from qa_models.dialogue import is_backchannel
from qa_models.evidence import whole
from qa_models.match import sounds_of


class InterruptionParams(Params):
    overlap: float = Field(default=1.0, gt=0)
    """Seconds of both speaking, from which it is an interruption."""
    min_syllables: int = Field(default=4, ge=1)
    """An agent's turn shorter than this does not take the floor."""


@check("interruption", version=1, needs="both")
def check_interruption(conversation: Conversation, params: InterruptionParams) -> Draft:
    found = [
        (citizen, agent, citizen.end - agent.start)
        for agent in conversation.by("agent")
        for citizen in conversation.by("citizen")
        if _interrupts(agent, citizen, params)
    ]
    if not found:
        return Draft(Verdict.MET, "no_interruption")
    evidence = tuple(e for citizen, agent, _ in found for e in whole((citizen, agent)))
    return Draft(Verdict.VIOLATED, "interrupted", evidence, max(overlap for *_, overlap in found))


def _interrupts(agent: Turn, citizen: Turn, params: InterruptionParams) -> bool:
    """The agent starts inside the citizen's turn, goes on after it, and says more than 嗯 or 好的."""
    return (
        citizen.start < agent.start
        and citizen.end - agent.start > params.overlap
        and agent.end > citizen.end
        and len(sounds_of(agent.text)) >= params.min_syllables
        and not is_backchannel(agent)
        and not is_backchannel(citizen)
    )
