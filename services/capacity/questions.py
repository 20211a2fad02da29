"""Cost of questions to a language model: tokens to read and to write, and hours, of a night of a given size."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from math import ceil
from statistics import fmean
from typing import Any

from callqa.settings import Settings
from callqa.types import JudgeAnswer
from qa_models import Check, load_checks
from qa_models.judge.asked import Judge
from qa_models.judge.claims import RULES as SUMMARY_RULES
from qa_models.judge.opinion import opinion_text
from qa_models.judge.prompt import MOST_TOKENS, RULES, question_text
from scoring import Rubric, load_rubric_set
from services.capacity.plan import HOUR, Workload
from services.judge.opinion_checks import opining_checks, refuse_unknown_opinions
from store.calls import answers
from store.db.health import as_it_is

CHARACTERS_A_MINUTE = 270.0
TURNS_A_MINUTE = 10.0
TURN_HEAD = 14  # characters before what is said in a turn: [7] 00:35 坐席：
TOKENS_A_CHARACTER = 0.65  # measured with a 1.5B model: 864 tokens for 1,320 characters
WRITTEN_TOKENS = 61.0  # of an answer, measured with that model
SUMMARY_TOKENS = 160.0  # of a summary, by the lengths that it may have
LATEST = 1000  # stored answers, and transcripts with their findings, that are looked at
UNSURE_SHARE = 41 / 880  # of findings, measured on the development calls as they were heard


@dataclass(frozen=True, slots=True)
class AskedQuestion:
    """A question, as often as it is put about a call."""

    text: str
    samples: int


@dataclass(frozen=True, slots=True)
class WantedOpinions:
    """The second opinions that are asked for where a finding is unsure."""

    texts: tuple[str, ...] = ()
    """A question for each check."""
    share: float = UNSURE_SHARE
    """Of these checks' findings that are unsure, 0 to 1."""

    @property
    def expected(self) -> float:
        """Opinions about a call."""
        return len(self.texts) * self.share


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
    opinions: float = 0.0
    """Second opinions about a call, as many as findings are unsure."""
    summaries: int = 0
    """Of a call: one where the model writes them, which no other question's prefix serves."""


def question_cost(settings: Settings, workload: Workload) -> QuestionCost | None:
    """Of the settings' checks; ``None`` without a language model or a question. Raises `ConfigError`, `StoreError`."""
    judge = settings.judge
    if not judge.url:
        return None
    library = load_checks(*settings.checks, judge=Judge.of(judge))
    rubrics = [entry.rubric for entry in load_rubric_set(settings.rubrics, library)]
    refuse_unknown_opinions(judge.second_opinions, rubrics, library)
    questions, doubtful = asked_questions(rubrics, library), _doubtful(judge.second_opinions, rubrics, library)
    if not questions and not doubtful and not judge.summaries:
        return None
    with as_it_is(settings.database) as c:
        known = answers.last_answers(c, LATEST) if c else ()
        share = answers.unsure_share(c, [check.key for check in doubtful], LATEST) if c else None
    wanted = WantedOpinions(tuple(map(opinion_text, doubtful)), UNSURE_SHARE if share is None else share)
    return cost(workload, questions, known, judge.requests, judge.context, wanted, int(judge.summaries))


def asked_questions(rubrics: Sequence[Rubric], library: Mapping[str, Check]) -> tuple[AskedQuestion, ...]:
    """The questions that the checks of a rubric put about a call; of several rubrics, those of the one with most."""
    of_rubrics = []
    for rubric in rubrics:
        checks = (library[check_id].describe() for check_id in rubric.check_ids)
        of_rubrics.append(tuple(dict.fromkeys(question for check in checks for question in _questions(check))))
    return max(of_rubrics, key=lambda questions: sum(question.samples for question in questions), default=())


def _doubtful(names: Sequence[str], rubrics: Sequence[Rubric], library: Mapping[str, Check]) -> tuple[Check, ...]:
    """The checks that get a second opinion; of several rubrics, those of the one with most."""
    of_rubrics = (
        opining_checks(names, rubric, {check_id: library[check_id] for check_id in rubric.check_ids})
        for rubric in rubrics
    )
    return max(of_rubrics, key=len, default=())


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
    workload: Workload,
    questions: Sequence[AskedQuestion],
    known: Sequence[JudgeAnswer],
    requests: int,
    context: int,
    wanted: WantedOpinions = WantedOpinions(),  # frozen
    summaries: int = 0,
) -> QuestionCost:
    """``known``: stored answers; ``requests``: calls at once; ``context``: tokens that a request may have;
    ``summaries``: of a call."""
    n = sum(question.samples for question in questions)
    wording = mean(len(question.text) for question in questions) * TOKENS_A_CHARACTER
    wording_of_opinion = mean(map(len, wanted.texts)) * TOKENS_A_CHARACTER
    rules = len(RULES) * TOKENS_A_CHARACTER
    call = workload.minutes * (CHARACTERS_A_MINUTE + TURNS_A_MINUTE * TURN_HEAD) * TOKENS_A_CHARACTER
    counted = [answer for answer in known if answer.tokens_in]
    windows = ceil(call / max(context - MOST_TOKENS - rules - max(wording, wording_of_opinion), 1.0))
    read_for_summary = summaries * (call + windows * len(SUMMARY_RULES) * TOKENS_A_CHARACTER)
    read, read_for_opinion = call + windows * (rules + wording), call + windows * (rules + wording_of_opinion)
    if counted:
        windows, read = 1, fmean(answer.tokens_in for answer in counted)
        read_for_opinion = read
    written = fmean(answer.tokens_out for answer in counted) if counted else windows * WRITTEN_TOKENS
    seconds = [answer.seconds for answer in known if answer.seconds]
    asked = n + wanted.expected + summaries
    cached = _cached(n, read, windows * wording) + _cached(
        wanted.expected, read_for_opinion, windows * wording_of_opinion
    )
    return QuestionCost(
        questions=n,
        measured=len(counted),
        tokens_in=workload.calls * (n * read + wanted.expected * read_for_opinion + read_for_summary),
        tokens_in_cached=workload.calls * (cached + read_for_summary),
        tokens_out=workload.calls * ((n + wanted.expected) * written + summaries * SUMMARY_TOKENS),
        hours=workload.calls * asked * fmean(seconds) / requests / HOUR if seconds else None,
        opinions=wanted.expected,
        summaries=summaries,
    )


def _cached(n: float, read: float, wording: float) -> float:
    """Tokens about a call with a prefix cache: all of the first question, and the words of the others. Fewer than one:
    some calls have none."""
    return min(n, 1.0) * read + max(n - 1.0, 0.0) * wording


def mean(values: Iterable[float]) -> float:
    """0 of nothing."""
    listed = list(values)
    return fmean(listed) if listed else 0.0
