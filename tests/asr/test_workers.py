"""Speech processes that die, stall, freeze, leak and are left alone: real processes, only the words are scripted."""

import hashlib
import io
import json
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from functools import partial
from multiprocessing.connection import Connection
from pathlib import Path
from typing import BinaryIO

import pytest
from sounds import tone, wav

from asr import Source, SpeechWorkers, Transcriber
from asr import workers as watching
from asr.decode import SAMPLE_RATE, decode
from asr.workers import USUAL, Look, WorkerLimits, look
from callqa.errors import AudioError, EngineError
from callqa.settings import AsrSettings
from callqa.types import Transcript

pytestmark = pytest.mark.slow  # each test starts processes
EXCERPT = 8  # seconds


@pytest.fixture(scope="module")
def call(samples: Path) -> bytes:
    with (samples / "audio" / "D019.m4a").open("rb") as file:
        _, audio = decode(file, "sha")
    return wav(*audio.samples[:, : EXCERPT * SAMPLE_RATE], rate=SAMPLE_RATE)


@pytest.fixture
def calls(call: bytes) -> list[Source]:
    return [source(call + bytes([n])) for n in range(5)]


def source(content: bytes) -> Source:
    return Source(hashlib.sha256(content).hexdigest(), 0, partial(io.BytesIO, content))


def settings(folder: Path, script: dict[str, object], **fields: object) -> AsrSettings:
    """Without repair, whose dictionaries each process would read for seconds."""
    path = folder / "script.json"
    lines = [{"channel": 0, "start": 0.0, "end": 500.0, "text": "甲" * 2000}]
    path.write_text(json.dumps({"*": lines, **script}), encoding="utf-8")
    return AsrSettings.model_validate({"engine": "scripted", "script": path, "repair": False, **fields})


def outcomes(sources: list[Source], options: AsrSettings, look: Look = look, limits: WorkerLimits = USUAL) -> list[str]:
    """Of each source in order: ``transcript`` or the reason why there is none."""
    results = list(SpeechWorkers(options, look, limits).transcribe(sources))
    assert [result.sha256 for result, _ in results] == [original.sha256 for original in sources]
    return [outcome.reason if isinstance(outcome, AudioError) else "transcript" for _, outcome in results]


def open_noting(pids: Path, content: bytes) -> BinaryIO:
    """Runs in the speech process. A line for each recording: its process, and the most memory it has had so far."""
    with pids.open("a") as file:
        # Not getrusage's, which goes on counting from whoever started the process.
        (most,) = (line.split()[1] for line in Path("/proc/self/status").read_text().splitlines() if "VmHWM" in line)
        file.write(f"{os.getpid()} {most}\n")
    return io.BytesIO(content)


def open_killing(content: bytes, marker: Path | None = None) -> BinaryIO:
    """Kills the speech process; with a marker, only once."""
    if marker is None or not marker.exists():
        if marker:
            marker.touch()
        os.kill(os.getpid(), signal.SIGKILL)
    return io.BytesIO(content)


def open_pausing(pids: Path, content: bytes) -> BinaryIO:
    """Notes, and stops the run and the speech process in the middle of a recording that the run knows to be in hand.
    The next process that is given the recording stops nobody."""
    file = open_noting(pids, content)
    if len(noted(pids)) == 1:
        time.sleep(1)
        for process in (os.getppid(), os.getpid()):
            os.kill(process, signal.SIGSTOP)
    return file


def noting(calls: list[Source], pids: Path) -> list[Source]:
    return [Source(original.sha256, 0, partial(open_noting, pids, original.open().read())) for original in calls]


def noted(pids: Path) -> list[tuple[int, int]]:
    lines = pids.read_text().splitlines() if pids.exists() else []
    return [(int(pid), int(kilobytes)) for pid, kilobytes in map(str.split, lines)]


