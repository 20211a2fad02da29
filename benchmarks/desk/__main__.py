"""The desk at scale.

    python -m benchmarks.desk --calls 1000000 --keep FOLDER [--database sqlite|postgres] --ask
    python -m benchmarks.desk --calls 1000000 --keep FOLDER [--database sqlite|postgres] --minutes 5 --think 1

Builds a store of synthetic calls in the folder, unless one of that size is there already. Then asks what pages ask of
the store (--ask), or opens the desk on it and lets sixteen people of several roles click through it (--minutes), and
prints how long they waited. With ``postgres``, a server of its own is started on the folder, so
PostgreSQL has to be installed; its store is a copy of SQLite's, where that was built.
"""

import argparse
import asyncio
import json
import os
import shutil
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path

from benchmarks.desk.asking import ask
from benchmarks.desk.build import build, console, index
from benchmarks.desk.clicks import SHIFT, work
from benchmarks.desk.copying import copy_store
from benchmarks.desk.figures import Waits, table_of
from benchmarks.desk.programs import read_on, tokens
from benchmarks.desk.serving import serving
from benchmarks.desk.synthetic import Year
from benchmarks.postgres import postgres
from callqa.settings import Settings
from services.context import open_context

BUILT = "built.json"
WARM_UP = 0.5  # minutes that are not counted: the first who asks for figures waits until they are made
LIMITS = {"list": 150.0, "API": 150.0, "filter": 150.0, "menus": 150.0, "call": 150.0, "agent": 150.0, "search": 400.0}
"""Milliseconds that one of twenty may take longer than."""
TUNED = ("shared_buffers=1GB", "work_mem=32MB", "effective_cache_size=8GB", "max_wal_size=8GB")


def home_of(keep: Path, database: str, n_calls: int) -> Path:
    return keep / f"{database}-{n_calls}"


@contextmanager
def database_of(home: Path, kind: str) -> Iterator[str]:
    """The URL of the kept database, while it can be reached."""
    if kind == "sqlite":
        yield f"sqlite:///{home / 'callqa.db'}"
        return
    with postgres(TUNED, home / "server") as server:
        if not (home / BUILT).exists():
            server.execute("CREATE DATABASE callqa TEMPLATE template0")
        yield server.url("callqa")


def fill(settings: Settings, arguments: argparse.Namespace) -> dict[str, object]:
    """What was built, or copied, and how long it took."""
    other = home_of(arguments.keep.absolute(), "sqlite", arguments.calls)
    if arguments.database == "sqlite" or not (other / BUILT).exists():
        return build(settings, arguments.calls)
    started = time.perf_counter()
    copy_store(other / "callqa.db", settings.database, console)
    return {"calls": arguments.calls, "seconds": {"copied": round(time.perf_counter() - started, 1)}}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--calls", type=int, default=1_000_000)
    parser.add_argument("--database", choices=("sqlite", "postgres"), default="sqlite")
    parser.add_argument("--keep", type=Path, required=True, help="Folder for the built stores.")
    parser.add_argument("--ask", nargs="?", const="", help="Ask the store: everything, or what begins so.")
    parser.add_argument("--no-index", action="store_true", help="Leave the index of what was said as it is.")
    parser.add_argument("--minutes", type=float, help="Open the desk, and let people click for so long.")
    parser.add_argument("--think", type=float, default=1.0, help="Seconds between two clicks of a person, about.")
    parser.add_argument("--programs", type=int, default=0, help="Programs that read by the interface meanwhile.")
    parser.add_argument("--workers", type=int, default=2, help="Processes of the desk.")
    parser.add_argument("--record", type=Path, help="Add the figures as a line to this file.")
    arguments = parser.parse_args()
    home = home_of(arguments.keep.absolute(), arguments.database, arguments.calls)
    marker = home / BUILT
    if not marker.exists():
        shutil.rmtree(home, ignore_errors=True)  # what was not finished
        home.mkdir(parents=True)
    with database_of(home, arguments.database) as url:
        settings = Settings(home=home, database_url=url, rubric="pudong-12345")
        if not marker.exists():
            marker.write_text(json.dumps(fill(settings, arguments)), encoding="utf-8")
        if not arguments.no_index:
            console.print(f"indexed in {index(settings)} s", highlight=False)
        console.print(f"built: {marker.read_text()}", highlight=False)
        if arguments.ask is not None:
            with open_context(settings) as context:
                asked = {name: waits.row() for name, waits in ask(context, Year(arguments.calls), arguments.ask)}
            tell(arguments, "the store, one question at a time", asked)
        if arguments.minutes:
            with serving(settings, arguments.workers) as server:
                warmed = asyncio.run(work(server.url, WARM_UP, 0.5))
                used = server.cpu_seconds()
                waits = asyncio.run(everybody(server.url, tokens(settings, arguments.programs), arguments))
                used = server.cpu_seconds() - used
            rows = {name: wait.row() for name, wait in waits.items()}
            at_work = f"{len(SHIFT)} people" + (f", {arguments.programs} programs" if arguments.programs else "")
            title = f"{at_work}, {arguments.workers} processes, {arguments.think:g} s between clicks"
            first = max(wait.row()["max"] for wait in warmed.values())
            cpu_ms = round(1000 * used / sum(len(wait.seconds) for wait in waits.values()), 1)
            tell(
                arguments,
                title,
                rows,
                slowest_while_warming_up=first,
                cpu_ms_per_page=cpu_ms,
                megabytes=server.megabytes,
            )


async def everybody(desk: str, shown: list[str], arguments: argparse.Namespace) -> dict[str, Waits]:
    """People and programs at once."""
    both = await asyncio.gather(
        work(desk, arguments.minutes, arguments.think), read_on(desk, shown, arguments.minutes, arguments.think)
    )
    return both[0] | both[1]


def tell(arguments: argparse.Namespace, setup: str, rows: dict[str, dict[str, float]], **more: object) -> None:
    load, cores = [round(value, 1) for value in os.getloadavg()], os.cpu_count()
    title = f"{setup}; {arguments.calls:,} calls, {arguments.database}; {cores} cores, load {load}"
    console.print(table_of(rows, LIMITS, title))
    for name, value in more.items():
        console.print(f"{name}: {value}", highlight=False)
    if arguments.record:
        facts = {
            "what": setup,
            "calls": arguments.calls,
            "database": arguments.database,
            "cores": cores,
            "load": load,
            **more,
        }
        with arguments.record.open("a", encoding="utf-8") as file:
            file.write(json.dumps({"day": f"{date.today()}", **facts, "rows": rows}, ensure_ascii=False) + "\n")


if __name__ == "__main__":
    main()
