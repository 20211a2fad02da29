"""A real desk in processes of its own, and how much memory they take."""

import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import httpx

from callqa.settings import Settings

START_SECONDS = 120.0
EVERY = 5.0  # seconds between two looks at the memory


@dataclass
class Server:
    """A desk that is open."""

    url: str
    process: subprocess.Popen[bytes]
    megabytes: list[int] = field(default_factory=list)
    """Of all its processes together, every `EVERY` seconds: resident, what they share counted once."""

    def cpu_seconds(self) -> float:
        """That its processes have used so far: what they would take on a machine with nothing else to do."""
        return sum(map(_cpu_seconds, _family(self.process.pid)))

    def watch(self, done: threading.Event) -> None:
        while not done.wait(EVERY):
            self.megabytes.append(sum(map(_megabytes, _family(self.process.pid))))


@contextmanager
def serving(settings: Settings, workers: int) -> Iterator[Server]:
    """Opens the desk of these settings at a free port, until the block ends."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [sys.executable, "-c", "from cli.main import main; main()", "serve", "--port", f"{port}"]
    environment = os.environ | {
        "CALLQA_HOME": str(settings.home),
        "CALLQA_DATABASE_URL": settings.database,
        "CALLQA_RUBRIC": settings.rubric,
    }
    log = settings.home / "serve.log"
    with log.open("wb") as out:
        process = subprocess.Popen(
            [*command, "--workers", f"{workers}"], env=environment, stdout=out, stderr=out, start_new_session=True
        )
    done = threading.Event()
    try:
        server = Server(f"http://127.0.0.1:{port}", process)
        _wait(server, log)
        watcher = threading.Thread(target=server.watch, args=(done,), daemon=True)
        watcher.start()
        yield server
    finally:
        done.set()
        os.killpg(process.pid, signal.SIGINT)
        try:
            process.wait(20)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()


def _wait(server: Server, log: Path) -> None:
    deadline = time.monotonic() + START_SECONDS
    while True:
        try:
            if httpx.get(f"{server.url}/sign-in").status_code == 200:
                return
        except httpx.TransportError:
            pass
        if server.process.poll() is not None or time.monotonic() > deadline:
            raise SystemExit(f"the desk did not open:\n{log.read_text(errors='replace')}")
        time.sleep(0.2)


def _family(pid: int) -> Iterator[int]:
    yield pid
    children = Path(f"/proc/{pid}/task/{pid}/children")
    for child in children.read_text().split() if children.exists() else ():
        yield from _family(int(child))


def _cpu_seconds(pid: int) -> float:
    used = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(used[11]) + int(used[12])) / os.sysconf("SC_CLK_TCK")


def _megabytes(pid: int) -> int:
    try:
        lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
    except OSError:
        return 0  # it has ended
    return next((int(line.split()[1]) for line in lines if line.startswith("Pss:")), 0) // 1024
