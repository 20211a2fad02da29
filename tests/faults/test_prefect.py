"""Prefect's server is killed under a night: it keeps the night's diary, and the night does without one."""

import os
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from functools import partial
from pathlib import Path

import pytest
from small_calls import Home, Undisturbed
from steps import at_stage

pytestmark = [pytest.mark.slow, pytest.mark.first]
START_SECONDS = 240  # of a busy machine
BRIEF = {"PREFECT_CLIENT_MAX_RETRIES": "0"}  # else a server has a minute to come back, twice
OFTEN = "* * * * * */10"  # the sixth field is seconds


AT_ONCE = {"PREFECT_RUNNER_POLL_FREQUENCY": "1"}  # seconds, 10 of its own accord


@contextmanager
def prefect_server(folder: Path, files: Path) -> Iterator[tuple[int, str]]:
    """Its process and its address."""
    shutil.copytree(files, folder)
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [sys.executable, "-m", "prefect", "server", "start", "--host", "127.0.0.1", "--port", str(port)]
    own = {**os.environ, "PREFECT_HOME": str(folder), "PREFECT_SERVER_ANALYTICS_ENABLED": "false"}
    server = subprocess.Popen(command, env=own, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        wait_for(lambda: answers(f"http://127.0.0.1:{port}/api/health"))
        yield server.pid, f"http://127.0.0.1:{port}/api"
    finally:
        server.kill()
        server.wait()


def answers(url: str) -> bool:
    with suppress(urllib.error.URLError, OSError), urllib.request.urlopen(url, timeout=2):
        return True
    return False


def wait_for(true: Callable[[], bool]) -> None:
    deadline = time.monotonic() + START_SECONDS
    while not true():
        assert time.monotonic() < deadline
        time.sleep(0.2)


def kill(pid: int) -> None:
    os.kill(pid, signal.SIGKILL)


def test_the_prefect_server_is_killed(
    home: Home, undisturbed: Undisturbed, tmp_path: Path, prefect_files: Path, any_stage: str
) -> None:
    manifest = str(home.night.manifest)
    with prefect_server(tmp_path / "prefect", prefect_files) as (pid, url):
        named = BRIEF | {"PREFECT_API_URL": url}
        ended = home.callqa("nightly", manifest, wrong=partial(at_stage, any_stage, partial(kill, pid)), **named)
    assert ended.status == 0, ended.output
    assert "Prefect's server has gone away; what is missing of the night is done without it" in ended.output
    assert "Traceback" not in ended.output
    assert "prefect." not in ended.output, "its loggers say nothing of their own"
    assert home.failed() == []
    assert home.kept() == undisturbed.kept
    assert home.recover() == undisturbed.kept


def test_the_prefect_server_is_killed_under_a_night_of_a_schedule(
    home: Home, undisturbed: Undisturbed, tmp_path: Path, prefect_files: Path
) -> None:
    with prefect_server(tmp_path / "prefect", prefect_files) as (pid, url):
        named = BRIEF | AT_ONCE | {"PREFECT_API_URL": url}
        served = home.start("schedule", str(home.night.manifest), "--cron", OFTEN, **named)
        wait_for(lambda: served.written.exists() and "ingest " in served.written.read_text(encoding="utf-8"))
        kill(pid)
        ended = served.ended()
    assert ended.status == 1, ended.output
    assert "Prefect's server has gone away; what is missing of the night is done without it" in ended.output
    assert "callqa: Prefect's server has gone away, and without it no night begins; start it" in ended.output
    assert home.failed() == []
    assert home.kept() == undisturbed.kept
