"""The Prefect server of a run: the one that is named in ``PREFECT_API_URL``, or one of our own."""

import logging
import os
import signal
import socket
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext

from rich.console import Console

from callqa.errors import CallQAError, ConfigError
from callqa.messages import terminal_text as _
from callqa.settings import FlowSettings
from services.upkeep.prefect_home import API_URL

log = logging.getLogger(__name__)

START_SECONDS = 180
AGAIN_SECONDS = 2.0  # before a server that has died is started again


def server_for(settings: FlowSettings, console: Console) -> AbstractContextManager[None]:
    """What a single run reports to. Without processes of its own, it leaves a server to Prefect."""
    return nullcontext() if settings.runner == "threads" else prefect_server(settings, console, _free_port())


@contextmanager
def prefect_server(settings: FlowSettings, console: Console, port: int) -> Iterator[None]:
    """The named server, or one on this port that ends with the run; it must be there before Prefect is imported.

    With none, every worker process would start one. Raises `ConfigError`, `CallQAError`.
    """
    if os.environ.get(API_URL):  # noqa: TID251
        yield
        return
    if settings.scheduler:
        raise ConfigError("prefect.not_reached_by_workers", variable=API_URL)
    url = f"http://127.0.0.1:{port}/api"
    server = None
    if not _healthy(url):
        console.print(_("starting a Prefect server on port {port} (its pages: http://127.0.0.1:{port})", port=port))
        server = _OwnServer(port)
    try:
        _wait_until_healthy(url, server)
        if server:
            server.keep()
        os.environ[API_URL] = url  # noqa: TID251
        yield
    finally:
        if server:
            server.end()


class _OwnServer:
    """A Prefect server that, once it is kept, is started again when it dies: every later night reports to it, too."""

    def __init__(self, port: int) -> None:
        self._command = [sys.executable, "-m", "prefect", "server", "start", "--host", "127.0.0.1", "--port", str(port)]
        self._changing, self._ending = threading.Lock(), False
        self._process = self._start()

    def _start(self) -> "subprocess.Popen[bytes]":
        with deaf_to_ctrl_c():  # it is needed to the end, by what is stopped in order
            return subprocess.Popen(self._command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)

    @property
    def has_ended(self) -> bool:
        return self._process.poll() is not None

    def keep(self) -> None:
        threading.Thread(target=self._watch, daemon=True, name="prefect-server").start()

    def _watch(self) -> None:
        while True:
            status = self._process.wait()
            time.sleep(AGAIN_SECONDS)
            with self._changing:
                if self._ending:
                    return
                log.warning("Prefect's server has ended and is started again", extra={"status": status})
                self._process = self._start()

    def end(self) -> None:
        with self._changing:
            self._ending = True
            self._process.terminate()
        self._process.wait()


@contextmanager
def deaf_to_ctrl_c() -> Iterator[None]:
    """Processes that this thread begins meanwhile do not hear Ctrl-C, which a terminal tells all of its processes."""
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _wait_until_healthy(url: str, server: _OwnServer | None) -> None:
    for _second in range(START_SECONDS):
        if _healthy(url):
            return
        if server and server.has_ended:
            break
        time.sleep(1)
    raise CallQAError("prefect.not_started")


def _healthy(url: str) -> bool:
    try:
        with urllib.request.urlopen(f"{url}/health", timeout=2) as answer:
            return bool(answer.status == 200)
    except (urllib.error.URLError, OSError):
        return False
