"""The desk at scale.

    python -m benchmarks.desk --calls 1000000 --keep FOLDER [--database sqlite|postgres]

Builds a store of made-up calls in the folder, unless one of that size is there already, then opens the desk on it and
lets sixteen people of several roles click through it, and prints how long they waited. With ``postgres``, a server of
its own is started on the folder, so PostgreSQL has to be installed.
"""

import argparse
import json
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from benchmarks.desk.build import build, console
from callqa.settings import Settings
from tests.postgres import binaries, running

BUILT = "built.json"
TUNED = ("shared_buffers=1GB", "work_mem=32MB", "effective_cache_size=8GB", "max_wal_size=8GB")


def home_of(keep: Path, database: str, n_calls: int) -> Path:
    return keep / f"{database}-{n_calls}"


@contextmanager
def database_of(home: Path, kind: str) -> Iterator[str]:
    """The URL of the kept database, while it can be reached."""
    if kind == "sqlite":
        yield f"sqlite:///{home / 'callqa.db'}"
        return
    programs = binaries()
    if programs is None:
        raise SystemExit("PostgreSQL is not installed; apt install postgresql, or use --database sqlite")
    with running(programs, home / "server", TUNED) as server:
        if not (home / BUILT).exists():
            server.execute("CREATE DATABASE callqa TEMPLATE template0")
        yield server.url("callqa")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--calls", type=int, default=1_000_000)
    parser.add_argument("--database", choices=("sqlite", "postgres"), default="sqlite")
    parser.add_argument("--keep", type=Path, required=True, help="Folder for the built stores.")
    arguments = parser.parse_args()
    home = home_of(arguments.keep.absolute(), arguments.database, arguments.calls)
    marker = home / BUILT
    if not marker.exists():
        shutil.rmtree(home, ignore_errors=True)  # what was not finished
        home.mkdir(parents=True)
    with database_of(home, arguments.database) as url:
        settings = Settings(home=home, database_url=url, rubric="pudong-12345")
        if not marker.exists():
            built = build(settings, arguments.calls)
            marker.write_text(json.dumps(built), encoding="utf-8")
        console.print(f"built: {marker.read_text()}, load {os.getloadavg()}", highlight=False)


if __name__ == "__main__":
    main()
