"""Interruptions: the agent talks over the citizen, who stops."""

from collections.abc import Iterable
from dataclasses import dataclass

from pydantic import Field

from callqa.types import Conversation, Evidence, Seconds, Turn, Verdict
from callqa.words import word_spans
from qa_models.check import Draft, Params, check
from qa_models.dialogue import is_backchannel
from qa_models.evidence import in_clause
from qa_models.match import sounds_of

BREATH = 0.7  # seconds of pause within one stretch of talk; an engine may split there when both speak


class InterruptionParams(Params):
    overlap: float = Field(default=1.0, gt=0)
    """Seconds from the agent's start to the end of the citizen's talk, from which it is an interruption."""
    min_syllables: int = Field(default=4, ge=1)
    """Agent's talk shorter than this interrupts nobody."""


@dataclass(frozen=True, slots=True)
class Talk:
    """Turns of one speaker without a pause worth the name between them."""

    turns: tuple[Turn, ...]

    @property
    def start(self) -> Seconds:
        return self.turns[0].start

    @property
    def end(self) -> Seconds:
        return max(turn.end for turn in self.turns)


@check("interruption", version=3, needs="both")
def check_interruption(conversation: Conversation, params: InterruptionParams) -> Draft:
    citizens = talks(turn for turn in conversation.by("citizen") if not is_backchannel(turn))
    interruptions = [
        (citizen, agent, citizen.end - agent.start)
        for agent in talks(turn for turn in conversation.by("agent") if not is_backchannel(turn))
        for citizen in citizens
        if _interrupts(agent, citizen, params)
    ]
    if not interruptions and any(turn.role_confidence is not None for turn in conversation.turns):
        return Draft(Verdict.NOT_ASSESSED, "shared_channel")  # of two voices at once, only one is told
    if not interruptions:
        return Draft(Verdict.MET, "no_interruption")
    evidence = dict.fromkeys(place for citizen, agent, _ in interruptions for place in _clash(citizen, agent))
    return Draft(Verdict.VIOLATED, "interrupted", tuple(evidence), max(overlap for *_, overlap in interruptions))


def _clash(citizen: Talk, agent: Talk) -> tuple[Evidence, ...]:
    """What the citizen was saying when the agent began, to its end, and what the agent began with."""
    last, first = citizen.turns[-1], agent.turns[0]
    share = (first.start - last.start) / last.duration if last.duration else 0.0
    cut = min(max(int(share * len(last.text)), 0), max(len(last.text) - 1, 0))
    words = [start for word, start, _ in word_spans(last) if word.end > first.start]
    return in_clause(last, words[0] if words else cut, len(last.text)), in_clause(first, 0, 1)


def talks(turns: Iterable[Turn]) -> list[Talk]:
    """One speaker's turns, joined over short pauses."""
    joined: list[Talk] = []
    for turn in turns:
        if joined and turn.start - joined[-1].end <= BREATH:
            joined[-1] = Talk((*joined[-1].turns, turn))
        else:
            joined.append(Talk((turn,)))
    return joined


def _interrupts(agent: Talk, citizen: Talk, params: InterruptionParams) -> bool:
    """The agent starts inside the citizen's talk, goes on after it, and says more than a few syllables."""
    return (
        citizen.start < agent.start
        and citizen.end - agent.start > params.overlap
        and agent.end > citizen.end
        and sum(len(sounds_of(turn.text)) for turn in agent.turns) >= params.min_syllables
    )
