"""Runs callqa's commands in processes of their own, in which something goes wrong.

They are forked off a process that has imported everything, so each begins in milliseconds and none knows of another.
"""

import multiprocessing
import os
import signal
import sys
from collections.abc import Callable, Mapping
from contextlib import redirect_stderr, redirect_stdout
from dataclasses import dataclass
from multiprocessing.context import ForkServerProcess
from pathlib import Path

Wrong = Callable[[], None]
"""Makes something go wrong later on, in the process that calls it."""

_forking = multiprocessing.get_context("forkserver")
_forking.set_forkserver_preload(["warmed_up"])
SECONDS = 240.0  # until a command counts as hanging


@dataclass(frozen=True)
class Ended:
    """A command that is over."""

    status: int
    """Exit status; below 0 the signal that killed it."""
    output: str
    """What it wrote, errors too."""


@dataclass(frozen=True)
class Started:
    """A command at work."""

    process: ForkServerProcess
    written: Path

    def ended(self, seconds: float = SECONDS) -> Ended:
        """Waits for its end. Raises `TimeoutError`."""
        self.process.join(seconds)
        if self.process.exitcode is None:
            self.process.kill()
            raise TimeoutError(f"still at work after {seconds} s; it wrote:\n{self.written.read_text()}")
        return Ended(self.process.exitcode, self.written.read_text(encoding="utf-8"))

    def kill(self) -> None:
        self.process.kill()


def start(environment: Mapping[str, str], written: Path, *arguments: str, wrong: Wrong | None = None) -> Started:
    """A callqa command in a process of its own, with ``environment`` added to ours."""
    os.environ["PYTHONPATH"] = os.pathsep.join(sys.path)  # for the process they are forked from
    process = _forking.Process(target=_command, args=(dict(environment), str(written), arguments, wrong))
    process.start()
    return Started(process, written)


def _command(environment: dict[str, str], written: str, arguments: tuple[str, ...], wrong: Wrong | None) -> None:
    from cli import main
    from flows import stages

    stages.TEXT_BATCH = 4  # several batches of few calls
    os.environ.update(environment)
    sys.argv = ["callqa", *arguments]
    with Path(written).open("w", buffering=1, encoding="utf-8") as file, redirect_stdout(file), redirect_stderr(file):
        for number in (1, 2):  # for what libraries write
            os.dup2(file.fileno(), number)
        if wrong:
            wrong()
        main.main()


def die() -> None:
    """At once, with nothing written or closed."""
    os.kill(os.getpid(), signal.SIGKILL)
