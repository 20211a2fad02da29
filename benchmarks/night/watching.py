"""A command at work: when it said what, how much processor time it took, and the memory of its processes meanwhile."""

import os
import re
import subprocess
import threading
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median
from typing import NamedTuple

SPEECH = "asr.worker", "asr.sandbox"  # in the command lines of a speech process and its decoder
SERVER = "prefect.server"  # in that of the server that a night starts
MIB = 2**20


class Memory(NamedTuple):
    """Resident MiB at one moment."""

    seconds: float
    run: float
    server: float
    """Prefect's, if the run started one."""
    speech: float


@dataclass
class Watched:
    """What was seen of a command."""

    status: int = 0
    wall: float = 0.0
    cpu: float = 0.0
    """Seconds of all its processes that have ended."""
    lines: list[tuple[float, str]] = field(default_factory=list)
    """What it said, with seconds since its start."""
    memory: list[Memory] = field(default_factory=list)
    server_cpu: float = 0.0
    """Seconds of Prefect's server, a part of ``cpu``."""


def watch(
    command: Sequence[str], environment: Mapping[str, str], every: float, on_memory: Callable[[Memory], None]
) -> Watched:
    """Runs the command to its end; every so many seconds ``on_memory`` gets a look at its memory."""
    watched, started = Watched(), time.monotonic()
    process = subprocess.Popen(
        command,
        env={**environment, "PYTHONUNBUFFERED": "1"},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        encoding="utf-8",
    )
    stop = threading.Event()

    def look() -> None:
        while not stop.wait(every):
            family = [process.pid, *_children(process.pid)]
            watched.memory.append(Memory(round(time.monotonic() - started, 1), *resident(family)))
            watched.server_cpu = max(
                watched.server_cpu, sum(_cpu(member) for member in family if SERVER in _command(member))
            )
            on_memory(watched.memory[-1])

    watcher = threading.Thread(target=look)
    watcher.start()
    assert process.stdout
    for line in process.stdout:
        watched.lines.append((time.monotonic() - started, line))
    _, status, used = os.wait4(process.pid, 0)
    watched.wall, watched.cpu = time.monotonic() - started, used.ru_utime + used.ru_stime
    watched.status = process.returncode = os.waitstatus_to_exitcode(status)
    stop.set()
    watcher.join()
    return watched


def stage_ends(lines: Iterable[tuple[float, str]], stages: Sequence[str]) -> dict[str, tuple[float, float]]:
    """Seconds from when to when: up to a stage's line, from the one before; the first includes the command's start."""
    spans, before = {}, 0.0
    for at, line in lines:
        if (match := re.match(r"(\w+) ", line)) and match[1] in stages:
            spans[match[1]] = before, at
            before = at
    return spans


def growth(memory: Sequence[float]) -> float | None:
    """How much larger the last quarter is than the second one, by medians; the first quarter warms up."""
    quarter = len(memory) // 4
    if not quarter:
        return None
    return round(median(memory[-quarter:]) / median(memory[quarter : 2 * quarter]) - 1, 4)


def resident(family: Iterable[int]) -> tuple[float, float, float]:
    """MiB of the run's own processes, of Prefect's server, and of the speech processes. Linux only."""
    run = server = speech = 0.0
    for member in family:
        command = _command(member)
        try:
            pages = int(Path(f"/proc/{member}/statm").read_text().split()[1])
        except OSError:
            continue  # it ended just now
        mib = pages * os.sysconf("SC_PAGE_SIZE") / MIB
        if any(name in command for name in SPEECH):
            speech += mib
        elif SERVER in command:
            server += mib
        else:
            run += mib
    return round(run, 1), round(server, 1), round(speech, 1)


def _command(pid: int) -> str:
    try:
        return Path(f"/proc/{pid}/cmdline").read_text()
    except OSError:
        return ""


def _cpu(pid: int) -> float:
    try:
        fields = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
    except OSError:
        return 0.0
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def _children(pid: int) -> list[int]:
    try:
        children = [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]
        children += [
            int(child)
            for task in Path(f"/proc/{pid}/task").iterdir()
            if task.name != str(pid)
            for child in (task / "children").read_text().split()
        ]
    except OSError:
        return []
    return children + [grandchild for child in children for grandchild in _children(child)]
