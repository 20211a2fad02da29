"""/metrics: who may read it, and what it says."""

import os
import re
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

import httpx
import pytest
from browsing import SignIn
from prometheus_client.parser import text_string_to_metric_families
from pydantic import SecretStr
from starlette.testclient import TestClient

from callqa.settings import Settings
from store.calls import write
from web.app import create_app
from web.desk import Desk

ROOT = Path(__file__).parents[2]


def values(text: str) -> dict[tuple[str, tuple[str, ...]], float]:
    """By name and the values of the labels, in the order of these."""
    return {
        (sample.name, tuple(value for _, value in sorted(sample.labels.items()))): sample.value
        for family in text_string_to_metric_families(text)
        for sample in family.samples
    }


def from_here(desk: Desk, settings: Settings, host: str = "127.0.0.1", **own: object) -> TestClient:
    changed = settings.model_copy(update={"desk": settings.desk.model_copy(update=own)})
    desk.settings = changed
    return TestClient(create_app(changed, desk), client=(host, 50000), follow_redirects=False)


TOKEN = {"metrics_token": SecretStr("s3cret")}
SHOWN = {"authorization": "Bearer s3cret"}


@pytest.mark.parametrize(
    ("host", "own", "headers", "status"),
    [
        ("127.0.0.1", {}, {}, 200),
        ("::1", {}, {}, 200),
        ("10.0.0.7", {}, {}, 403),
        ("127.0.0.1", {}, {"x-forwarded-for": "10.0.0.7"}, 403),
        ("127.0.0.1", {"public_url": "https://qa.example.org"}, {}, 403),
        ("127.0.0.1", {"behind_proxy": True}, {}, 403),
        ("127.0.0.1", TOKEN, {}, 403),
        ("127.0.0.1", TOKEN, {"authorization": "Bearer s3cre"}, 403),
        ("127.0.0.1", TOKEN, {"authorization": "Basic s3cret"}, 403),
        ("10.0.0.7", TOKEN, SHOWN, 200),
        ("10.0.0.7", {**TOKEN, "public_url": "https://qa.example.org"}, SHOWN, 200),
    ],
)
def test_who_may_read_them(
    desk: Desk, scored: Settings, host: str, own: dict[str, object], headers: dict[str, str], status: int
) -> None:
    with from_here(desk, scored, host, **own) as machine:
        assert machine.get("/metrics", headers=headers).status_code == status


def test_nobody_signed_in_may(sign_in: SignIn) -> None:
    assert sign_in("admin").get("/metrics").status_code == 403


def test_what_they_say(desk: Desk, scored: Settings) -> None:
    keys = desk.rubric_set[0].keys
    stages = {"transcribe": {"done": 58, "failed": 2, "seconds": 9.0}, "score": {"done": 58, "failed": 0}}
    taken = {"ingest": {"new": 60, "same": 3, "replaced": 1, "refused": 4}}
    with desk.store.write() as c:
        write.finish_run(c, write.start_run(c, "nightly", keys), stages | taken)
        write.finish_run(c, write.start_run(c, "rescore", keys), {"score": {"done": 60, "failed": 0}})
    with from_here(desk, scored) as machine:
        before = values(machine.get("/metrics").text)
        for path in ("/calls/17", "/calls/18", "/nowhere/王小明", "/static/favicon.svg"):
            machine.get(path)
        after = values(machine.get("/metrics").text)
    more = {name: value - before.get(name, 0) for name, value in after.items()}
    assert more["callqa_requests_total", ("calls", "303")] == 2
    assert more["callqa_requests_total", ("unknown", "404")] == 1
    assert more["callqa_requests_total", ("static", "200")] == 1
    assert more["callqa_requests_total", ("metrics", "200")] == 1
    assert more["callqa_request_seconds_count", ("calls",)] == 2
    assert after["callqa_night_calls", ("done", "transcribe")] == 58
    assert after["callqa_night_calls", ("failed", "transcribe")] == 2
    assert [after["callqa_night_calls", (outcome, "ingest")] for outcome in ("done", "known", "failed")] == [61, 3, 4]
    assert after["callqa_night_status", ("finished",)] == 1
    assert 0 <= after["callqa_night_age_seconds", ()] < 60
    assert after["callqa_calls", ()] == 60
    assert after["callqa_waiting", ("undecided",)] >= 0
    assert after["callqa_database_bytes", ()] > 100_000
    assert not re.search("[^\x00-\x7f]", "".join("".join(labels) for _, labels in after))


def test_a_desk_without_a_run_has_no_night(desk: Desk, scored: Settings) -> None:
    with from_here(desk, scored) as machine:
        assert not any(name.startswith("callqa_night") for name, _ in values(machine.get("/metrics").text))


@pytest.mark.slow
def test_the_processes_of_a_desk_count_together(scored: Settings) -> None:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    start = "from cli.main import main; main()"
    command = [sys.executable, "-c", start, "serve", "--port", str(port), "--workers", "2"]
    environment = {**os.environ, "CALLQA_HOME": str(scored.home), "CALLQA_ASR__ENGINE": "scripted"}
    environment |= {"CALLQA_ASR__SCRIPT": str(scored.asr.script), "CALLQA_DATABASE_URL": scored.database}
    server = subprocess.Popen(command, env=environment, cwd=ROOT, stdout=subprocess.DEVNULL)
    try:
        url = f"http://127.0.0.1:{port}"
        wait_for(f"{url}/sign-in")
        n = 40
        for _ in range(n):
            httpx.get(f"{url}/sign-in")  # a connection each, so that both processes answer some
        counts = {
            values(httpx.get(f"{url}/metrics").text)["callqa_requests_total", ("sign-in", "200")] for _ in range(6)
        }
        assert len(counts) == 1, "whichever process answers"
        assert counts.pop() >= n
    finally:
        server.send_signal(signal.SIGINT)
        server.wait(60)


def wait_for(url: str) -> None:
    deadline = time.monotonic() + 120
    while time.monotonic() < deadline:
        try:
            if httpx.get(url).status_code == 200:
                return
        except httpx.TransportError:
            time.sleep(0.2)
    raise TimeoutError(url)
