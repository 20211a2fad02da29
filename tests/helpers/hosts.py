"""Services that several hosts share, on one: an object store, Prefect on PostgreSQL, a Dask scheduler, workers."""

import os
import socket
import ssl
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

import boto3
from postgres import DISTRIBUTIONS, running

ROOT = Path(__file__).parents[2]
START_SECONDS = 240  # of a busy machine
BUCKET = "recordings"
KEYS = {"AWS_ACCESS_KEY_ID": "key", "AWS_SECRET_ACCESS_KEY": "secret"}


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def wait_for(happened: Callable[[], bool], what: str, seconds: float = START_SECONDS) -> None:
    deadline = time.monotonic() + seconds
    while not happened():
        assert time.monotonic() < deadline, f"waited in vain for {what}"
        time.sleep(0.1)


@dataclass(frozen=True)
class Hosts:
    """Starts programs with one environment; each writes a log into the folder."""

    folder: Path
    environment: dict[str, str]
    started: list[subprocess.Popen[bytes]] = field(default_factory=list)

    @property
    def port(self) -> int:
        """Of the scheduler."""
        return int(self.environment["CALLQA_FLOW__RUNNER"].rpartition(":")[2])

    def start(self, name: str, *command: str) -> subprocess.Popen[bytes]:
        environment = {**os.environ, **KEYS, "PYTHONPATH": str(ROOT), **self.environment}
        with (self.folder / f"{name}.log").open("wb") as log:
            process = subprocess.Popen(
                [sys.executable, *command], env=environment, stdout=log, stderr=subprocess.STDOUT, cwd=self.folder
            )
        self.started.append(process)
        return process

    def callqa(self, name: str, *arguments: str) -> subprocess.Popen[bytes]:
        return self.start(name, "-c", "from cli.main import main; main()", *arguments)

    def worker(self, name: str) -> subprocess.Popen[bytes]:
        """A worker that nobody starts again when it dies."""
        options = ("--no-nanny", "--nthreads", "1", "--memory-limit", "0", "--no-dashboard", "--name", name)
        return self.start(name, "-m", "dask", "worker", self.environment["CALLQA_FLOW__RUNNER"], *options)

    def log(self, name: str) -> str:
        return (self.folder / f"{name}.log").read_text(encoding="utf-8", errors="replace")

    def stop(self) -> None:
        for process in reversed(self.started):
            with suppress(ProcessLookupError):
                process.terminate()
        for process in self.started:
            try:
                process.wait(20)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()


@contextmanager
def hosts(folder: Path, environment: dict[str, str], protocol: str = "tcp") -> Iterator[Hosts]:
    """A Dask scheduler without a worker yet, and everything it may start."""
    port = free_port()
    runner = f"{protocol}://127.0.0.1:{port}"
    hosts = Hosts(folder, environment | {"CALLQA_FLOW__RUNNER": runner})
    try:
        hosts.start("scheduler", "-m", "dask", "scheduler", "--protocol", protocol, "--host", "127.0.0.1",
                    "--port", str(port), "--no-dashboard", "--dashboard-address", "127.0.0.1:0")  # fmt: skip
        wait_for(lambda: "Scheduler at" in hosts.log("scheduler"), "the scheduler")
        yield hosts
    finally:
        hosts.stop()


@contextmanager
def prefect_database() -> Iterator[dict[str, str]]:
    """The setting for a database on PostgreSQL, whose contrib modules Prefect needs; they come with the system's server
    alone. Without it, none: Prefect's own file."""
    programs = max(Path(DISTRIBUTIONS).glob("*/bin"), default=None)
    if programs is None:
        yield {}
        return
    with running(programs) as server, server.database() as name:
        yield {"PREFECT_API_DATABASE_CONNECTION_URL": server.url(name).replace("+psycopg", "+asyncpg")}


@contextmanager
def prefect_server(folder: Path) -> Iterator[str]:
    """Prefect's own server; its address."""
    port = free_port()
    url = f"http://127.0.0.1:{port}/api"
    with prefect_database() as database:
        environment = {"PREFECT_HOME": str(folder / "prefect"), "PREFECT_SERVER_ANALYTICS_ENABLED": "false"}
        server = Hosts(folder, environment | database)
        try:
            server.start("prefect", "-m", "prefect", "server", "start", "--host", "127.0.0.1", "--port", str(port))
            wait_for(lambda: _answers(f"{url}/health"), "Prefect's server")
            yield url
        finally:
            server.stop()


def _answers(url: str) -> bool:
    try:
        with urllib.request.urlopen(url, timeout=2) as answer:
            return bool(answer.status == 200)
    except (urllib.error.URLError, OSError):
        return False


def connect_without_certificate(port: int) -> None:
    """To a server that speaks TLS; it says what it thinks of that after the handshake."""
    anybody = ssl.create_default_context()
    anybody.check_hostname, anybody.verify_mode = False, ssl.CERT_NONE
    with socket.create_connection(("127.0.0.1", port)) as plain, anybody.wrap_socket(plain) as connection:
        connection.recv(1)


def upload(endpoint: str, folder: Path) -> None:
    """The folder's files, into a new bucket."""
    store = boto3.client(
        "s3", endpoint_url=endpoint, region_name="us-east-1",
        aws_access_key_id=KEYS["AWS_ACCESS_KEY_ID"], aws_secret_access_key=KEYS["AWS_SECRET_ACCESS_KEY"],
    )  # fmt: skip
    store.create_bucket(Bucket=BUCKET)
    for file in folder.iterdir():
        store.upload_file(str(file), BUCKET, file.name)
