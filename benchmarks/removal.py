"""Erasing a number, and removing half a year's words, in a store of any size: how long, and with how much memory.

    python -m benchmarks.desk --calls 50000 --keep FOLDER
    python -m benchmarks.removal FOLDER/sqlite-50000 [--database-url postgresql://...]

Works on a copy of that store, in a file or in the database that is named, whose content is replaced. Each step runs in
a process of its own, so that its memory is its own. The copy takes as much room as the store, and is deleted then.
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
from collections.abc import Callable
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

from rich.console import Console

from benchmarks.desk.made_up import Year
from callqa.privacy_settings import RetentionSettings
from callqa.settings import Settings, load_settings
from flows.retention.apply import apply
from flows.retention.erase import calls_of_number, erase
from flows.retention.plan import plan
from flows.wiring import Run, open_book
from store import open_store
from store.copying import copy_in

HALF_A_YEAR = 183  # days; the made-up calls are of a year
CONSOLE = Console(stderr=True)

Book = tuple[Run, ...]


def find(book: Book, number: str) -> object:
    """What `callqa erase` without --apply does."""
    found = calls_of_number(book[0].store, number, CONSOLE)
    return {"written": len(found.written), "spoken": len(found.spoken)}


def remove_number(book: Book, number: str) -> object:
    return dict(erase(book, number, "benchmark", "a letter", datetime.now(UTC), CONSOLE).counts)


def ask(book: Book, _: str) -> object:
    """What `callqa retention` does."""
    with book[0].store.read() as c:
        return {one.limit.name: one.due.n_calls for one in plan(c, book[0].settings.retention, datetime.now(UTC))}


def remove_old(book: Book, _: str) -> object:
    return dict(apply(book, "benchmark", "", datetime.now(UTC), CONSOLE).counts)


STEPS: dict[str, Callable[[Book, str], object]] = {
    "find": find,
    "erase": remove_number,
    "plan": ask,
    "retention": remove_old,
}


def measured(step: str, number: str) -> dict[str, object]:
    limits = RetentionSettings(transcript_days=HALF_A_YEAR, audio_days=HALF_A_YEAR)
    with open_book(load_settings(retention=limits)) as book:
        started = time.perf_counter()
        did = STEPS[step](book, number)
        seconds = round(time.perf_counter() - started, 1)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    return {"step": step, "seconds": seconds, "cpu_seconds": round(time.process_time(), 1), "peak_mb": peak, "did": did}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("store", type=Path, nargs="?", help="A folder that benchmarks.desk built, of SQLite.")
    parser.add_argument("--database-url", default="", help="Where the copy goes; default: a SQLite file.")
    parser.add_argument("--number", help="default: that of one call in three thousand, which agents repeat")
    parser.add_argument("--step", choices=STEPS, help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.step:
        print(json.dumps(measured(arguments.step, arguments.number)))
        return
    number = arguments.number or Year(1, n_documents=1).documents[0].ticket.contact_phone
    with tempfile.TemporaryDirectory(dir=arguments.store.parent, prefix="removal-") as folder:
        home = Path(folder)
        shutil.copyfile(arguments.store / "callqa.db", home / "callqa.db")
        if arguments.database_url:
            with closing(open_store(arguments.database_url)) as target:
                copy_in(home / "callqa.db", target)
        settings = Settings(home=home, database_url=arguments.database_url, rubric="pudong-12345")
        print(f"load {os.getloadavg()}, {os.cpu_count()} cores", flush=True)
        environment = os.environ | {"CALLQA_HOME": str(home), "CALLQA_RUBRIC": settings.rubric}
        environment |= {"CALLQA_DATABASE_URL": settings.database_url} if settings.database_url else {}
        for step in STEPS:
            command = [sys.executable, "-m", "benchmarks.removal", "--step", step, "--number", number]
            done = subprocess.run(command, env=environment, stdout=subprocess.PIPE, text=True, check=True)
            print(done.stdout.strip(), flush=True)


if __name__ == "__main__":
    main()
