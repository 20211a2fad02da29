"""A server with OpenAI's ``POST /v1/chat/completions``: vLLM, SGLang, llama.cpp, Ollama, LM Studio, Xinference.

Nothing it says is trusted: an answer is validated again, and one that was cut off, that only thinks, that is empty, or
whose prompt was silently shortened is none.
"""

import socket
import time
from collections.abc import Mapping, Sequence
from dataclasses import replace
from math import exp
from typing import Any, Literal, Self

import httpx
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from callqa.errors import ConfigError
from callqa.retry import retry_after
from callqa.settings import JudgeSettings
from callqa.settings.judge import is_public
from callqa.types import JudgeAnswer, JudgeQuote, Seconds, Verdict
from qa_models.judge.prompt import LONGEST_QUOTE, MOST_QUOTES, SCHEMA, Question

PATH = "/chat/completions"
PAUSES: tuple[Seconds, ...] = (1.0, 5.0)  # before the second and the third try
LONGEST_PAUSE: Seconds = 30.0  # whatever Retry-After says
BUSY = (429, 503)
REFUSED = (400, 413, 415, 422)  # statuses about this one request
LEAST_TOKENS_A_CHARACTER = 0.3
"""Of a prompt; with fewer, the server did not read all of it."""
LEAST_MASS = 0.05
"""Of the verdicts together; with less, the model wanted to say something else and the grammar did not let it."""
VERDICTS = ("MET", "VIOLATED", "NOT_APPLICABLE", "UNSURE")
AWAY = "judge_away"
"""Slug of a failure that is no fault of the question: it uses up no attempt."""


class Failed(Exception):
    """A question that got no answer. ``reason`` is a slug; ``hopeless`` when all others would fail, too."""

    def __init__(self, reason: str, detail: str = "", *, hopeless: bool = False) -> None:
        super().__init__(reason)
        self.reason, self.detail, self.hopeless = reason, detail, hopeless


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


class _Usage(BaseModel):
    prompt_tokens: int = 0
    completion_tokens: int = 0


class Completion(BaseModel):
    """What a server answers."""

    choices: list[_Choice] = Field(min_length=1)
    usage: _Usage | None = None
    model: str | None = None
    system_fingerprint: str | None = None

    @property
    def tokens(self) -> Sequence[Token]:
        logprobs = self.choices[0].logprobs
        return (logprobs.content or ()) if logprobs else ()


class JudgeServer:
    """The client. Its requests go to one place, past proxies and redirects; nothing of them is logged."""

    def __init__(self, settings: JudgeSettings) -> None:
        """Raises `ConfigError` for a server that is outside, where the settings do not say that it may be."""
        self.settings = settings
        refuse_outside(settings)
        key = settings.api_key.get_secret_value()
        self.client = httpx.Client(
            timeout=settings.timeout,
            trust_env=False,
            follow_redirects=False,
            headers={"Authorization": f"Bearer {key}"} if key else {},
        )
        self.tells_probabilities = True

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.client.close()

    def ask(self, question: Question) -> JudgeAnswer:
        """The answer; one that is unusable twice has a ``problem``. Raises `Failed`."""
        problem: Unusable | None = None
        started = time.monotonic()
        for _ in range(2):
            try:
                completion = self.complete(question)
                answer = read_answer(question, completion)
            except Unusable as unusable:
                problem = unusable
                if unusable.reason in ("prompt_cut", "refused"):
                    break  # the same would happen again
            else:
                return replace(answer, seconds=time.monotonic() - started)
        assert problem is not None
        usage = (problem.completion.usage if problem.completion else None) or _Usage()
        return JudgeAnswer(
            question.key,
            problem=problem.reason,
            tokens_in=usage.prompt_tokens,
            tokens_out=usage.completion_tokens,
            seconds=time.monotonic() - started,
        )

    def body(self, question: Question) -> dict[str, Any]:
        """The request."""
        schema = {"name": "answer", "strict": True, "schema": dict(SCHEMA)}
        return {
            "model": self.settings.model,
            "messages": question.messages,
            **question.parameters,
            "response_format": {"type": "json_schema", "json_schema": schema},
            **({"logprobs": True, "top_logprobs": 10} if self.tells_probabilities else {}),
        }

    def complete(self, question: Question) -> Completion:
        """What the server answers, unread. Raises `Failed` and `Unusable`."""
        response = self._post(self.body(question))
        if response.status_code == 400 and self.tells_probabilities:  # some know no probabilities, and refuse
            self.tells_probabilities = False
            again = self._post(self.body(question))
            self.tells_probabilities = not again.is_success
            response = again
        if response.status_code in REFUSED:
            raise Unusable("refused")
        if not response.is_success:
            hopeless = response.status_code < 500  # a wrong key, path or model
            raise Failed(AWAY if hopeless else "judge_status", str(response.status_code), hopeless=hopeless)
        try:
            return Completion.model_validate_json(response.content)
        except ValidationError:
            raise Unusable("no_completion") from None

    def _post(self, body: Mapping[str, Any]) -> httpx.Response:
        """With two more tries where the server is busy, or the connection breaks."""
        for pause in (*PAUSES, None):
            try:
                response = self.client.post(self.settings.url.rstrip("/") + PATH, json=body)
            except httpx.TimeoutException:
                raise Failed("judge_timeout") from None
            except httpx.TransportError as error:
                if pause is None:
                    raise Failed(AWAY, type(error).__name__) from None
            else:
                if response.status_code not in BUSY:
                    return response
                if pause is None:
                    raise Failed(AWAY, str(response.status_code))
                pause = retry_after(response.headers.get("retry-after", ""), LONGEST_PAUSE) or pause
            time.sleep(pause)
        raise AssertionError


def refuse_outside(settings: JudgeSettings) -> None:
    """Raises `ConfigError` where the server's name leads to a public address and ``judge.remote`` is not set."""
    if settings.remote or not settings.url:
        return
    try:
        addresses = socket.getaddrinfo(settings.host, None)
    except OSError:
        return  # it cannot be reached either, which is told as such
    if any(is_public(str(address[4][0])) for address in addresses):
        raise ConfigError("judge.outside", host=settings.host)


def read_answer(question: Question, completion: Completion) -> JudgeAnswer:
    """Raises `Unusable`."""
    choice, usage = completion.choices[0], completion.usage or _Usage()
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
    try:
        written = Written.model_validate_json(content)
    except ValidationError:
        raise Unusable("no_answer", completion) from None
    return JudgeAnswer(
        question.key,
        written.applies,
        tuple(JudgeQuote(quote.turn, quote.text[:LONGEST_QUOTE]) for quote in written.quotes[:MOST_QUOTES]),
        written.reason[:100],
        Verdict(written.verdict.lower()),
        probability(completion.tokens, written.verdict),
        fingerprint=" ".join(filter(None, (completion.model, completion.system_fingerprint)))[:200],
        tokens_in=usage.prompt_tokens,
        tokens_out=usage.completion_tokens,
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
