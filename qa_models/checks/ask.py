"""A question in plain language that a language model answered beforehand: the answer is read, nobody is asked."""

import re
from collections.abc import Iterator
from typing import Any, Literal

from pydantic import Field, ValidationInfo, field_serializer, model_validator

from callqa.errors import Mistake
from callqa.types import Conversation, Turn, Verdict
from qa_models.check import Draft, check
from qa_models.judge.asked import Judge, Unanswered, answers_by_key
from qa_models.judge.prompt import Question, call_text, question_key, question_text
from qa_models.judge.turns import asked_turns, instructions, windows
from qa_models.judge.verdict import DOUBT, SURE, Terms, agreed, combined, worth
from qa_models.window import InWindow

NEGATIVE = re.compile("始终没有|始终未|从来没|从未|一直没有|是否没有|是否未|有没有不|不曾|未曾")
SPEAKERS = {"agent": "坐席", "citizen": "市民", "anybody": "任何一方"}


class AskParams(InWindow):
    ORDER = (("doubt", "sure"),)

    question: str = Field(min_length=4, max_length=300)
    """Whether something is there: 坐席有没有……"""
    definition: str = Field(default="", max_length=1000)
    """What counts, for whoever was never told."""
    applies: str = Field(default="", max_length=300)
    """To which calls the question applies; answered first."""
    good: tuple[str, ...] = Field(default=(), max_length=8)
    """Examples of what is as it should be; they count as no quotes."""
    bad: tuple[str, ...] = Field(default=(), max_length=8)
    expect: Literal["present", "absent"] = "present"
    """Whether what is asked about must be there, or must not."""
    sure: float = Field(default=SURE, gt=0, le=1)
    """Probability from which a violation stands."""
    doubt: float = Field(default=DOUBT, gt=0, le=1)
    """Probability below which nothing does."""
    samples: int = Field(default=1, ge=1, le=7)
    """How often it is asked; of a server that tells no probabilities, 3 or 5."""
    judge: Judge = Judge()
    """Of the settings, never of the file."""

    @model_validator(mode="before")
    @classmethod
    def _of_the_settings(cls, values: object, info: ValidationInfo) -> object:
        if isinstance(values, dict) and isinstance(info.context, dict):
            return values | {"judge": info.context.get("judge") or Judge()}
        return values

    @model_validator(mode="after")
    def _asks_for_presence(self) -> "AskParams":
        """Models misread negations; what must not be is asked as what is there, and turned round here."""
        if match := NEGATIVE.search(self.question):
            raise Mistake("check.question_negative", words=match[0])
        return self

    @field_serializer("judge")
    def _without_context(self, judge: Judge) -> dict[str, Any]:
        return judge.describe()

    @property
    def prompt(self) -> str:
        """The question's own words; quotes that stand only there are none."""
        return "\n".join((self.question, self.definition, self.applies, *self.good, *self.bad))


@check("ask", version=1, needs=lambda params: params.where.needs)
def check_ask(conversation: Conversation, params: AskParams) -> Draft:
    if not params.judge.model:
        raise Unanswered(())
    allowed = {turn.index for turn in params.where.turns(conversation)}
    if orders := instructions(conversation):
        return Draft(Verdict.UNSURE, "instructions_in_call", orders)
    known = answers_by_key(conversation.answers)
    asked = list(_asked(conversation, params, allowed))
    if missing := [question for _, questions in asked for question in questions if question.key not in known]:
        raise Unanswered(missing)
    terms = Terms(params.expect, params.sure, params.doubt, params.prompt, allowed)
    drafts = [
        worth(conversation, shown, agreed([known[question.key] for question in questions]), terms)
        for shown, questions in asked
    ]
    return combined(drafts, params.expect)


def _asked(
    conversation: Conversation, params: AskParams, allowed: set[int]
) -> Iterator[tuple[tuple[Turn, ...], list[Question]]]:
    """For each window that fits, its turns and the questions about it, one a sample."""
    turns = asked_turns(conversation)
    text = question_text(
        params.question,
        params.definition,
        params.applies,
        params.good,
        params.bad,
        params.expect,
        _where(params, turns, allowed),
    )
    judge = params.judge.describe()
    for shown in windows(turns, allowed, text, params.judge.context):
        call = call_text(shown)
        yield (
            shown,
            [Question(question_key(call, text, sample, judge), call, text, sample) for sample in range(params.samples)],
        )


def _where(params: AskParams, turns: tuple[Turn, ...], allowed: set[int]) -> str:
    """The turns that count, in words."""
    speaker = f"只看{SPEAKERS[params.where.role]}的话，只引用{SPEAKERS[params.where.role]}的原话。"
    role = params.where.role
    every = {turn.index for turn in turns if role in ("anybody", turn.role)}
    if every <= allowed:
        return speaker if role != "anybody" else ""
    numbers = "、".join(f"[{index}]" for index in sorted(every & allowed))
    return f"只看语段 {numbers}；{speaker}"
