"""A procedure: steps that must all be said, and in this order."""

from collections.abc import Sequence

from pydantic import Field

from callqa.types import Conversation, Verdict
from qa_models.check import Draft, check
from qa_models.dialogue import Presence, find_phrase, phrase_hits, unclear, unclear_ones
from qa_models.evidence import quotes, unsaid, whole
from qa_models.match import Hit
from qa_models.phrases import Phrases
from qa_models.window import InWindow


class SequenceParams(InWindow):
    steps: tuple[Phrases, ...] = Field(min_length=2)
    ordered: bool = True
    """A step counts as in order when it is said at some time after the first time of the step before."""


@check("sequence", version=3, needs=lambda params: params.where.needs)
def check_sequence(conversation: Conversation, params: SequenceParams) -> Draft:
    turns, agent_id = params.where.turns(conversation), conversation.call.agent_id
    steps = [find_phrase(step, turns, agent_id) for step in params.steps]
    states = [state for state, _ in steps]
    evidence = quotes(hit for state, hits in steps if state is Presence.SAID for hit in hits)
    if Presence.ABSENT in states:
        missing = states.index(Presence.ABSENT)
        said_before = [hit for _, hits in steps[:missing] for hit in hits]
        last = max(said_before, key=lambda hit: (hit.turn.index, hit.end), default=None)
        due = (*quotes([last]), unsaid(last.turn, last.end)) if last else params.where.due(conversation)
        return Draft(Verdict.VIOLATED, "step_missing", due, float(missing + 1), absence=True)
    if any(state is not Presence.SAID for state in states):
        return Draft(
            Verdict.UNSURE,
            "near_match" if Presence.NEAR in states else "unclear_speech",
            evidence or whole(unclear_ones(turns)),
        )
    late = _out_of_order([hits for _, hits in steps]) if params.ordered else None
    if late is None:
        return Draft(Verdict.MET, "steps_in_order", evidence)
    shown = quotes(steps[late][1])
    if _out_of_order([phrase_hits(step, turns, agent_id) for step in params.steps]) is None:
        return Draft(Verdict.UNSURE, "near_match", shown, float(late + 1))
    if unclear(turns):
        return Draft(Verdict.UNSURE, "unclear_speech", shown, float(late + 1))
    return Draft(Verdict.VIOLATED, "step_out_of_order", shown, float(late + 1), absence=True)


def _out_of_order(steps: Sequence[Sequence[Hit]]) -> int | None:
    """The index of the first step that is not said after the one before."""
    last = (-1, -1)
    for index, hits in enumerate(steps):
        later = [(hit.turn.index, hit.start) for hit in hits if (hit.turn.index, hit.start) > last]
        if not later:
            return index
        last = min(later)
    return None
