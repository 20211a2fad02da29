"""The answers of a language model: read, validated again, and refused where there is nothing usable in them.

An answer that was cut off, that only thinks, that is empty, or whose prompt was silently shortened is none.
"""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from math import exp
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from callqa.types import JudgeAnswer, JudgeClaim, JudgeQuote, Verdict
from qa_models.judge.claims import LONGEST_CLAIM, MOST_CLAIMS, SummaryQuestion
from qa_models.judge.prompt import LONGEST_QUOTE, MOST_QUOTES, Question

LEAST_TOKENS_A_CHARACTER = 0.3
"""Of a prompt; with fewer, the server did not read all of it."""
LEAST_MASS = 0.05
"""Of the verdicts together; with less, the model wanted to say something else and the grammar did not let it."""
VERDICTS = ("MET", "VIOLATED", "NOT_APPLICABLE", "UNSURE")


class Unusable(Exception):
    """An answer in which there is nothing usable; ``reason`` is a slug."""

    def __init__(self, reason: str, completion: "Completion | None" = None) -> None:
        super().__init__(reason)
        self.reason, self.completion = reason, completion


class _Quote(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True)

    turn: int
    text: str = Field(max_length=4 * LONGEST_QUOTE)


class Written(BaseModel):
    """The JSON that a model writes, as `qa_models.judge.prompt.SCHEMA` wants it."""

    model_config = ConfigDict(extra="forbid", strict=True)

    applies: bool
    quotes: list[_Quote] = Field(max_length=4 * MOST_QUOTES)
    reason: str = Field(max_length=400)
    verdict: Literal["MET", "VIOLATED", "NOT_APPLICABLE", "UNSURE"]


class _Claim(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True)

    turn: int
    quote: str = Field(max_length=4 * LONGEST_QUOTE)
    claim: str = Field(max_length=4 * LONGEST_CLAIM)


class WrittenSummary(BaseModel):
    """Likewise, as `qa_models.judge.claims.SCHEMA` wants it."""

    model_config = ConfigDict(extra="forbid", strict=True)

    wanted: list[_Claim] = Field(max_length=4 * MOST_CLAIMS)
    outcome: list[_Claim] = Field(max_length=4 * MOST_CLAIMS)


class Token(BaseModel):
    token: str
    logprob: float
    top_logprobs: list["Token"] = []


class _Tokens(BaseModel):
    content: list[Token] | None = None


class _Message(BaseModel):
    content: str | None = None
    reasoning_content: str | None = None
    reasoning: str | None = None


class _Choice(BaseModel):
    message: _Message
    finish_reason: str | None = None
    logprobs: _Tokens | None = None


class Usage(BaseModel):
    prompt_tokens: int = 0
    completion_tokens: int = 0


class Completion(BaseModel):
    """What a server answers."""

    choices: list[_Choice] = Field(min_length=1)
    usage: Usage | None = None
    model: str | None = None
    system_fingerprint: str | None = None

    @property
    def tokens(self) -> Sequence[Token]:
        logprobs = self.choices[0].logprobs
        return (logprobs.content or ()) if logprobs else ()


def read_answer(question: Question, completion: Completion) -> JudgeAnswer:
    """Raises `Unusable`."""
    content, usage = _content(question, completion), completion.usage or Usage()
    try:
        if isinstance(question, SummaryQuestion):
            answer = _summary(question, WrittenSummary.model_validate_json(content))
        else:
            answer = _verdict(question, Written.model_validate_json(content), completion)
    except ValidationError:
        raise Unusable("no_answer", completion) from None
    return replace(
        answer,
        fingerprint=" ".join(filter(None, (completion.model, completion.system_fingerprint)))[:200],
        tokens_in=usage.prompt_tokens,
        tokens_out=usage.completion_tokens,
    )


def _content(question: Question, completion: Completion) -> str:
    """The text that ought to be JSON. Raises `Unusable`."""
    choice, usage = completion.choices[0], completion.usage or Usage()
    if completion.usage and usage.prompt_tokens < LEAST_TOKENS_A_CHARACTER * question.n_characters:
        raise Unusable("prompt_cut", completion)
    content = (choice.message.content or "").strip()
    if choice.finish_reason not in (None, "stop"):
        raise Unusable("cut_off", completion)
    if not content:
        thought = choice.message.reasoning_content or choice.message.reasoning
        raise Unusable("only_thoughts" if thought else "empty", completion)
    if "<think>" in content:
        raise Unusable("only_thoughts", completion)
    return content


def _summary(question: Question, written: WrittenSummary) -> JudgeAnswer:
    return JudgeAnswer(question.key, claims=(*_claims("wanted", written.wanted), *_claims("outcome", written.outcome)))


def _claims(line: Literal["wanted", "outcome"], written: Sequence[_Claim]) -> Iterator[JudgeClaim]:
    for claim in written[:MOST_CLAIMS]:
        text = " ".join(claim.claim.split()).strip("，,。；; ")
        yield JudgeClaim(line, text, JudgeQuote(claim.turn, claim.quote[:LONGEST_QUOTE]))


def _verdict(question: Question, written: Written, completion: Completion) -> JudgeAnswer:
    return JudgeAnswer(
        question.key,
        written.applies,
        tuple(JudgeQuote(quote.turn, quote.text[:LONGEST_QUOTE]) for quote in written.quotes[:MOST_QUOTES]),
        written.reason[:100],
        Verdict(written.verdict.lower()),
        probability(completion.tokens, written.verdict),
    )


def probability(tokens: Sequence[Token], verdict: str) -> float | None:
    """Of the verdict, among the four there are, at the token with which it begins; ``None`` where nobody tells.

    The place is looked for in the tokens' own text, which may begin with a fence that the content lacks. Servers take
    probabilities before the grammar, so those of other words are left out and the rest is made to add up to 1.
    """
    text = "".join(token.token for token in tokens)
    if (at := text.rfind('"verdict"')) < 0 or (start := text.find(verdict, at + len('"verdict"'))) < 0:
        return None
    end = 0
    for token in tokens:
        begin, end = end, end + len(token.token)
        if end > start:
            return _share(token, token.token[: start - begin], verdict)
    return None


def _share(token: Token, before: str, verdict: str) -> float | None:
    masses = dict.fromkeys(VERDICTS, 0.0)
    for other in {other.token: other for other in (token, *token.top_logprobs)}.values():
        word = other.token.removeprefix(before).strip('"')
        if not other.token.startswith(before) or not word:
            continue
        begun = [name for name in VERDICTS if name.startswith(word) or word.startswith(name)]
        for name in begun:
            masses[name] += exp(other.logprob) / len(begun)
    total = sum(masses.values())
    return masses[verdict] / total if total >= LEAST_MASS else None
