"""A Prefect server of our own that dies; a small one stands for it."""

import os
import signal
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from nights import QUIET

from callqa.errors import CallQAError
from callqa.settings import FlowSettings
from flows import prefect_server as serving

pytestmark = pytest.mark.slow
SMALL_SERVER = """#!{python}
import os, sys
from http.server import BaseHTTPRequestHandler, HTTPServer

class Handler(BaseHTTPRequestHandler):
    def do_GET(self):
        self.send_response(200)
        self.end_headers()

assert sys.argv[1:5] == ["-m", "prefect", "server", "start"]
with open({pids!r}, "a") as file:
    print(os.getpid(), file=file)
HTTPServer(("127.0.0.1", int(sys.argv[-1])), Handler).serve_forever()
"""


@pytest.fixture
def pids(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[], list[int]]:
    """The processes of the servers that were started."""
    program, noted = tmp_path / "python", tmp_path / "pids"
    program.write_text(SMALL_SERVER.format(python=sys.executable, pids=str(noted)), encoding="utf-8")
    program.chmod(0o755)
    monkeypatch.setattr(sys, "executable", str(program))
    monkeypatch.setattr(serving, "AGAIN_SECONDS", 0.1)
    monkeypatch.setenv(serving.API_URL, "")  # so that what is set is put back
    return lambda: [int(line) for line in noted.read_text().splitlines()] if noted.exists() else []


def wait_until(true: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 60
    while not true():
        assert time.monotonic() < deadline
        time.sleep(0.05)


def test_it_is_started_again_as_long_as_it_is_needed(pids: Callable[[], list[int]]) -> None:
    with serving.prefect_server(FlowSettings(runner="processes"), QUIET, serving._free_port()):
        url = os.environ[serving.API_URL]
        for n in (1, 2):
            assert len(pids()) == n
            os.kill(pids()[-1], signal.SIGKILL)
            wait_until(lambda n=n: len(pids()) > n and serving._healthy(url))  # type: ignore[misc]
    time.sleep(1)
    assert len(pids()) == 3
    assert not serving._healthy(url)


def test_one_that_cannot_start_is_not_tried_for_ever(pids: Callable[[], list[int]], tmp_path: Path) -> None:
    (tmp_path / "python").write_text("#!/bin/false\n")
    with (
        pytest.raises(CallQAError, match="the Prefect server did not start"),
        serving.prefect_server(FlowSettings(runner="processes"), QUIET, serving._free_port()),
    ):
        pass
    assert pids() == []
