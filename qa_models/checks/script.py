"""Phrases that belong at a certain place of the call: the opening, the closing, the question for more."""

from typing import Literal

from pydantic import Field, field_validator

from callqa.types import Conversation, Turn, Verdict
from qa_models.check import Draft, Params, check
from qa_models.dialogue import Heard, floors, listen
from qa_models.ending import CallerWords, caller_left
from qa_models.evidence import quotes, whole
from qa_models.phrases import Phrases
from qa_models.reasons import REASONS


class Part(Params):
    """One thing to be said."""

    phrases: Phrases
    unless: Phrases | None = None
    """Words inside such a phrase do not count."""
    missing: str = "part_missing"
    """The reason given when it was not said; listed in ``reasons.py``."""

    @field_validator("missing")
    @classmethod
    def _listed(cls, reason: str) -> str:
        if reason not in REASONS:
            raise ValueError(f"unknown reason {reason!r}")
        return reason


class ScriptParams(Params):
    where: Literal["start", "end", "anywhere"] = "anywhere"
    turns: int = Field(default=2, ge=1)
    """How many of the agent's turns from the start or the end; small signals of the citizen do not end a turn."""
    parts: tuple[Part, ...] = Field(min_length=1)
    """All of them must be said."""
    unless_caller_left: CallerWords | None = None
    """With it, a call that the citizen broke off is not judged."""


@check("script", version=1)
def check_script(conversation: Conversation, params: ScriptParams) -> Draft:
    window = _window(conversation, params)
    heard = [(part, *listen(part.phrases, window, conversation.call.agent_id, part.unless)) for part in params.parts]
    hits = quotes(hit for _, _, found in heard for hit in found)
    if all(state is Heard.SAID for _, state, _ in heard):
        return Draft(Verdict.MET, "said", hits)
    if params.unless_caller_left and caller_left(conversation, params.unless_caller_left):
        return Draft(Verdict.NOT_APPLICABLE, "caller_left", whole(conversation.turns[-1:]), absence=True)
    absent = [part for part, state, _ in heard if state is Heard.ABSENT]
    if absent:
        reason = absent[0].missing if len(absent) < len(params.parts) or len(absent) == 1 else "never_said"
        return Draft(Verdict.VIOLATED, reason, whole(window), absence=True)
    near = any(state is Heard.NEAR for _, state, _ in heard)
    return Draft(Verdict.UNSURE, "near_match" if near else "unclear_speech", hits or whole(window))


def _window(conversation: Conversation, params: ScriptParams) -> tuple[Turn, ...]:
    spoken = floors(conversation)
    if params.where == "start":
        spoken = spoken[: params.turns]
    elif params.where == "end":
        spoken = spoken[-params.turns :]
    return tuple(turn for turns in spoken for turn in turns)
