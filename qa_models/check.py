"""Checks: a kind (one function with typed parameters) and an entry of the check library that uses it."""

import threading
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Annotated, Any, Generic, Literal, TypeVar, get_type_hints

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, SerializeAsAny

from callqa.keys import content_key
from callqa.messages import Title
from callqa.reasons import REASONS, Reason
from callqa.types import Conversation, Details, Evidence, Finding, Verdict
from qa_models.evidence import by_time, clauses
from qa_models.ordered import Ordered

DOUBTFUL = frozenset({Verdict.UNSURE, Verdict.NOT_ASSESSED})
"""Verdicts of a condition or exception that leave open what builds on it."""

Needs = Literal["nothing", "speech", "agent", "citizen", "both"]
"""What must be in a transcript before a kind can say anything: nothing, words, one speaker's words, both speakers'."""


class Params(Ordered):
    """Parameters of a kind."""

    def precluded(self, conversation: Conversation) -> "Draft | None":
        """The answer where there is no place in this call to look at; ``None`` where there is."""
        return None


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

    @property
    def hits(self) -> tuple[Evidence, ...]:
        """What was found; the evidence of an absence only shows where words were due."""
        decided = self.verdict in (Verdict.MET, Verdict.VIOLATED)
        return self.evidence if decided and not self.absence else ()


@dataclass(frozen=True, slots=True)
class Kind(Generic[P]):
    """One way to check a call. ``version`` rises with every change of behaviour, so that old findings are made anew."""

    name: str
    version: int
    needs: Needs | Callable[[Any], Needs]
    function: Callable[[Conversation, P], Draft]
    params: type[P]
    details: Callable[[Conversation, P], Details] | None = None
    """What is told besides of a call in which something is wrong, or may be."""


def check(
    name: str,
    *,
    version: int,
    needs: Needs | Callable[[Any], Needs] = "agent",
    details: Callable[[Conversation, P], Details] | None = None,
) -> Callable[[Callable[[Conversation, P], Draft]], Kind[P]]:
    """Make ``fn(conversation, params) -> Draft`` a kind; the annotation of ``params`` is its model.

    ``needs`` may depend on the parameters, where these name the speaker.
    """

    def decorate(function: Callable[[Conversation, P], Draft]) -> Kind[P]:
        return Kind(name, version, needs, function, get_type_hints(function)["params"], details)

    return decorate


class Help(BaseModel):
    """What a check means, for people. No part of the check's key: better words change no finding.

    Lines of examples begin with 坐席：, 市民： or 工单：, or stand in brackets: （静音12秒）.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    meaning: str = Field(min_length=1)
    good: tuple[str, ...] = ()
    bad: tuple[str, ...] = ()
    say: dict[Reason, str] = Field(default_factory=dict)
    """By reason, what the agent should have said."""
    do: dict[Reason, str] = Field(default_factory=dict)
    """By reason, what the agent should have done, where words alone would not have been right."""


class CheckSpec(BaseModel):
    """One entry of the check library."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    id: str
    kind: str
    version: int = 1
    title: Annotated[str, AfterValidator(Title)]
    """As a supervisor would say it."""
    help: Help | None = None
    params: SerializeAsAny[Params]


