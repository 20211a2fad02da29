"""The client of a language model: what it sends, which answers it takes, and what it makes of faults."""

import json
import socket
from collections.abc import Iterator
from math import log
from typing import Any

import pytest
from chat_server import MET, Answer, ChatServer, answering, chat_server, completion, cut, status

from callqa.errors import ConfigError
from callqa.settings import JudgeSettings, load_settings
from callqa.types import JudgeQuote, Verdict
from qa_models.judge.prompt import SCHEMA, Question
from services.judge import checkup, server
from services.judge.answers import Token, probability
from services.judge.circuit import IN_A_ROW, MINUTES, Circuit
from services.judge.server import Failed, JudgeServer

QUESTION = Question("k" * 16, "<通话>\n[0] 00:00 坐席：您好，请讲\n</通话>", "问题：坐席有没有问候")
VIOLATED = {"applies": True, "quotes": [{"turn": 3, "text": "你怎么听不懂"}], "reason": "训斥", "verdict": "VIOLATED"}


@pytest.fixture
def chat(monkeypatch: pytest.MonkeyPatch) -> Iterator[ChatServer]:
    monkeypatch.setattr(server, "PAUSES", (0.01, 0.01))
    with chat_server() as served, served.clients:
        yield served


def judge(chat: ChatServer, **options: Any) -> JudgeServer:
    client = JudgeServer(JudgeSettings(**{"url": chat.url, "model": "dummy", "timeout": 5.0, **options}))
    chat.clients.enter_context(client)
    return client


def test_a_good_answer(chat: ChatServer) -> None:
    chat.answers = [answering(VIOLATED)]
    answer = judge(chat, api_key="sk-1").ask(QUESTION)
    assert (answer.key, answer.verdict, answer.reason) == ("k" * 16, Verdict.VIOLATED, "训斥")
    assert answer.quotes == (JudgeQuote(3, "你怎么听不懂"),)
    assert (answer.tokens_in, answer.tokens_out, answer.fingerprint) == (900, 60, "dummy fp-1")
    assert answer.confidence is None
    (body,) = chat.asked
    assert chat.paths == ["/v1/chat/completions"]
    assert chat.keys == ["Bearer sk-1"]
    assert body["response_format"]["json_schema"] == {"name": "answer", "strict": True, "schema": SCHEMA}
    assert (body["temperature"], body["model"], body["logprobs"]) == (0.0, "dummy", True)
    assert [message["role"] for message in body["messages"]] == ["system", "user"]


BAD: dict[str, Answer] = {
    "no_answer": answering("好的，这通电话没有问题。"),
    "cut_off": answering(MET, finish_reason="length"),
    "only_thoughts": answering("", message={"reasoning_content": "让我想想"}),
    "empty": answering(""),
}


@pytest.mark.parametrize("reason", BAD)
def test_a_bad_answer_is_tried_once_more(chat: ChatServer, reason: str) -> None:
    chat.answers = [BAD[reason]]
    assert judge(chat).ask(QUESTION).problem == ""
    chat.answers = [BAD[reason], BAD[reason]]
    assert judge(chat).ask(QUESTION).problem == reason
    assert len(chat.asked) == 4


@pytest.mark.parametrize(
    "content",
    [
        {**MET, "verdict": "PASS"},
        {**MET, "applies": "yes"},
        {key: value for key, value in MET.items() if key != "reason"},
        {**MET, "quotes": [{"turn": "3", "text": "好"}]},
        {**MET, "more": 1},
        [MET],
        "<think>想</think>" + json.dumps(MET),
        json.dumps(MET)[:-1],
        "```json\n" + json.dumps(MET) + "\n```",
    ],
)
def test_200_without_the_schema_is_no_answer(chat: ChatServer, content: Any) -> None:
    chat.always = answering(content if isinstance(content, str) else json.dumps(content))
    assert judge(chat).ask(QUESTION).problem in ("no_answer", "only_thoughts")


def test_a_prompt_that_was_cut_silently(chat: ChatServer) -> None:
    chat.always = answering(MET, usage={"prompt_tokens": 40, "completion_tokens": 20})
    assert judge(chat).ask(QUESTION).problem == "prompt_cut"
    assert len(chat.asked) == 1, "it would be cut again"


@pytest.mark.parametrize("fault", [status(429), status(503), cut], ids=["429", "503", "cut"])
def test_a_busy_server_is_asked_twice_more(chat: ChatServer, fault: Answer) -> None:
    chat.answers = [fault, fault]
    assert judge(chat).ask(QUESTION).verdict is Verdict.MET
    chat.answers = [fault] * 3
    with pytest.raises(Failed) as failed:
        judge(chat).ask(QUESTION)
    assert (failed.value.reason, failed.value.hopeless) == ("judge_away", False)


@pytest.mark.parametrize("code", [401, 403, 404, 302])
def test_a_server_that_is_set_wrongly_is_asked_once(chat: ChatServer, code: int) -> None:
    chat.always = status(code)
    with pytest.raises(Failed) as failed:
        judge(chat).ask(QUESTION)
    assert failed.value.hopeless
    assert len(chat.asked) == 1


def test_what_a_server_refuses_is_not_sent_again(chat: ChatServer) -> None:
    chat.always = status(400)
    assert judge(chat).ask(QUESTION).problem == "refused"
    assert len(chat.asked) == 2, "the second time without asking for probabilities"


def test_a_server_without_probabilities(chat: ChatServer) -> None:
    chat.always = lambda body: (400, {}) if body.get("logprobs") else (200, completion(MET))
    client = judge(chat)
    assert client.ask(QUESTION).verdict is Verdict.MET
    assert client.ask(QUESTION).verdict is Verdict.MET
    assert len(chat.asked) == 3, "it is remembered"


