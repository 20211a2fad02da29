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
MIB = 2**20


class Memory(NamedTuple):
    """Resident MiB at one moment."""

    seconds: float
    run: float
    """Of the run and, with Prefect, its server."""
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


def watch(
    command: Sequence[str], environment: Mapping[str, str], every: float, told: Callable[[Memory], None]
) -> Watched:
    """Runs the command to its end, looks at its memory ``every`` so many seconds, and has somebody ``told`` of it."""
    seen, started = Watched(), time.monotonic()
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
            seen.memory.append(Memory(round(time.monotonic() - started, 1), *resident(process.pid)))
            told(seen.memory[-1])

    watcher = threading.Thread(target=look)
    watcher.start()
    assert process.stdout
    for line in process.stdout:
        seen.lines.append((time.monotonic() - started, line))
    _, status, used = os.wait4(process.pid, 0)
    seen.wall, seen.cpu = time.monotonic() - started, used.ru_utime + used.ru_stime
    seen.status = process.returncode = os.waitstatus_to_exitcode(status)
    stop.set()
    watcher.join()
    return seen


def stage_seconds(lines: Iterable[tuple[float, str]], stages: Sequence[str]) -> dict[str, float]:
    """Wall time up to each stage's line, from the one before; what comes first includes the start of the command."""
    seconds, before = {}, 0.0
    for at, line in lines:
        if (match := re.match(r"(\w+) ", line)) and match[1] in stages:
            seconds[match[1]] = seconds.get(match[1], 0.0) + at - before
            before = at
    return seconds


def growth(memory: Sequence[float]) -> float | None:
    """How much larger the last quarter is than the second one, by medians; the first quarter warms up."""
    quarter = len(memory) // 4
    if not quarter:
        return None
    return median(memory[-quarter:]) / median(memory[quarter : 2 * quarter]) - 1


def resident(pid: int) -> tuple[float, float]:
    """MiB of the process with its children, and of the speech processes among these. Linux only."""
    run = speech = 0.0
    for one in [pid, *_children(pid)]:
        try:
            pages = int(Path(f"/proc/{one}/statm").read_text().split()[1])
            command = Path(f"/proc/{one}/cmdline").read_text()
        except OSError:
            continue  # it ended just now
        mib = pages * os.sysconf("SC_PAGE_SIZE") / MIB
        run, speech = (run, speech + mib) if any(name in command for name in SPEECH) else (run + mib, speech)
    return round(run, 1), round(speech, 1)


def _children(pid: int) -> list[int]:
    try:
        own = [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]
        own += [
            int(child)
            for task in Path(f"/proc/{pid}/task").iterdir()
            if task.name != str(pid)
            for child in (task / "children").read_text().split()
        ]
    except OSError:
        return []
    return own + [grandchild for child in own for grandchild in _children(child)]
