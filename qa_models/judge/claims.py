"""A summary by a language model: what it is asked to write of a call, and which of its claims stand.

It reads masked words and no ticket. A claim stands on words of the call that are quoted with it; everything else is
struck, and the summary without a model takes its place.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Any

from callqa.keys import content_key
from callqa.numerals import NUMERALS, exact_digits
from callqa.personal import MASK
from callqa.types import Conversation, JudgeAnswer, JudgeClaim, Role, Ticket, Turn
from qa_models.evidence import quote as evidence_at
from qa_models.judge.asked import Judge, summed
from qa_models.judge.prompt import CALL_RULES, LONGEST_QUOTE, Question, call_text, sampling
from qa_models.judge.quotes import find_quote, in_sounds
from qa_models.judge.turns import asked_turns, windows
from qa_models.personal.spans import personal_in

VERSION = 1
"""Rises with every change of the words and rules below; summaries are asked for anew then."""
MOST_CLAIMS, LONGEST_CLAIM = 2, 24
"""Of a line, and characters of each: two of them fill it."""

RULES = f"""\
你是政务服务热线的记录员。下面先给出一通电话的文字记录，再请你写出它的摘要。请遵守：
{CALL_RULES}
3. wanted 写市民要什么，依据市民的话；\
outcome 写坐席怎样办理、答应了什么，依据坐席的话。各不超过 {MOST_CLAIMS} 条，没有就留空。
4. 每条依次填写：turn（方括号里的语段号）；quote（这条所依据的原话，从该语段逐字抄录，不少于 4 个字）；\
claim（不超过 {LONGEST_CLAIM} 个字的陈述，沿用原话里的说法）。
5. 不写姓名、电话、地址；数字只写所引原话里有的；不评价任何人，不补充记录里没有的内容。
6. 只输出一个 JSON 对象，不要输出其他文字。"""
TASK = "请写出这通电话的摘要。"

_CLAIMS = {
    "type": "array",
    "maxItems": MOST_CLAIMS,
    "items": {
        "type": "object",
        "properties": {
            "turn": {"type": "integer"},
            "quote": {"type": "string", "maxLength": LONGEST_QUOTE},
            "claim": {"type": "string", "maxLength": LONGEST_CLAIM},
        },
        "required": ["turn", "quote", "claim"],
        "additionalProperties": False,
    },
}
SCHEMA: Mapping[str, Any] = {
    "type": "object",
    "properties": {"wanted": _CLAIMS, "outcome": _CLAIMS},
    "required": ["wanted", "outcome"],
    "additionalProperties": False,
}
OTHERS: Mapping[str, Role] = {"wanted": "agent", "outcome": "citizen"}
"""Whose words bear out nothing, by line."""
NUMBER = re.compile(f"[{NUMERALS}]+")
NO_NUMBERS = ("一", "1")
"""一直, 统一."""


@dataclass(frozen=True, slots=True)
class SummaryQuestion(Question):
    """The request for a summary of a call, or of a part of it that fits."""

    @property
    def rules(self) -> str:
        return RULES

    @property
    def schema(self) -> Mapping[str, Any]:
        return SCHEMA


def summary_key(judge: Judge) -> str:
    """Key of the answer about one transcript: another prompt or model is asked anew."""
    return content_key(_content(judge))


def _content(judge: Judge) -> dict[str, Any]:
    return {
        "summary": VERSION,
        "rules": RULES,
        "task": TASK,
        "schema": dict(SCHEMA),
        "parameters": sampling(0),
        "judge": judge.describe(),
    }


def summary_questions(conversation: Conversation, judge: Judge) -> tuple[SummaryQuestion, ...]:
    """One about each part of the call that fits."""
    turns = asked_turns(conversation)
    calls = map(call_text, windows(turns, {turn.index for turn in turns}, TASK, judge.context, RULES))
    return tuple(SummaryQuestion(content_key(_content(judge) | {"call": call}), call, TASK) for call in calls)


def checked(conversation: Conversation, key: str, answers: Sequence[JudgeAnswer]) -> JudgeAnswer:
    """One answer of those about the parts of a call, each claim with its place where it stands."""
    turns, ticket = asked_turns(conversation), conversation.call.ticket or Ticket()
    claims = (claim for answer in answers for claim in answer.claims)
    return replace(summed(key, answers), claims=tuple(_checked(conversation, turns, ticket, claim) for claim in claims))


def standing_claims(answer: JudgeAnswer) -> tuple[JudgeClaim, ...]:
    """Those that stand, without those that say the same."""
    if answer.problem:
        return ()
    return tuple({(claim.line, claim.text): claim for claim in answer.claims if claim.place}.values())


def _checked(conversation: Conversation, turns: Iterable[Turn], ticket: Ticket, claim: JudgeClaim) -> JudgeClaim:
    """The claim with its place: words of the right speaker, which it has something in common with, and all of its
    numbers. Names and addresses are the ticket's to tell."""
    speakers = [turn for turn in turns if turn.role != OTHERS[claim.line]]
    where = find_quote(claim.quote, speakers, RULES + TASK)
    if where is None or MASK in claim.text or personal_in(claim.text, ticket):
        return claim
    turn, start, end = where
    akin = _sound_pairs(claim.text) & _sound_pairs(turn.text)
    if not akin or not _numbers(claim.text) <= _numbers(turn.text[start:end]):
        return claim
    return replace(claim, place=evidence_at(conversation.turns[turn.index], start, end))


def _sound_pairs(text: str) -> set[tuple[str, str]]:
    return set(pairwise(in_sounds(text)))


def _numbers(text: str) -> set[str]:
    runs = (match[0] for match in NUMBER.finditer(text))
    return {exact_digits(run) or run for run in runs if run not in NO_NUMBERS}
