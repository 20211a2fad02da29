"""The steps of a run, at each of which something may go wrong."""

import itertools
import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from disturbed import Wrong, die
from sqlalchemy import Engine, event

WRITES = os.O_WRONLY | os.O_RDWR
REPORTS = "/reports/"
READS = ("SELECT", "PRAGMA", "BEGIN", "SET LOCAL")


def at_every_step(act: Callable[[], None]) -> None:
    """Calls ``act`` before a row is written, a transaction committed, a report opened or put in its place."""
    event.listen(Engine, "before_cursor_execute", lambda *told: None if told[2].startswith(READS) else act())
    event.listen(Engine, "commit", lambda _: act())
    sys.addaudithook(lambda name, arguments: act() if _writes_report(name, arguments) else None)


def _writes_report(name: str, arguments: tuple[Any, ...]) -> bool:
    if name not in ("open", "os.rename") or not isinstance(arguments[0], str):
        return False
    return REPORTS in arguments[0] and (name == "os.rename" or bool(arguments[2] & WRITES))


def count_steps(into: Path) -> None:
    """Writes how many steps there have been."""
    number = itertools.count(1)
    at_every_step(lambda: _put(into, next(number)))


def _put(into: Path, number: int) -> None:
    into.write_text(str(number))


def at_step(n: int, act: Wrong) -> None:
    """At the ``n``-th step, counted from 1."""
    number = itertools.count(1)
    at_every_step(lambda: act() if next(number) == n else None)


def kill_at_step(n: int) -> None:
    at_step(n, die)


def at_stage(name: str, act: Wrong) -> None:
    """When the stage asks what there is to do, the first time."""
    from flows.stages import STAGES

    stage = STAGES[name]
    asks = stage.pending

    def pending(context: Any) -> list[int]:
        act()
        return asks(context)

    object.__setattr__(stage, "pending", pending)  # a frozen one, which the steps of the night hold, too


def kill_at_stage(name: str) -> None:
    at_stage(name, die)