def test_a_server_that_hangs(chat: ChatServer) -> None:
    chat.delay = 0.5
    with pytest.raises(Failed) as failed:
        judge(chat, timeout=0.1).ask(QUESTION)
    assert failed.value.reason == "judge_timeout"
    assert len(chat.asked) <= 1


def test_a_dead_port(chat: ChatServer) -> None:
    with socket.socket() as bound:
        bound.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{bound.getsockname()[1]}/v1"
    with pytest.raises(Failed) as failed:
        judge(chat, url=url).ask(QUESTION)
    assert (failed.value.reason, failed.value.detail) == ("judge_away", "ConnectError")


def test_proxies_of_the_environment_are_passed_by(chat: ChatServer, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    assert judge(chat).ask(QUESTION).problem == ""


@pytest.mark.parametrize(
    ("options", "complaint"),
    [
        ({"url": "http://8.8.8.8/v1", "model": "m"}, "public address"),
        ({"url": "http://[2001:4860:4860::8888]/v1", "model": "m"}, "public address"),
        ({"url": "http://127.0.0.1/v1"}, "judge.model"),
        ({"url": "ftp://127.0.0.1/v1", "model": "m"}, "judge.url"),
        ({"url": "http://user:word@127.0.0.1/v1", "model": "m"}, "judge.url"),
    ],
)
def test_settings_that_are_refused(options: dict[str, Any], complaint: str) -> None:
    with pytest.raises(ConfigError, match=complaint):
        load_settings(judge=options)


def test_a_name_that_leads_outside_is_refused_before_anything_is_sent(monkeypatch: pytest.MonkeyPatch) -> None:
    outside = [(socket.AF_INET, socket.SOCK_STREAM, 6, "", ("8.8.8.8", 0))]
    monkeypatch.setattr(server.socket, "getaddrinfo", lambda *_: outside)
    options = {"url": "http://llm.example/v1", "model": "m"}
    with pytest.raises(ConfigError, match=r"llm\.example is outside"):
        JudgeServer(JudgeSettings(**options))
    with JudgeServer(JudgeSettings(**options, remote=True)):
        pass


def tokens(*texts: str, top: dict[str, float] | None = None, at: int = -1) -> list[Token]:
    made = [Token(token=text, logprob=0.0) for text in texts]
    if top:
        made[at].top_logprobs = [Token(token=text, logprob=log(p)) for text, p in top.items()]
    return made


@pytest.mark.parametrize(
    ("said", "verdict", "expected"),
    [
        (tokens('{"verdict":', ' "', "VI", 'OLATED"}', top={"VI": 0.6, "M": 0.2, "好": 0.2}, at=2), "VIOLATED", 0.75),
        (tokens("```json\n", '{"verdict": "MET"', top={'{"verdict": "MET"': 0.9}), "MET", 1.0),
        (tokens('"verdict"', ':"', "N", "OT_APPLICABLE", top={"N": 0.3, "U": 0.7}, at=2), "NOT_APPLICABLE", 0.3),
        (tokens('{"reason": "VIOLATED", "verdict": "', "MET", top={"MET": 0.8, "VIOL": 0.2}), "MET", 0.8),
        (tokens('{"reason": "好"}'), "MET", None),
        ([], "MET", None),
    ],
)
def test_probability_of_a_verdict(said: list[Token], verdict: str, expected: float | None) -> None:
    found = probability(said, verdict)
    assert found == (None if expected is None else pytest.approx(expected))


def test_a_circuit_opens_after_failures_in_a_row_and_closes_again() -> None:
    now = 0.0
    circuit = Circuit(lambda: now)
    for _ in range(IN_A_ROW - 1):
        circuit.failed()
    circuit.succeeded()
    for _ in range(IN_A_ROW - 1):
        circuit.failed()
    assert not circuit.is_open
    circuit.failed()
    assert circuit.is_open
    now = 60 * MINUTES + 1
    assert not circuit.is_open
    circuit.failed(hopeless=True)
    assert circuit.is_open


def found(chat: ChatServer, **options: Any) -> list[tuple[str, str]]:
    options = {"url": chat.url, "model": "dummy", "timeout": 5.0, "revision": "1", **options}
    return [(each.level, each.as_dict()["found"]) for each in checkup.look(JudgeSettings(**options))]


def test_the_doctor_says_what_the_server_can(chat: ChatServer) -> None:
    chat.always = lambda body: (200, completion(MET, usage={"prompt_tokens": 9000, "completion_tokens": 30}))
    levels = [level for level, _ in found(chat)]
    assert levels == ["ok", "warn", "ok"], "it keeps to the schema, reads all, tells no probabilities"
    assert "no judge.revision" in found(chat, revision="")[-1][1]
    assert any("leave the premises" in text for _, text in found(chat, remote=True))
    assert list(checkup.look(JudgeSettings())) == [], "nothing without a model"


def test_the_doctor_finds_a_server_that_cuts(chat: ChatServer) -> None:
    chat.always = answering(MET, usage={"prompt_tokens": 1000, "completion_tokens": 30})
    assert [level for level, text in found(chat) if "does not read" in text] == ["fail"]


@pytest.mark.parametrize("fault", [status(401), status(503), answering("好"), answering("", finish_reason="length")])
def test_the_doctor_finds_a_server_that_cannot_be_used(chat: ChatServer, fault: Answer) -> None:
    chat.always = fault
    assert [level for level, _ in found(chat)] == ["fail"]
    asked = "".join(message["content"] for body in chat.asked for message in body["messages"])
    assert "训斥" in asked, "made-up words only"
