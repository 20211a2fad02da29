"""A real llama.cpp server with a tiny model: its contract. What the model thinks of a call is not looked at."""

import hashlib
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import llama_server
import pytest
from dummies import call

from callqa.settings import JudgeSettings
from qa_models.judge import claims, prompt
from qa_models.judge.claims import SummaryQuestion
from qa_models.judge.prompt import Question, call_text
from services.judge import checkup, server
from services.judge.server import Failed, JudgeServer

pytestmark = pytest.mark.slow
START = 60.0  # seconds, on a loaded machine


@pytest.fixture(scope="module")
def url() -> Iterator[str]:
    """Fails where the server does not start."""
    path = llama_server.model_file()
    with path.open("rb") as file:
        assert hashlib.file_digest(file, "sha256").hexdigest().startswith(llama_server.SHA256)
    command = [sys.executable, str(Path(llama_server.__file__)), str(path)]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
    killer = threading.Timer(START, process.kill)
    killer.start()
    try:
        assert process.stdout is not None
        address = process.stdout.readline().strip()
        killer.cancel()
        assert address.startswith("http://127.0.0.1:"), "the server did not start"
        yield f"{address}/v1"
    finally:
        killer.cancel()
        process.kill()
        process.wait()
        if process.stdout:
            process.stdout.close()


def settings(url: str, **more: object) -> JudgeSettings:
    return JudgeSettings(**{"url": url, "model": "smol", "timeout": 120.0, "revision": "t", **more})  # type: ignore[arg-type]


def question(words: str) -> Question:
    return Question("k" * 16, call_text(call(words).turns), "Was the agent rude? MET: no. VIOLATED: yes.")


def test_the_contract_of_a_real_server(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(server, "PAUSES", (0.1, 0.1))
    monkeypatch.setattr(prompt, "RULES", "Answer in JSON: applies, quotes, reason, verdict.")  # it has no Chinese
    monkeypatch.setattr(claims, "RULES", "Answer in JSON: wanted, outcome; of each claim turn, quote, claim.")
    monkeypatch.setattr(prompt, "MOST_TOKENS", 150)
    with pytest.raises(Failed, match="judge_timeout"), JudgeServer(settings(url, timeout=0.01)) as hasty:
        hasty.ask(question("A: hello"))  # abandoned; the next one is answered
    with JudgeServer(settings(url)) as judge:
        _keeps_the_contract(judge)


def _keeps_the_contract(judge: JudgeServer) -> None:
    answer = judge.ask(question("A: hello | C: my lamp is broken"))
    assert answer.problem in ("", "cut_off"), "the grammar holds, so there is nothing else that it can write"
    assert answer.tokens_in > 50
    if not answer.problem:
        assert answer.confidence is None or 0 <= answer.confidence <= 1
        assert "smol" in answer.fingerprint
    summary = judge.ask(SummaryQuestion("k" * 16, question("C: my lamp is broken").call, "Summarise the call."))
    assert summary.problem in ("", "cut_off")
    assert all(claim.line in ("wanted", "outcome") and claim.quote for claim in summary.claims)
    assert judge.complete(question("A: hello")).tokens, "probabilities come with the tokens"
    assert judge.ask(question("A: " + "lamp " * 9000)).problem == "refused", "more than fits is a 400"
    assert checkup.context_length(judge) == 8192
