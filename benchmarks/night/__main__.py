"""A night of many calls on this machine, from the manifest to the reports.

    python -m benchmarks.night --calls 2000 [--database sqlite|postgres] [--prefect [--workers N]] [--turns 20]

Only what is heard is made up (engine ``scripted``, without repair). All else is the real night: recordings are
hashed, decoded and cut into turns in a watched speech process, transcripts checked, scored, indexed, listed, and the
month's reports written. Prints how far it is, and in the end calls a second by stage, memory of the run, of Prefect's
server and of the speech processes, how much it grew within the two long stages, processor time, and what a call adds
to an empty database, and appends these to benchmarks/night.jsonl. What Prefect costs is the difference between a
night with ``--prefect --workers 1`` and one without: ``callqa run`` does one batch after the other, so it has one
speech process at work.
"""

import argparse
import json
import os
import platform
import shutil
import sqlite3
import sys
import tempfile
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime
from itertools import count
from pathlib import Path
from typing import Any

import psycopg

from benchmarks.night.synthetic import make_night
from benchmarks.night.watching import Memory, Watched, growth, stage_ends, watch
from benchmarks.postgres import postgres
from store import open_store

RECORD = Path(__file__).parents[1] / "night.jsonl"
STAGES = ("ingest", "transcribe", "check", "score", "index", "list", "report")
EVERY = 2.0  # seconds between looks at the memory
TOLD = 15  # of these looks, from one line about the progress to the next
LAST = 20  # lines of a night that went wrong
SHOWN = 12  # of these looks, in the record
TUNED = ("shared_buffers=256MB", "work_mem=32MB", "max_wal_size=4GB")


@contextmanager
def database_of(folder: Path, kind: str) -> Iterator[str]:
    """The URL of a new database."""
    if kind == "sqlite":
        yield f"sqlite:///{folder / 'callqa.db'}"
        return
    with postgres(TUNED) as server, server.database() as name:
        yield server.url(name)


def n_bytes(url: str) -> int:
    """Of the whole database, without a log of changes beside it."""
    sqlite = "SELECT page_count * page_size FROM pragma_page_count, pragma_page_size"
    return ask(url, sqlite if url.startswith("sqlite") else "SELECT pg_database_size(current_database())")


def ask(url: str, question: str) -> int:
    """A number that the database knows."""
    if url.startswith("sqlite"):
        with closing(sqlite3.connect(url.removeprefix("sqlite:///"))) as connection:
            (answer,) = connection.execute(question).fetchone()
    else:
        with psycopg.connect(url.replace("+psycopg", "")) as server:
            (answer,) = server.execute(question.encode()).fetchone() or (0,)
    return int(answer)


def night(manifest: Path, script: Path, home: Path, url: str, n_calls: int, workers: int | None) -> Watched:
    """``workers``: speech processes of a night that Prefect drives; ``None``: without Prefect."""
    settings = {
        "CALLQA_HOME": str(home),
        "CALLQA_DATABASE_URL": url,
        "CALLQA_ASR__ENGINE": "scripted",
        "CALLQA_ASR__SCRIPT": str(script),
        "CALLQA_ASR__REPAIR": "false",
        "CALLQA_ASR__WORKERS": str(workers or 1),
        "CALLQA_FLOW__WORKERS": str(workers or 1),
    }
    looks = count()

    def tell(memory: Memory) -> None:
        if next(looks) % TOLD == TOLD - 1:
            n_transcribed, checked = (ask(url, f"SELECT count(*) FROM {name}") for name in ("transcript", "call_score"))
            print(
                f"{memory.seconds:7.0f} s  {n_transcribed:,} of {n_calls:,} calls heard, {checked:,} scored; "
                f"run {memory.run:.0f} MiB, server {memory.server:.0f} MiB, speech {memory.speech:.0f} MiB",
                flush=True,
            )

    command = [sys.executable, "-c", "from cli.main import main; main()", "run" if workers is None else "nightly"]
    return watch([*command, str(manifest)], os.environ | settings, EVERY, tell)


def figures(watched: Watched, n_calls: int, size: int) -> dict[str, Any]:
    spans = stage_ends(watched.lines, STAGES)
    seconds = {stage: end - start for stage, (start, end) in spans.items()}
    looks = watched.memory[:: -(-len(watched.memory) // SHOWN) or 1]

    def grown(stage: str) -> dict[str, float | None]:
        start, end = spans[stage]
        then = [look for look in watched.memory if start <= look.seconds < end]
        return {
            "run": growth([look.run for look in then]),
            "server": growth([look.server for look in then if look.server]),
            "speech": growth([look.speech for look in then if look.speech]),
        }

    return {
        "seconds": {stage: round(taken, 1) for stage, taken in seconds.items()},
        "calls_per_second": {stage: round(n_calls / taken, 1) for stage, taken in seconds.items()},
        "wall": round(watched.wall, 1),
        "cpu": round(watched.cpu, 1),
        "server_cpu": round(watched.server_cpu, 1),
        "memory_mib": looks,
        "peak_mib": [max(look[part] for look in watched.memory) for part in (1, 2, 3)],
        "growth": {stage: grown(stage) for stage in ("transcribe", "check") if stage in spans},
        "database_kb_per_call": round(size / n_calls / 1000, 2),
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--calls", type=int, default=2000)
    parser.add_argument("--turns", type=int, default=20, help="Of a call; a second each.")
    parser.add_argument("--database", choices=("sqlite", "postgres"), default="sqlite")
    parser.add_argument("--prefect", action="store_true", help="Drive the night by Prefect.")
    parser.add_argument("--workers", type=int, default=os.cpu_count(), help="With --prefect: speech processes at once.")
    parser.add_argument("--folder", type=Path, help="Where recordings and database go (100 kB a call).")
    options = parser.parse_args()
    workers = options.workers if options.prefect else None
    folder = Path(tempfile.mkdtemp(prefix="night-", dir=options.folder))
    try:
        manifest, script = make_night(folder, options.calls, options.turns)
        home = folder / "home"
        home.mkdir()
        with database_of(home, options.database) as url:
            open_store(url).close()
            empty = n_bytes(url)
            watched = night(manifest, script, home, url, options.calls, workers)
            if watched.status:
                last_lines = "".join(line for _, line in watched.lines[-LAST:])
                raise SystemExit(f"{last_lines}the night ended with status {watched.status}")
            measured = figures(watched, options.calls, n_bytes(url) - empty)
    finally:
        shutil.rmtree(folder)
    record = {
        "at": datetime.now(UTC).isoformat(timespec="seconds"),
        "machine": f"{os.cpu_count()} cores {platform.machine()}, load {os.getloadavg()[2]:.1f}",
        "calls": options.calls,
        "turns": options.turns,
        "database": options.database,
        "prefect": options.prefect,
        "workers": workers or 1,
        **measured,
    }
    with RECORD.open("a", encoding="utf-8") as file:
        file.write(json.dumps(record) + "\n")
    for name, value in record.items():
        if name != "memory_mib":  # the file has the looks at it
            print(f"{name:<22} {value}")


if __name__ == "__main__":
    main()
