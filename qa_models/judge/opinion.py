"""A second opinion: what a language model is asked about a finding that is unsure, and what its answer is worth.

It decides nothing. A person who has to decide sees it beside the finding, with the words of the call that bear it out.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from callqa.keys import content_key
from callqa.types import Conversation, Evidence, JudgeAnswer, Opinion, Verdict
from qa_models.check import Check, Help
from qa_models.judge.asked import Judge, asks, summed
from qa_models.judge.prompt import RULES, SCHEMA, Question, call_text, question_key
from qa_models.judge.quotes import verified
from qa_models.judge.turns import asked_turns, windows
from qa_models.judge.verdict import DOUBT, SURE, is_clear

VERSION = 1
"""Rises with every change of the question's words below; opinions are asked for anew then."""
BEYOND_WORDS = frozenset(
    {
        "category",
        "hangup",
        "interruption",
        "loudness",
        "metadata",
        "pickup",
        "request_type",
        "response_time",
        "silence",
        "speech_rate",
        "ticket_facts",
    }
)
"""Kinds of checks that measure sound or time, or read the ticket: of these a model, which only reads words, knows
nothing."""
NOBODY_KNOWN = frozenset({"no_speech", "roles_unknown", "no_agent_speech", "no_citizen_speech"})
"""Reasons of findings that are unsure because nobody knows who said what; there a model would guess, too."""
INSTRUCTIONS = "instructions_in_call"
"""Problem of an opinion that nobody was asked for, because somebody in the call gives a model orders."""
EXPECTED = (
    "坐席做到了这项要求，答 MET；没有做到，答 VIOLATED，并抄录坐席的原话（没有做到的，抄录本应这样做之处坐席的原话）；"
    "通话中没有需要这样做的情形，答 NOT_APPLICABLE；记录不足以判断，答 UNSURE。"
)


def words_decide(check: Check) -> bool:
    """Whether a model that reads the call could say what the check says. One that rests on a question has its answer
    already."""
    description = check.describe()
    return not asks(description) and not _kinds(description) & BEYOND_WORDS


def _kinds(description: Any) -> set[str]:
    """Kinds of a check, by its description, and of those it is made of; not of its conditions and exceptions."""
    if isinstance(description, Mapping):
        kind = {str(description["kind"])} if "kind" in description else set()
        parts = description["params"] if "params" in description else list(description.values())
        return kind | _kinds(parts)
    if isinstance(description, list | tuple):
        return set[str]().union(*map(_kinds, description))
    return set()


def opinion_key(check: Check, judge: Judge) -> str:
    """Key of the answer about one transcript: another check, wording, prompt or model is asked anew."""
    content = {
        "second_opinion": VERSION,
        "check": check.key,
        "question": opinion_text(check),
        "rules": RULES,
        "schema": dict(SCHEMA),
        "judge": judge.describe(),
    }
    return content_key(content)


def opinion_text(check: Check) -> str:
    """The question, as it is put after the call: the check as people are told what it means."""
    title, explained = check.spec.title, check.spec.help or Help(meaning=check.spec.title)
    return "\n".join(
        (
            f"检查项目：{title}",
            f"要求：{explained.meaning}",
            EXPECTED,
            *(f"符合要求的例子（不在通话中）：{example}" for example in explained.good),
            *(f"不符合要求的例子（不在通话中）：{example}" for example in explained.bad),
        )
    )


def opinion_questions(check: Check, conversation: Conversation, judge: Judge) -> tuple[Question, ...]:
    """One question about each part of the call that fits."""
    text, turns = opinion_text(check), asked_turns(conversation)
    calls = map(call_text, windows(turns, {turn.index for turn in turns}, text, judge.context))
    return tuple(Question(question_key(call, text, 0, judge.describe()), call, text) for call in calls)


def merged(key: str, answers: Sequence[JudgeAnswer]) -> JudgeAnswer:
    """One answer of those about the parts of a call: unsure where they contradict each other, or one is unsure."""
    applying = [answer for answer in answers if answer.applies and answer.verdict is not Verdict.NOT_APPLICABLE]
    verdicts = {answer.verdict for answer in applying}
    chosen = applying or list(answers)
    confidences = [answer.confidence for answer in chosen if answer.confidence is not None]
    return replace(
        summed(key, answers),
        applies=bool(applying),
        quotes=tuple(quote for answer in chosen for quote in answer.quotes),
        reason=chosen[0].reason,
        verdict=Verdict.NOT_APPLICABLE if not applying else verdicts.pop() if len(verdicts) == 1 else Verdict.UNSURE,
        confidence=min(confidences, default=None),
    )


def read_opinion(check: Check, conversation: Conversation, answer: JudgeAnswer) -> Opinion | None:
    """The opinion behind an answer; ``None`` where it is none: unusable, unsure, or an accusation without the agent's
    own words, clearly heard."""
    verdict = answer.verdict if answer.applies else Verdict.NOT_APPLICABLE
    if answer.problem or verdict not in (Verdict.MET, Verdict.VIOLATED, Verdict.NOT_APPLICABLE):
        return None
    accuses = verdict is Verdict.VIOLATED
    if answer.confidence is not None and answer.confidence < (SURE if accuses else DOUBT):
        return None
    evidence = verified(conversation, asked_turns(conversation), answer.quotes, opinion_text(check))
    if accuses and not any(_of_agent(conversation, place) and is_clear(conversation, place) for place in evidence):
        return None
    return Opinion(verdict, answer.reason, evidence, answer.confidence)


def _of_agent(conversation: Conversation, place: Evidence) -> bool:
    return place.turn_index is not None and conversation.turns[place.turn_index].role == "agent"