def is_running(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


def test_results_are_those_of_a_transcriber(calls: list[Source], tmp_path: Path) -> None:
    options = settings(tmp_path, {"fail": [calls[1].sha256]})
    sources = [calls[0], source(b"hello"), calls[1], source(wav(tone(0.2))), calls[2]]
    watched = list(SpeechWorkers(options).transcribe(sources))
    alone = list(Transcriber(options).transcribe(sources))
    assert [type(outcome) for _, outcome in watched] == [Transcript, AudioError, AudioError, AudioError, Transcript]
    for (first, result), (second, expected) in zip(watched, alone, strict=True):
        assert first.sha256 == second.sha256
        assert str(result) == str(expected)


@pytest.mark.parametrize(
    ("misdeed", "reason"), [("kill", "worker_died"), ("stall", "worker_stalled"), ("freeze", "worker_stalled")]
)
def test_a_recording_that_takes_its_process_along_stops_no_other(
    misdeed: str, reason: str, calls: list[Source], tmp_path: Path
) -> None:
    pids = tmp_path / "pids"
    calls[1:2] = noting(calls[1:2], pids)

    def hurried(pipe: Connection) -> float:
        """An hour passes with each look at a process that was given the recording at fault, and no time else."""
        is_at_fault = any(is_running(pid) for pid, _ in noted(pids))  # asked first: the process told that it began
        if pipe.poll(0.05):
            return 0.0
        return 3600.0 if is_at_fault else 1e-9

    options = settings(tmp_path, {misdeed: [calls[1].sha256]})
    results = outcomes(calls, options, look if misdeed == "kill" else hurried)
    assert results == ["transcript", reason, *["transcript"] * 3]


def test_nor_does_one_that_kills_the_decoder(calls: list[Source], tmp_path: Path) -> None:
    for n in (0, 3, 4):
        calls[n] = Source(f"{n:064}", 0, partial(open_killing, b""))
    dead = "worker_died"
    assert outcomes(calls, settings(tmp_path, {})) == [dead, "transcript", "transcript", dead, dead]


def test_a_process_killed_from_outside_is_nobody_s_fault(call: bytes, calls: list[Source], tmp_path: Path) -> None:
    calls[2] = Source("2" * 64, 0, partial(open_killing, call, tmp_path / "killed"))
    assert outcomes(calls, settings(tmp_path, {})) == ["transcript"] * 5
    assert (tmp_path / "killed").exists()


@pytest.mark.parametrize(("stall_factor", "outcome"), [(100 / EXCERPT, "transcript"), (0, "worker_stalled")])
def test_patience_grows_with_the_sound_in_hand(
    stall_factor: float, outcome: str, calls: list[Source], tmp_path: Path
) -> None:
    pids = tmp_path / "pids"

    def ten_seconds(pipe: Connection) -> float:
        """Wakes the process that stopped with the sound in hand, and says that it has slept for ten seconds."""
        stopped = [pid for pid, _ in noted(pids) if is_running(pid) and is_stopped(pid)]
        if pipe.poll(0.05):
            return 0.0
        for pid in stopped:
            os.kill(pid, signal.SIGCONT)
        return 10.0 if stopped else 1e-9

    options = settings(tmp_path, {"freeze": [calls[0].sha256]})
    limits = WorkerLimits(stall_seconds=5, stall_factor=stall_factor)
    assert outcomes(noting(calls[:1], pids), options, ten_seconds, limits) == [outcome]


def test_processes_are_recycled_and_give_back_what_they_leaked(calls: list[Source], tmp_path: Path) -> None:
    peaks = {}
    for recycle_after, n_processes in ((2, 3), (100, 1)):
        pids = tmp_path / f"{recycle_after}"
        workers = SpeechWorkers(
            settings(tmp_path, {"leak": 20_000_000}), limits=WorkerLimits(recycle_after=recycle_after)
        )
        for _ in range(2):
            assert len(list(workers.transcribe(noting(calls[:3], pids)))) == 3
        used = noted(pids)
        assert len({pid for pid, _ in used}) == n_processes
        peaks[recycle_after] = max(kilobytes for _, kilobytes in used)
    assert peaks[2] < peaks[100] - 80_000  # a call has two clips at least


def test_a_process_is_kept_for_the_next_batch_and_replaced_when_it_is_gone(calls: list[Source], tmp_path: Path) -> None:
    workers, pids = SpeechWorkers(settings(tmp_path, {})), tmp_path / "pids"
    for n in range(3):
        if n == 2:
            os.kill(noted(pids)[-1][0], signal.SIGKILL)
        ((_, outcome),) = workers.transcribe(noting(calls[n : n + 1], pids))
        assert isinstance(outcome, Transcript)
    first, second, third = (pid for pid, _ in noted(pids))
    assert first == second != third


def test_whoever_stops_listening_leaves_no_process_at_work(calls: list[Source], tmp_path: Path) -> None:
    workers, pids = SpeechWorkers(settings(tmp_path, {})), tmp_path / "pids"
    results = workers.transcribe(noting(calls, pids))
    next(results)
    results.close()
    assert not is_running(noted(pids)[0][0])
    assert [type(outcome) for _, outcome in workers.transcribe(calls[:1])] == [Transcript]


def test_an_engine_that_cannot_be_loaded_stops_the_run(calls: list[Source], tmp_path: Path) -> None:
    options = AsrSettings(engine="scripted", script=tmp_path / "nowhere.json")
    with pytest.raises(EngineError, match=r"nowhere\.json cannot be read"):
        outcomes(calls, options)


def test_so_does_a_process_that_always_dies_at_once(
    calls: list[Source], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "executable", "/bin/false")
    with pytest.raises(EngineError, match="while it loads"):
        outcomes(calls, settings(tmp_path, {}))


def test_and_one_process_lost_after_the_other(
    calls: list[Source], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(watching, "MAX_LOST", 3)
    options = settings(tmp_path, {"kill": [original.sha256 for original in calls]})
    results = []
    with pytest.raises(EngineError, match="3 speech processes in a row"):
        results += [outcome for _, outcome in SpeechWorkers(options).transcribe(calls)]
    assert len(results) <= 1


PROGRAM = """
import sys
sys.path[:0] = {path!r}
import test_workers
test_workers.hear(test_workers.{opening}, {folder!r}, {script!r})
"""


def hear(opening: Callable[[Path, bytes], BinaryIO], place: str, script: dict[str, object]) -> None:
    """What a run of its own does."""
    folder = Path(place)
    hand_over = partial(opening, folder / "pids", (folder / "call.wav").read_bytes())
    options, limits = settings(folder, script), WorkerLimits(stall_seconds=8, stall_factor=0)
    sys.stdout.write(" ".join(outcomes([Source("0" * 64, 0, hand_over)], options, limits=limits)))


def started(
    folder: Path, call: bytes, opening: Callable[[Path, bytes], BinaryIO], script: dict[str, object]
) -> tuple["subprocess.Popen[str]", int]:
    """A process that transcribes the call, and its speech process, which has opened it by now."""
    (folder / "call.wav").write_bytes(call)
    program = PROGRAM.format(path=sys.path, opening=opening.__name__, folder=str(folder), script=script)
    run = subprocess.Popen([sys.executable, "-c", program], stdout=subprocess.PIPE, text=True)
    wait_until((folder / "pids").exists)
    time.sleep(1)
    ((pid, _),) = noted(folder / "pids")
    return run, pid


def test_a_process_whose_run_was_killed_ends(call: bytes, tmp_path: Path) -> None:
    run, pid = started(tmp_path, call, open_noting, {"delay": 300.0})
    run.kill()
    run.communicate()
    wait_until(lambda: not is_running(pid))


def test_nobody_is_to_blame_when_the_whole_machine_stood_still(call: bytes, tmp_path: Path) -> None:
    run, pid = started(tmp_path, call, open_pausing, {})
    wait_until(lambda: is_stopped(run.pid) and is_stopped(pid))
    time.sleep(9)  # longer than it may get nowhere
    for process in (pid, run.pid):  # the run last: it is not to watch one that stands still
        with suppress(ProcessLookupError):  # somebody else has woken them, and all is over
            os.kill(process, signal.SIGCONT)
    output, _ = run.communicate()
    assert output == "transcript"
    assert len(noted(tmp_path / "pids")) == 1, "the process was given up"


def is_stopped(pid: int) -> bool:
    return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] == "T"


def wait_until(true: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 120
    while not true():
        assert time.monotonic() < deadline
        time.sleep(0.1)


def test_what_is_being_heard_can_be_given_up(tmp_path: Path, calls: list[Source]) -> None:
    pids = tmp_path / "pids"
    workers = SpeechWorkers(settings(tmp_path, {}), limits=WorkerLimits(stall_seconds=3600))
    heard = workers.transcribe([Source(original.sha256, 0, partial(open_waiting, pids)) for original in calls])
    stopping = threading.Thread(target=lambda: (noted_soon(pids), workers.stop()))
    stopping.start()
    with pytest.raises(EngineError, match="the run was stopped"):
        next(heard)
    stopping.join()
    with pytest.raises(EngineError, match="the run was stopped"):
        next(workers.transcribe(calls))
    assert len(noted(pids)) == 1, "no other process was begun"


def open_waiting(pids: Path) -> BinaryIO:
    """Notes, and never comes back."""
    open_noting(pids, b"")
    time.sleep(3600)
    return io.BytesIO()


def noted_soon(pids: Path) -> None:
    while not noted(pids):
        time.sleep(0.05)
