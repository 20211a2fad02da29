"""Whether the memory of a speech worker stays flat: one process transcribes a folder's calls over and over.

    python -m benchmarks.asr_memory FOLDER [--calls 500]

FOLDER holds manifest.csv, as samples/ does. Prints the resident memory after every tenth call and the growth from the
50th to the last, and appends a line of JSON to benchmarks/asr_memory.jsonl.
"""

import argparse
import csv
import itertools
import json
import platform
import resource
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

from asr import Source, Transcriber
from callqa.settings import AsrSettings

RECORD = Path(__file__).with_suffix(".jsonl")
EVERY, WARM = 10, 50  # calls


def sources(folder: Path) -> Iterator[Source]:
    """Every call of the manifest, again and again."""
    with (folder / "manifest.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    for count, row in enumerate(itertools.cycle(rows)):
        channel = row.get("agent_channel")
        path = folder / row["recording"]
        yield Source(f"{count:064d}", int(channel) if channel else None, lambda path=path: path.open("rb"))


def resident_mib() -> float:
    """Of this process, now (Linux)."""
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * resource.getpagesize() / 2**20


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--calls", type=int, default=500)
    options = parser.parse_args()
    samples: dict[int, float] = {}
    heard = Transcriber(AsrSettings()).transcribe(itertools.islice(sources(options.folder), options.calls))
    for n, _ in enumerate(heard, 1):
        if n % EVERY == 0:
            samples[n] = round(resident_mib(), 1)
            print(f"{n} calls: {samples[n]:.0f} MiB", flush=True)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    first, last = samples.get(WARM), list(samples.values())[-1]
    growth = last / first - 1 if first else None
    record = {
        "at": datetime.now(UTC).isoformat(timespec="seconds"),
        "machine": platform.machine(),
        "calls": options.calls,
        "resident_mib": samples,
        "peak_mib": round(peak, 1),
        "growth_from_50": growth,
    }
    with RECORD.open("a", encoding="utf-8") as file:
        file.write(json.dumps(record) + "\n")
    print(f"peak {peak:.0f} MiB" + ("" if growth is None else f", growth from call {WARM}: {growth:+.1%}"))


if __name__ == "__main__":
    main()