@dataclass(frozen=True)
class Check:
    """An entry of the library, ready to run."""

    spec: CheckSpec
    kind: Kind[Any]
    only_if: tuple["Check", ...] = ()
    """Conditions: the check applies to calls in which each of them is met."""
    unless: tuple["Check", ...] = ()
    """Exceptions: what the check finds wrong is excused where one of them is met."""

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
            "only_if": [other.describe() for other in self.only_if],
            "unless": [other.describe() for other in self.unless],
        }

    @cached_property
    def key(self) -> str:
        return content_key(self.describe())

    def __call__(self, conversation: Conversation) -> Finding:
        draft = self.answer(conversation)
        shows = not draft.absence or draft.verdict in (Verdict.VIOLATED, Verdict.UNSURE)
        return Finding(
            check_id=self.id,
            check_key=self.key,
            verdict=draft.verdict,
            reason=draft.reason,
            value=draft.value,
            evidence=tuple(draft.evidence) if shows else (),  # where nothing is missing no words were due
            confidence=draft.confidence,
            details=self.details(conversation, draft.verdict),
        )

    def details(self, conversation: Conversation, verdict: Verdict) -> Details | None:
        """What is told besides of a finding with this verdict."""
        if self.kind.details is None or verdict not in (Verdict.VIOLATED, Verdict.UNSURE):
            return None
        return self.kind.details(conversation, self.spec.params)

    def answer(self, conversation: Conversation) -> Draft:
        """The unsigned finding, worked out once for a call however many checks build on it.

        Raises ValueError for a reason that is not listed.
        """
        known = _answers.of(conversation)
        if self.key not in known:
            known[self.key] = self._judged(conversation)
        return known[self.key]

    def _judged(self, conversation: Conversation) -> Draft:
        conditions = [condition.answer(conversation) for condition in self.only_if]
        for draft in conditions:
            if draft.verdict in (Verdict.VIOLATED, Verdict.NOT_APPLICABLE):
                return Draft(Verdict.NOT_APPLICABLE, draft.reason, draft.evidence, absence=draft.absence)
        draft = self._own(conversation)
        if draft.verdict is Verdict.VIOLATED and (doubts := [d for d in conditions if d.verdict in DOUBTFUL]):
            draft = replace(doubts[0], evidence=doubts[0].evidence + draft.evidence)
        if draft.verdict is Verdict.VIOLATED and draft.absence:  # with what called for the words
            called_for = [hit for condition in conditions for hit in condition.hits]
            shown = clauses((*called_for, *draft.evidence), conversation.turns)
            draft = replace(draft, evidence=by_time(dict.fromkeys(shown)))
        return self._excused(conversation, draft)

    def _own(self, conversation: Conversation) -> Draft:
        needs = self.kind.needs(self.spec.params) if callable(self.kind.needs) else self.kind.needs
        params = self.spec.params
        draft = (
            precluded(conversation, needs) or params.precluded(conversation) or self.kind.function(conversation, params)
        )
        if draft.absence and "damaged" in conversation.transcript.flags:
            draft = Draft(Verdict.UNSURE, "damaged_recording", draft.evidence, draft.value)
        if draft.absence and any(turn.role == "unknown" for turn in conversation.turns):
            draft = Draft(Verdict.UNSURE, "somebody_spoke", draft.evidence, draft.value)  # it may have been said there
        if draft.reason not in REASONS:
            raise ValueError(f"check {self.id}: reason {draft.reason!r} is not listed in callqa/reasons.py")
        return draft

    def _excused(self, conversation: Conversation, draft: Draft) -> Draft:
        if draft.verdict not in (Verdict.VIOLATED, Verdict.UNSURE):
            return draft
        for exception in self.unless:
            excuse = exception.answer(conversation)
            if excuse.verdict is Verdict.MET:
                return Draft(Verdict.NOT_APPLICABLE, excuse.reason, excuse.evidence, absence=excuse.absence)
            if excuse.verdict in DOUBTFUL and draft.verdict is Verdict.VIOLATED:
                draft = replace(excuse, evidence=excuse.evidence + draft.evidence)
        return draft


class _Answers(threading.local):
    """What checks answered on the conversation that this thread looked at last."""

    conversation: Conversation | None = None

    def of(self, conversation: Conversation) -> dict[str, Draft]:
        if self.conversation is not conversation:
            self.conversation, self.known = conversation, dict[str, Draft]()
        return self.known


_answers = _Answers()


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
    if needs != "citizen" and "agent" not in roles:
        return Draft(Verdict.UNSURE, "no_agent_speech")
    if needs != "agent" and "citizen" not in roles:
        return Draft(Verdict.UNSURE, "no_citizen_speech")
    return None
