"""The doctor's look at the language model: answers, schema, probabilities, and how much it reads at once."""

from collections.abc import Iterator
from typing import Any

import httpx

from callqa.errors import ConfigError
from callqa.messages import Message
from callqa.settings import JudgeSettings
from callqa.types import Turn
from qa_models.judge.claims import RULES, TASK, SummaryQuestion
from qa_models.judge.prompt import Question, call_text, question_text
from qa_models.judge.quotes import find_quote
from services.judge.answers import Unusable, read_answer
from services.judge.server import Failed, JudgeServer, refuse_outside
from services.upkeep.diagnosis import Diagnosis

AREA = "judge"
FILLER = "市民反映小区内的路灯坏了一周仍无人维修，晚上出行很不方便。"
TURNS = (Turn(0, "citizen", 0.0, 5.0, FILLER), Turn(1, "agent", 5.0, 9.0, "我给您登记，三个工作日内会有人联系您。"))
SHORT = Message("use a model and a server that keep to a JSON schema, with thinking off; see docs/judge.md")


def look(settings: JudgeSettings) -> Iterator[Diagnosis]:
    """Nothing without a language model. Sends made-up words only."""
    if not settings.url:
        return
    try:
        refuse_outside(settings)
    except ConfigError as error:
        yield Diagnosis(AREA, "fail", error.message, Message("set judge.remote = true if that is meant"))
        return
    if settings.remote:
        leaves = Message("the masked words of calls may leave the premises: they go to {host}", host=settings.host)
        yield Diagnosis(AREA, "warn", leaves, Message("unset judge.remote unless that is meant"))
    with JudgeServer(settings) as server:
        yield from _answers(server)
        if settings.summaries:
            yield _summary(server)
    if not settings.revision:
        unnamed = Message("no judge.revision: when the weights or the server change, nothing is asked anew")
        yield Diagnosis(AREA, "warn", unnamed, Message("name them, e.g. judge.revision = 2026-12"))


def _answers(server: JudgeServer) -> Iterator[Diagnosis]:
    settings = server.settings
    try:
        completion = server.complete(_question("您好，请讲"))
        answer = read_answer(_question("您好，请讲"), completion)
    except Failed as failed:
        message = Message(f"judge.{failed.reason.removeprefix('judge_')}", detail=failed.detail)
        yield Diagnosis(AREA, "fail", message, Message("start it, or correct judge.url, judge.model, judge.api_key"))
        return
    except Unusable as unusable:
        message = Message("{url} gives no usable answer ({reason})", url=settings.url, reason=unusable.reason)
        yield Diagnosis(AREA, "fail", message, SHORT)
        return
    fine = Message("{model} answers in {n} tokens and keeps to the schema", model=settings.model, n=answer.tokens_out)
    yield Diagnosis(AREA, "ok", fine)
    if answer.confidence is None:
        unsure = Message("it tells no probabilities, so nobody knows how sure it is")
        yield Diagnosis(AREA, "warn", unsure, Message("ask several times: samples: 3 or 5 in the check"))
    yield _context(server)


def _summary(server: JudgeServer) -> Diagnosis:
    """Whether a claim stands on the words it was told; what fails altogether, the question before has told."""
    question = SummaryQuestion("", call_text(TURNS), TASK)
    try:
        claims = read_answer(question, server.complete(question)).claims
    except (Failed, Unusable):
        claims = ()
    if any(find_quote(claim.quote, TURNS, RULES) for claim in claims):
        fine = Message("{model} writes summaries with words of the call", model=server.settings.model)
        return Diagnosis(AREA, "ok", fine)
    nothing = "no claim of its summary has words of the call, so calls keep the summaries that are made without it"
    return Diagnosis(AREA, "warn", Message(nothing), Message("use a larger model, or unset judge.summaries"))


def _context(server: JudgeServer) -> Diagnosis:
    """By what the server tells; else by a prompt of half the length, which some servers cut without a word."""
    wanted = server.settings.context
    shorter = Message("give the server {n} tokens a request, or set judge.context to what it has", n=wanted)
    if length := context_length(server):
        message = Message("{n} tokens a request; judge.context is {wanted}", n=length, wanted=wanted)
        return Diagnosis(AREA, "ok", message) if length >= wanted else Diagnosis(AREA, "fail", message, shorter)
    question = _question(FILLER * (wanted // 2 // len(FILLER)))
    try:
        read_answer(question, server.complete(question))
    except (Failed, Unusable) as error:
        cut = Message("it does not read {n} characters at once ({reason})", n=question.n_characters, reason=str(error))
        return Diagnosis(AREA, "fail", cut, shorter)
    read = Message("it reads {n} characters at once; how many it can is not told", n=question.n_characters)
    return Diagnosis(AREA, "ok", read)


def context_length(server: JudgeServer) -> int | None:
    """Tokens of a request, as llama.cpp and vLLM tell; ``None`` where nobody does."""
    try:
        listed: Any = server.client.get(server.settings.url.rstrip("/") + "/models").raise_for_status().json()
        name = server.settings.model
        mine = next(model for model in listed["data"] if name in (model["id"], *model.get("aliases", ())))
        n_tokens = mine.get("max_model_len") or (mine.get("meta") or {}).get("n_ctx")
    except (httpx.HTTPError, ValueError, LookupError, TypeError, AttributeError, StopIteration):
        return None
    return n_tokens if isinstance(n_tokens, int) else None


def _question(words: str) -> Question:
    call = call_text((Turn(0, "agent", 0.0, 1.0, words),))
    text = question_text("坐席有没有训斥市民", "", "", (), (), "absent", "")
    return Question("", call, text)
