"""The nightly run on one machine, every night at its hour: a Prefect server of our own, and the flow served by it."""

import os
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager

from rich.console import Console

from callqa.errors import CallQAError

SERVER_START_SECONDS = 180
API_URL = "PREFECT_API_URL"


def serve_nightly(manifest: str, recordings: str | None, cron: str, timezone: str, port: int, console: Console) -> None:
    """Serve the nightly flow until interrupted. Uses the server at ``PREFECT_API_URL`` when there is one."""
    with _server(port, console):
        from prefect.client.schemas.objects import ConcurrencyLimitConfig, ConcurrencyLimitStrategy
        from prefect.schedules import Cron

        from flows.nightly import nightly

        console.print(f"nightly run at '{cron}' {timezone}; stop with Ctrl-C")
        nightly.serve(
            name="nightly",
            schedule=Cron(cron, timezone=timezone),
            parameters={"manifest": manifest, "recordings": recordings},
            global_limit=ConcurrencyLimitConfig(limit=1, collision_strategy=ConcurrencyLimitStrategy.CANCEL_NEW),
            limit=1,
            print_starting_message=False,
        )


@contextmanager
def _server(port: int, console: Console) -> Iterator[None]:
    """A Prefect server, started when none is named; it must be there before Prefect is imported."""
    if os.environ.get(API_URL):  # noqa: TID251
        yield
        return
    url = f"http://127.0.0.1:{port}/api"
    if not _healthy(url):
        console.print(f"starting a Prefect server on port {port} (its pages: http://127.0.0.1:{port})")
    command = [sys.executable, "-m", "prefect", "server", "start", "--host", "127.0.0.1", "--port", str(port)]
    server = None if _healthy(url) else subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        _wait_until_healthy(url, server)
        os.environ[API_URL] = url  # noqa: TID251
        yield
    finally:
        if server:
            server.terminate()
            server.wait()


def _wait_until_healthy(url: str, server: "subprocess.Popen[bytes] | None") -> None:
    for _ in range(SERVER_START_SECONDS):
        if _healthy(url):
            return
        if server and server.poll() is not None:
            break
        time.sleep(1)
    raise CallQAError("the Prefect server did not start; try: prefect server start (or name one in PREFECT_API_URL)")


def _healthy(url: str) -> bool:
    try:
        with urllib.request.urlopen(f"{url}/health", timeout=2) as answer:
            return bool(answer.status == 200)
    except (urllib.error.URLError, OSError):
        return False
