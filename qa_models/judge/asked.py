"""The judge that questions are put to, and the error of a question that has no answer yet."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from pydantic import BaseModel, ConfigDict

from callqa.settings import JudgeSettings
from callqa.types import JudgeAnswer
from qa_models.judge.prompt import VERSION, Question


class Judge(BaseModel):
    """A language model, as far as it decides what is asked and what comes back."""

    model_config = ConfigDict(frozen=True)

    model: str = ""
    """As its server names it; "": there is none, and no question is ever answered."""
    revision: str = ""
    """The operator's name of these weights and this server: servers do not tell reliably."""
    context: int = 8192
    """Tokens that a request and its answer may have; no part of any key but through the words that fit."""

    @classmethod
    def of(cls, settings: JudgeSettings) -> "Judge | None":
        """That of the settings; ``None`` where they name none."""
        if not settings.url:
            return None
        return cls(model=settings.model, revision=settings.revision, context=settings.context)

    def describe(self) -> dict[str, Any]:
        """What a check's key has of it: another model, revision or prompt is another check."""
        return {"model": self.model, "revision": self.revision, "prompt": VERSION}


class Unanswered(Exception):
    """A check needs answers that the conversation does not carry."""

    def __init__(self, questions: Iterable[Question]) -> None:
        super().__init__()
        self.questions = tuple(questions)


def asks(description: Mapping[str, Any] | list[Any] | Any) -> bool:
    """Whether a check, by its description, rests on a question, itself or through another one that it names."""
    if isinstance(description, Mapping):
        return description.get("kind") == "ask" or any(map(asks, description.values()))
    return isinstance(description, list | tuple) and any(map(asks, description))


def summed(key: str, answers: Sequence[JudgeAnswer]) -> JudgeAnswer:
    """An answer in place of those about the parts of a call, with what they cost together and nothing said yet."""
    return JudgeAnswer(
        key,
        problem=next((answer.problem for answer in answers if answer.problem), ""),
        fingerprint=answers[0].fingerprint,
        tokens_in=sum(answer.tokens_in for answer in answers),
        tokens_out=sum(answer.tokens_out for answer in answers),
        seconds=sum(answer.seconds for answer in answers),
    )


def answers_by_key(answers: Iterable[JudgeAnswer]) -> dict[str, JudgeAnswer]:
    return {answer.key: answer for answer in answers}
