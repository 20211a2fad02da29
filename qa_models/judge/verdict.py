"""The worth of an answer: a verdict with checked quotes, or doubt. What cannot be verified costs nobody a point."""

from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from typing import Literal

from callqa.types import Conversation, Evidence, JudgeAnswer, Turn, Verdict
from qa_models.check import Draft
from qa_models.dialogue import well_recognised
from qa_models.evidence import whole
from qa_models.judge.quotes import verified

Expect = Literal["present", "absent"]
SURE, DOUBT = 0.8, 0.5
"""Probability from which a violation stands, and below which nothing does, where nobody says otherwise."""
REASONS = {Verdict.MET: "question_met", Verdict.VIOLATED: "question_violated"}


@dataclass(frozen=True, slots=True)
class Terms:
    """On which terms an answer counts."""

    expect: Expect
    sure: float
    doubt: float
    prompt: str
    """The question's own words, which are no quotes."""
    allowed: Collection[int]
    """Indices of the turns that may be quoted: of the right speaker, in the window."""


def agreed(samples: Sequence[JudgeAnswer]) -> JudgeAnswer:
    """One answer of several samples: what most of them say, with their agreement where the server tells no probability.

    Samples that cannot be read agree with nothing; a tie is doubt.
    """
    usable = [answer for answer in samples if not answer.problem]
    if not usable:
        return samples[0]
    counted = Counter(_verdict(answer) for answer in usable).most_common(2)
    verdict, n = counted[0]
    share = n / len(samples)
    chosen = next(answer for answer in usable if _verdict(answer) is verdict)
    if len(counted) > 1 and counted[1][1] == n:
        return replace(chosen, applies=True, verdict=Verdict.UNSURE, confidence=share)
    if len(samples) == 1:
        return chosen
    return replace(chosen, confidence=share if chosen.confidence is None else min(share, chosen.confidence))


def worth(conversation: Conversation, shown: Sequence[Turn], answer: JudgeAnswer, terms: Terms) -> Draft:
    """What one answer about the turns ``shown`` says of the call."""
    if answer.problem:
        return Draft(Verdict.ERROR, "answer_unusable")
    verdict = _verdict(answer)
    if verdict is Verdict.NOT_APPLICABLE:
        return Draft(verdict, "question_not_applicable", confidence=answer.confidence)
    turns = [turn for turn in shown if turn.index in terms.allowed]
    evidence = verified(conversation, turns, answer.quotes, terms.prompt)
    if verdict is Verdict.UNSURE:
        return Draft(verdict, "judge_unsure", evidence, confidence=answer.confidence)
    accused = verdict is Verdict.VIOLATED
    doubtful = answer.confidence is not None and answer.confidence < (terms.sure if accused else terms.doubt)
    if accused and not evidence:
        return Draft(Verdict.UNSURE, "quote_not_found", confidence=answer.confidence)
    if doubtful:
        return Draft(Verdict.UNSURE, "judge_doubtful", evidence, confidence=answer.confidence)
    if accused and not any(is_clear(conversation, place) for place in evidence):
        return Draft(Verdict.UNSURE, "unclear_speech", evidence, confidence=answer.confidence)
    missed = accused == (terms.expect == "present")
    if not evidence:
        evidence = whole(turn for turn in conversation.turns if turn.index in terms.allowed)[:1]
    return Draft(verdict, REASONS[verdict], evidence, confidence=answer.confidence, absence=missed)


def combined(drafts: Sequence[Draft], expect: Expect) -> Draft:
    """What the windows of one call say together: a duty is done in one of them, a prohibition broken in one.

    Doubt stays doubt.
    """
    wins, loses = (Verdict.MET, Verdict.VIOLATED) if expect == "present" else (Verdict.VIOLATED, Verdict.MET)
    for verdict in (wins, Verdict.ERROR, Verdict.UNSURE, loses, Verdict.NOT_APPLICABLE):
        if alike := [draft for draft in drafts if draft.verdict is verdict]:
            evidence = tuple(dict.fromkeys(place for draft in alike for place in draft.evidence))
            return replace(alike[0], evidence=evidence)
    return Draft(Verdict.NOT_APPLICABLE, "condition_not_met")


def _verdict(answer: JudgeAnswer) -> Verdict:
    """Whether the question applies was answered first, and counts first."""
    return answer.verdict if answer.applies else Verdict.NOT_APPLICABLE


def is_clear(conversation: Conversation, place: Evidence) -> bool:
    """Whether the turn that is quoted was heard well."""
    return place.turn_index is not None and well_recognised(conversation.turns[place.turn_index])
