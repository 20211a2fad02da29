"""What a check is: a kind (one function with typed parameters) and an entry of the check library that uses it."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Generic, Literal, TypeVar, get_type_hints

from pydantic import BaseModel, ConfigDict, SerializeAsAny

from callqa.keys import content_key
from callqa.types import Conversation, Evidence, Finding, Verdict
from qa_models.reasons import REASONS

Needs = Literal["nothing", "speech", "agent", "both"]
"""What must be in a transcript before a kind can say anything: nothing, words, the agent's words, both speakers'."""


class Params(BaseModel):
    """Parameters of a kind."""

    model_config = ConfigDict(frozen=True, extra="forbid")


P = TypeVar("P", bound=Params)


@dataclass(frozen=True, slots=True)
class Draft:
    """What a kind says of a call; the check signs it and makes it a `Finding`."""

    verdict: Verdict
    reason: str
    evidence: tuple[Evidence, ...] = ()
    value: float | None = None
    confidence: float | None = None
    absence: bool = False
    """The verdict rests on words that were not found, so nothing of the recording may be missing."""


@dataclass(frozen=True, slots=True)
class Kind(Generic[P]):
    """One way to check a call. ``version`` rises with every change of behaviour, so that old findings are made anew."""

    name: str
    version: int
    needs: Needs
    function: Callable[[Conversation, P], Draft]
    params: type[P]


def check(
    name: str, *, version: int, needs: Needs = "agent"
) -> Callable[[Callable[[Conversation, P], Draft]], Kind[P]]:
    """Make ``fn(conversation, params) -> Draft`` a kind; the annotation of ``params`` is its model."""

    def decorate(function: Callable[[Conversation, P], Draft]) -> Kind[P]:
        return Kind(name, version, needs, function, get_type_hints(function)["params"])

    return decorate


class CheckSpec(BaseModel):
    """One entry of the check library."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    id: str
    kind: str
    version: int = 1
    title: str
    """As a supervisor would say it."""
    params: SerializeAsAny[Params]


@dataclass(frozen=True)
class Check:
    """An entry of the library, ready to run."""

    spec: CheckSpec
    kind: Kind[Any]

    @property
    def id(self) -> str:
        return self.spec.id

    def describe(self) -> dict[str, Any]:
        """Everything that decides what this check answers; JSON-like."""
        return {
            "id": self.spec.id,
            "kind": self.spec.kind,
            "kind_version": self.kind.version,
            "version": self.spec.version,
            "params": self.spec.params.model_dump(mode="json"),
        }

    @cached_property
    def key(self) -> str:
        return content_key(self.describe())

    def __call__(self, conversation: Conversation) -> Finding:
        draft = precluded(conversation, self.kind.needs) or self.kind.function(conversation, self.spec.params)
        if draft.absence and "damaged" in conversation.transcript.flags:
            draft = Draft(Verdict.UNSURE, "damaged_recording", draft.evidence, draft.value)
        if draft.reason not in REASONS:
            raise ValueError(f"check {self.id}: reason {draft.reason!r} is not listed in qa_models/reasons.py")
        return Finding(
            self.id, self.key, draft.verdict, draft.reason, draft.value, tuple(draft.evidence), draft.confidence
        )


def precluded(conversation: Conversation, needs: Needs) -> Draft | None:
    """UNSURE where the transcript lacks what a kind needs: no agent is judged on words nobody can assign."""
    if needs == "nothing":
        return None
    roles = {turn.role for turn in conversation.turns if not turn.flags}
    if not roles:
        return Draft(Verdict.UNSURE, "no_speech")
    if needs == "speech":
        return None
    if roles == {"unknown"} or "roles_unknown" in conversation.transcript.flags:
        return Draft(Verdict.UNSURE, "roles_unknown")
    if "agent" not in roles:
        return Draft(Verdict.UNSURE, "no_agent_speech")
    if needs == "both" and "citizen" not in roles:
        return Draft(Verdict.UNSURE, "no_citizen_speech")
    return None
