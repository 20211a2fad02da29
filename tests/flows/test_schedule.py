"""Nights that begin by themselves, and what becomes of one that is at work when the schedule is stopped."""

import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path

import pytest
from nights import callqa, environment, night_of
from rows import rows

from callqa.settings import Settings
from services.upkeep.prefect_home import schedule_note

pytestmark = [pytest.mark.slow, pytest.mark.first]
SECONDS = 240.0  # of a busy machine, until Prefect has begun a night
OFTEN = "* * * * * */5"  # the sixth field is seconds
AT_ONCE = {  # seconds, 10 and 5 of its own accord
    "PREFECT_RUNNER_POLL_FREQUENCY": "1",
    "PREFECT_SERVER_SERVICES_SCHEDULER_RECENT_DEPLOYMENTS_LOOP_SECONDS": "1",
}


@pytest.fixture
def settings(settings: Settings) -> Settings:
    """Without repair: each process would read its dictionaries."""
    return settings.model_copy(update={"asr": settings.asr.model_copy(update={"repair": False})})


@contextmanager
def schedule(settings: Settings, manifest: Path, log: Path, **more: str) -> Iterator["subprocess.Popen[bytes]"]:
    """`callqa schedule` with a night every five seconds."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = ["schedule", str(manifest), "--cron", OFTEN, "--port", str(port)]
    with begun(settings, command, log, **AT_ONCE, **more) as served:
        yield served


@contextmanager
def begun(settings: Settings, arguments: list[str], log: Path, **more: str) -> Iterator["subprocess.Popen[bytes]"]:
    """A command in a terminal of its own, as it were."""
    command = [str(Path(sys.executable).with_name("callqa")), *arguments]
    with log.open("w") as file:
        served = subprocess.Popen(
            command, env=environment(settings) | more, stdout=file, stderr=file, start_new_session=True
        )
    try:
        yield served
    finally:
        if served.poll() is None:
            os.killpg(served.pid, signal.SIGKILL)
            served.wait()


@contextmanager
def silence() -> Iterator[tuple[dict[str, str], Callable[[], bool]]]:
    """The settings of a speech server that never answers, and whether it was asked something."""
    with socket.create_server(("127.0.0.1", 0)) as silent, ExitStack() as asked:
        silent.settimeout(0)

        def at_work() -> bool:
            with suppress(BlockingIOError):
                asked.enter_context(silent.accept()[0])
                return True
            return False

        url = f"http://127.0.0.1:{silent.getsockname()[1]}/v1"
        yield {"CALLQA_ASR__ENGINE": "server", "CALLQA_ASR__SERVER_URL": url}, at_work


def wait_until(true: Callable[[], bool], served: "subprocess.Popen[bytes]", log: Path) -> None:
    deadline = time.monotonic() + SECONDS
    while not true():
        assert served.poll() is None, log.read_text()
        assert time.monotonic() < deadline, log.read_text()
        time.sleep(0.2)


def nothing_is_left_of(group: int) -> bool:
    """Soon after its end; what Python tidies up with goes last."""
    for _ in range(100):
        try:
            os.killpg(group, 0)
        except ProcessLookupError:
            return True
        time.sleep(0.1)
    return False


def test_the_schedule_really_runs_a_night(settings: Settings, few: Path, tmp_path: Path) -> None:
    """Prefect registers a schedule without complaint even where its scheduler then fails, so only a run proves it."""
    log = tmp_path / "log"
    with schedule(settings, few, log) as served:
        wait_until(lambda: any(settings.home.rglob("callqa-*.xlsx")), served, log)  # the last that a night does
        assert schedule_note(settings.home).read_text(encoding="utf-8").startswith("http://127.0.0.1:")
        served.terminate()
        assert served.wait(60) == 0, log.read_text()
    assert "Traceback" not in log.read_text()
    assert "database is locked" not in log.read_text()
    by_hand = settings.model_copy(update={"home": tmp_path / "by_hand"})
    night_of(by_hand, few)
    assert rows(settings) == rows(by_hand)
    assert len(rows(settings)["scores"]) == 2, log.read_text()


@pytest.mark.parametrize("stop", [signal.SIGINT, signal.SIGTERM])
def test_a_schedule_that_is_stopped_in_the_middle_of_a_night(
    settings: Settings, few: Path, tmp_path: Path, prefect_files: Path, stop: signal.Signals
) -> None:
    """Ctrl-C is told to all processes of the terminal, SIGTERM to the first alone."""
    shutil.copytree(prefect_files, settings.home / "prefect")
    log = tmp_path / "log"
    with (
        silence() as (engine, at_work),
        schedule(settings, few, log, **engine, CALLQA_ASR__WORKERS="0") as served,
    ):
        wait_until(at_work, served, log)
        (os.killpg if stop is signal.SIGINT else os.kill)(served.pid, stop)
        assert served.wait(120) == 0, log.read_text()
        assert nothing_is_left_of(served.pid)
    told = log.read_text(encoding="utf-8").splitlines()
    assert told[-2:] == [
        "stopping: the night that is at work is told to end",
        "stopped in the middle of a night: what it has done is kept, and the next night goes on where this one stopped",
    ]
    assert [line for line in told if "Traceback" in line or "refect." in line or "WARN" in line or "ERR" in line] == []
    goes_on = callqa(settings, "run", str(few))
    assert goes_on.returncode == 0, goes_on.stderr
    assert "ingest      0 new, 2 known" in goes_on.stdout
    assert len(rows(settings)["scores"]) == 2


def test_ctrl_c_ends_a_night_by_hand_in_the_midst_of_a_batch(settings: Settings, samples: Path, tmp_path: Path) -> None:
    log = tmp_path / "log"
    command = ["nightly", str(samples / "manifest.csv")]
    with silence() as (engine, at_work), begun(settings, command, log, **engine, CALLQA_ASR__WORKERS="1") as night:
        wait_until(at_work, night, log)
        os.killpg(night.pid, signal.SIGINT)
        assert night.wait(120) == 130, log.read_text()
        assert nothing_is_left_of(night.pid)
    told = log.read_text(encoding="utf-8").splitlines()
    assert told[-1] == "stopped; what is done is kept, run the same command again to go on"
    assert [line for line in told if "Traceback" in line or "ERR" in line or "API" in line] == []
