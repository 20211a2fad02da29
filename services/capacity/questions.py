"""Cost of questions to a language model: tokens to read and to write, and hours, of a night of a given size."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from math import ceil
from statistics import fmean
from typing import Any

from callqa.settings import Settings
from callqa.types import JudgeAnswer
from qa_models import load_checks
from qa_models.judge.asked import Judge
from qa_models.judge.prompt import MOST_TOKENS, RULES, question_text
from scoring import load_rubric_set
from services.capacity.plan import HOUR, Workload
from store.calls import answers
from store.db.health import as_it_is

CHARACTERS_A_MINUTE = 270.0
TURNS_A_MINUTE = 10.0
TURN_HEAD = 14  # characters before what is said in a turn: [7] 00:35 坐席：
TOKENS_A_CHARACTER = 0.65  # measured with a 1.5B model: 864 tokens for 1,320 characters
WRITTEN_TOKENS = 61.0  # of an answer, measured with that model
LATEST = 1000  # stored answers that are looked at


@dataclass(frozen=True, slots=True)
class AskedQuestion:
    """A question, as often as it is put about a call."""

    text: str
    samples: int


@dataclass(frozen=True, slots=True)
class QuestionCost:
    """What the questions of a night cost, at most: a check's conditions may let some through only for some calls."""

    questions: int
    """About a call, samples counted."""
    measured: int
    """Stored answers that the figures rest on; 0: they are estimated by the lengths of calls and questions."""
    tokens_in: float
    """To read, of a night, by a server that reads everything each time."""
    tokens_in_cached: float
    """By a server with a prefix cache, which reads a call once."""
    tokens_out: float
    """To write."""
    hours: float | None
    """With ``judge.requests`` calls at once, as long as stored answers took; ``None`` before there are some."""


def question_cost(settings: Settings, workload: Workload) -> QuestionCost | None:
    """Of the settings' checks; ``None`` without a language model or a question. Raises `ConfigError`, `StoreError`."""
    if not settings.judge.url or not (questions := asked_questions(settings)):
        return None
    with as_it_is(settings.database) as c:
        known = answers.last_answers(c, LATEST) if c else ()
    return cost(workload, questions, known, settings.judge.requests, settings.judge.context)


def asked_questions(settings: Settings) -> tuple[AskedQuestion, ...]:
    """The questions that the checks of a rubric put about a call; of several rubrics, those of the one with most."""
    library = load_checks(settings.checks, judge=Judge.of(settings.judge))
    of_rubrics = []
    for entry in load_rubric_set(settings.rubrics, library):
        checks = (library[check_id].describe() for check_id in entry.rubric.check_ids)
        of_rubrics.append(tuple(dict.fromkeys(question for check in checks for question in _questions(check))))
    return max(of_rubrics, key=lambda questions: sum(question.samples for question in questions), default=())


def _questions(description: Any) -> Iterator[AskedQuestion]:
    """Of a check by its description, and of the checks that it names."""
    if isinstance(description, Mapping):
        if description.get("kind") == "ask":
            yield _question(**description["params"])
        for value in description.values():
            yield from _questions(value)
    elif isinstance(description, list | tuple):
        for value in description:
            yield from _questions(value)


def _question(
    *,
    question: str,
    definition: str,
    applies: str,
    good: Sequence[str],
    bad: Sequence[str],
    expect: str,
    samples: int,
    **_others: Any,
) -> AskedQuestion:
    return AskedQuestion(question_text(question, definition, applies, good, bad, expect, where=""), samples)


def cost(
    workload: Workload, questions: Sequence[AskedQuestion], known: Sequence[JudgeAnswer], requests: int, context: int
) -> QuestionCost:
    """``known``: stored answers; ``requests``: calls at once; ``context``: tokens that a request may have."""
    n = sum(question.samples for question in questions)
    wording = fmean(len(question.text) for question in questions) * TOKENS_A_CHARACTER
    rules = len(RULES) * TOKENS_A_CHARACTER
    call = workload.minutes * (CHARACTERS_A_MINUTE + TURNS_A_MINUTE * TURN_HEAD) * TOKENS_A_CHARACTER
    counted = [answer for answer in known if answer.tokens_in]
    windows = ceil(call / max(context - MOST_TOKENS - rules - wording, 1.0))
    read = call + windows * (rules + wording)
    if counted:
        windows, read = 1, fmean(answer.tokens_in for answer in counted)
    written = fmean(answer.tokens_out for answer in counted) if counted else windows * WRITTEN_TOKENS
    seconds = [answer.seconds for answer in known if answer.seconds]
    return QuestionCost(
        questions=n,
        measured=len(counted),
        tokens_in=workload.calls * n * read,
        tokens_in_cached=workload.calls * (read + (n - 1) * windows * wording),
        tokens_out=workload.calls * n * written,
        hours=workload.calls * n * fmean(seconds) / requests / HOUR if seconds else None,
    )
