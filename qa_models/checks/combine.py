"""Checks made of checks: all, any, at least so many, not.

Doubt stays doubt: an unsure part makes the whole unsure unless the other parts decide it. Parts that do not apply are
left out, and cannot be asked for; when none applies, the whole does not.
"""

from collections.abc import Iterable

from pydantic import Field, model_validator

from callqa.errors import Mistake
from callqa.reasons import Reason
from callqa.types import Conversation, Evidence, Verdict
from qa_models.check import DOUBTFUL, Draft, Params, check
from qa_models.reference import Reference


class Parts(Params):
    of: tuple[Reference, ...] = Field(min_length=1)
    met: Reason | None = None
    """The reason to give; without it, that of the part that decided."""
    violated: Reason | None = None


class AllParams(Parts):
    nothing: Reason | None = None
    """The reason when not one of several parts is met; without it, as ``violated``."""


class AtLeastParams(Parts):
    n: int = Field(ge=1)

    @model_validator(mode="after")
    def _reachable(self) -> "AtLeastParams":
        if self.n > len(self.of):
            raise Mistake("check.n_above_parts", n=self.n, parts=len(self.of))
        return self


class NotParams(Params):
    of: Reference
    met: Reason | None = None
    violated: Reason | None = None


@check("all", version=3, needs="nothing")
def check_all(conversation: Conversation, params: AllParams) -> Draft:
    parts = _answers(conversation, params.of)
    draft = _decided(parts, len(parts.applying), params)
    undecided = parts.met or parts.unsure
    if draft.verdict is Verdict.VIOLATED and params.nothing and not undecided and len(parts.violated) > 1:
        return _with(draft, params.nothing)
    return draft


@check("any", version=2, needs="nothing")
def check_any(conversation: Conversation, params: Parts) -> Draft:
    return _decided(_answers(conversation, params.of), 1, params)


@check("at_least", version=2, needs="nothing")
def check_at_least(conversation: Conversation, params: AtLeastParams) -> Draft:
    parts = _answers(conversation, params.of)
    return _decided(parts, min(params.n, len(parts.applying)), params)


@check("not", version=1, needs="nothing")
def check_not(conversation: Conversation, params: NotParams) -> Draft:
    draft = params.of.answer(conversation)
    if draft.verdict is Verdict.MET:
        return _with(draft, params.violated, Verdict.VIOLATED)
    if draft.verdict is Verdict.VIOLATED:
        return _with(draft, params.met, Verdict.MET)
    return draft


class _Answers:
    """What the parts say, by verdict."""

    def __init__(self, drafts: Iterable[Draft]) -> None:
        self.applying = [draft for draft in drafts if draft.verdict is not Verdict.NOT_APPLICABLE]
        self.met = [draft for draft in self.applying if draft.verdict is Verdict.MET]
        self.violated = [draft for draft in self.applying if draft.verdict is Verdict.VIOLATED]
        self.unsure = [draft for draft in self.applying if draft.verdict in DOUBTFUL]


def _answers(conversation: Conversation, of: tuple[Reference, ...]) -> _Answers:
    return _Answers(part.answer(conversation) for part in of)


def _decided(parts: _Answers, n: int, params: Parts) -> Draft:
    if not parts.applying:
        return Draft(Verdict.NOT_APPLICABLE, "condition_not_met")
    if len(parts.met) >= n:
        return _joined(Verdict.MET, parts.met, params.met)
    if len(parts.met) + len(parts.unsure) >= n:
        doubts = [draft for draft in parts.unsure if draft.verdict is Verdict.UNSURE]
        return _joined(doubts[0].verdict, doubts, None) if doubts else _joined(Verdict.NOT_ASSESSED, parts.unsure, None)
    return _joined(Verdict.VIOLATED, parts.violated, params.violated)


def _joined(verdict: Verdict, drafts: list[Draft], reason: str | None) -> Draft:
    # Where nothing was found, one window is enough to show where was looked.
    shown = [draft for n, draft in enumerate(drafts) if n == 0 or not draft.absence]
    evidence = tuple(dict.fromkeys(e for draft in shown for e in draft.evidence))
    return Draft(
        verdict,
        reason or drafts[0].reason,
        tuple(sorted(evidence, key=_place)),
        drafts[0].value,
        min((draft.confidence for draft in drafts if draft.confidence is not None), default=None),
        absence=any(draft.absence for draft in drafts),
    )


def _place(evidence: Evidence) -> tuple[int, int]:
    return (-1 if evidence.turn_index is None else evidence.turn_index, evidence.char_start)


def _with(draft: Draft, reason: str | None, verdict: Verdict | None = None) -> Draft:
    return Draft(
        verdict or draft.verdict,
        reason or draft.reason,
        draft.evidence,
        draft.value,
        draft.confidence,
        draft.absence,
    )
