"""The database server is killed under a run; once it is back, the next run goes on."""

import os
import signal
from dataclasses import replace
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from postgres import binaries, running
from small_calls import Home, Undisturbed
from steps import at_step

pytestmark = pytest.mark.slow
DURABLE = ["synchronous_commit=on"]  # what a server of nobody's tests does


def kill_server(folder: Path) -> None:
    """All its processes at once, as when the power fails."""
    first = (folder / "data" / "postmaster.pid").read_text().split()[0]
    others = Path(f"/proc/{first}/task/{first}/children").read_text().split()
    for pid in (first, *others):
        os.kill(int(pid), signal.SIGKILL)


def test_the_database_server_is_killed(home: Home, undisturbed: Undisturbed, share: float) -> None:
    programs = binaries()
    if programs is None:
        pytest.skip("PostgreSQL is not installed")
    with TemporaryDirectory(prefix="callqa-pg-") as name:
        folder = Path(name)
        with running(programs, folder, DURABLE) as server:
            server.execute("CREATE DATABASE night TEMPLATE template0")
            on_server = replace(home, database_url=server.url("night"))
            n = 1 + int(share * undisturbed.n_steps)
            ended = on_server.run(partial(at_step, n, partial(kill_server, folder)))
        assert ended.status == 1, ended.output
        assert "Traceback" not in ended.output
        assert "check that the server runs" in ended.output
        assert "run the same command again" in ended.output
        with running(programs, folder, DURABLE):
            assert on_server.recover() == undisturbed.kept
