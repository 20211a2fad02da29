"""A server with OpenAI's ``POST /v1/chat/completions``: vLLM, SGLang, llama.cpp, Ollama, LM Studio, Xinference.

Nothing it says is trusted: `services.judge.answers` reads it.
"""

import socket
import time
from collections.abc import Mapping
from dataclasses import replace
from typing import Any, Self

import httpx
from pydantic import ValidationError

from callqa.errors import ConfigError
from callqa.retry import retry_after
from callqa.settings import JudgeSettings
from callqa.settings.judge import is_public
from callqa.types import JudgeAnswer, Seconds
from qa_models.judge.prompt import Question
from services.judge.answers import Completion, Unusable, Usage, read_answer

PATH = "/chat/completions"
PAUSES: tuple[Seconds, ...] = (1.0, 5.0)  # before the second and the third try
LONGEST_PAUSE: Seconds = 30.0  # whatever Retry-After says
BUSY = (429, 503)
REFUSED = (400, 413, 415, 422)  # statuses about this one request
AWAY = "judge_away"
"""Slug of a failure that is no fault of the question: it uses up no attempt."""


class Failed(Exception):
    """A question that got no answer. ``reason`` is a slug; ``hopeless`` when all others would fail, too."""

    def __init__(self, reason: str, detail: str = "", *, hopeless: bool = False) -> None:
        super().__init__(reason)
        self.reason, self.detail, self.hopeless = reason, detail, hopeless


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
        usage = (problem.completion.usage if problem.completion else None) or Usage()
        return JudgeAnswer(
            question.key,
            problem=problem.reason,
            tokens_in=usage.prompt_tokens,
            tokens_out=usage.completion_tokens,
            seconds=time.monotonic() - started,
        )

    def body(self, question: Question) -> dict[str, Any]:
        """The request."""
        schema = {"name": "answer", "strict": True, "schema": dict(question.schema)}
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
