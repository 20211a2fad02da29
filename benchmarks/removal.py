"""Erasing a number, and removing half a year's words, in a store of any size: how long, and with how much memory.

    python -m benchmarks.desk --calls 50000 --keep FOLDER
    python -m benchmarks.removal FOLDER/sqlite-50000 [--database sqlite|postgres]

Works on a copy of that store, in a file or on a PostgreSQL server of its own, which takes as much room as the store and
is deleted then. Each step runs in a process of its own, so that its memory is its own; beside it stands what the server
used.
"""

import argparse
import json
import os
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

from rich.console import Console

from benchmarks.desk.copying import copy_store
from benchmarks.desk.synthetic import Year
from benchmarks.postgres import cpu_seconds, postgres
from callqa.settings import load_settings
from callqa.settings.privacy import RetentionSettings
from flows.stages import index_again
from reports.month import write_all_changed_reports
from services.context import RubricSet, open_rubric_set
from services.retention.apply import apply
from services.retention.erase import calls_of_number, erase
from services.retention.plan import plan

TUNED = ("shared_buffers=1GB", "work_mem=32MB", "max_wal_size=8GB")
HALF_A_YEAR = 183  # days; the synthetic calls are of a year
CONSOLE = Console(stderr=True)


def write_reports(rubric_set: RubricSet, _: str) -> object:
    """As a night left them: an erasure writes anew those of the months from which a call went."""
    return write_all_changed_reports(rubric_set)


def find(rubric_set: RubricSet, number: str) -> object:
    """What `callqa erase` without --apply does."""
    matches = calls_of_number(rubric_set[0].store, number, CONSOLE)
    return {"written": len(matches.written), "spoken": len(matches.spoken)}


def remove_number(rubric_set: RubricSet, number: str) -> object:
    return dict(
        erase(
            rubric_set,
            number,
            "benchmark",
            "a letter",
            datetime.now(UTC),
            CONSOLE,
            index_again,
            write_all_changed_reports,
        ).counts
    )


def ask(rubric_set: RubricSet, _: str) -> object:
    """What `callqa retention` does."""
    with rubric_set[0].store.read() as c:
        return {
            due_limit.limit.name: due_limit.due.n_calls
            for due_limit in plan(c, rubric_set[0].settings.retention, datetime.now(UTC))
        }


def remove_old(rubric_set: RubricSet, _: str) -> object:
    return dict(apply(rubric_set, "benchmark", "", datetime.now(UTC), CONSOLE, index_again).counts)


STEPS: dict[str, Callable[[RubricSet, str], object]] = {
    "reports": write_reports,
    "find": find,
    "erase": remove_number,
    "plan": ask,
    "retention": remove_old,
}


def measured(step: str, number: str) -> dict[str, object]:
    limits = RetentionSettings(transcript_days=HALF_A_YEAR, audio_days=HALF_A_YEAR)
    with open_rubric_set(load_settings(retention=limits)) as rubric_set:
        started = time.perf_counter()
        did = STEPS[step](rubric_set, number)
        seconds = round(time.perf_counter() - started, 1)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    return {"step": step, "seconds": seconds, "cpu_seconds": round(time.process_time(), 1), "peak_mb": peak, "did": did}


@contextmanager
def copied(store: Path, home: Path, database: str) -> Iterator[tuple[str, Callable[[], float]]]:
    """The URL of a copy of the store, and what tells the processor time of its server so far, in seconds."""
    if database == "sqlite":
        shutil.copyfile(store, home / "callqa.db")
        yield f"sqlite:///{home / 'callqa.db'}", lambda: 0.0
        return
    with postgres(TUNED) as server, server.database() as name:
        copy_store(store, server.url(name), CONSOLE)
        yield server.url(name), partial(cpu_seconds, server)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("store", type=Path, nargs="?", help="A folder that benchmarks.desk built, of SQLite.")
    parser.add_argument("--database", choices=("sqlite", "postgres"), default="sqlite")
    parser.add_argument("--number", help="default: that of one call in three thousand, which agents repeat")
    parser.add_argument("--step", choices=STEPS, help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.step:
        print(json.dumps(measured(arguments.step, arguments.number)))
        return
    number = arguments.number or Year(1, n_documents=1).documents[0].ticket.contact_phone
    with (
        tempfile.TemporaryDirectory(dir=arguments.store.parent, prefix="removal-") as folder,
        copied(arguments.store / "callqa.db", Path(folder), arguments.database) as (url, server_cpu),
    ):
        print(f"load {os.getloadavg()}, {os.cpu_count()} cores", flush=True)
        environment = os.environ | {
            "CALLQA_HOME": folder,
            "CALLQA_DATABASE_URL": url,
            "CALLQA_RUBRIC": "pudong-12345",
        }
        for step in STEPS:
            before = server_cpu()
            command = [sys.executable, "-m", "benchmarks.removal", "--step", step, "--number", number]
            done = subprocess.run(command, env=environment, stdout=subprocess.PIPE, text=True, check=True)
            print(
                json.dumps(json.loads(done.stdout) | {"server_cpu_seconds": round(server_cpu() - before, 1)}),
                flush=True,
            )


if __name__ == "__main__":
    main()
