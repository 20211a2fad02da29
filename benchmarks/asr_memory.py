"""Memory of speech processes that are recycled: a folder's calls are transcribed over and over.

    python -m benchmarks.asr_memory FOLDER [--calls 60] [--recycle-after 20]

FOLDER holds manifest.csv, as samples/ does. Prints the resident memory of the speech process after each call and the
peak of each process, which are its life's; in a flat night, later peaks are no higher. Appends a line of JSON to
benchmarks/asr_memory.jsonl.
"""

import argparse
import csv
import itertools
import json
import os
import platform
from collections.abc import Iterator
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

from asr import Source, SpeechWorkers
from asr.workers import WorkerLimits
from benchmarks.night.watching import resident
from callqa.keys import file_sha256
from callqa.settings import AsrSettings

RECORD = Path(__file__).with_suffix(".jsonl")


def sources(folder: Path) -> Iterator[Source]:
    """Every call of the manifest, again and again."""
    with (folder / "manifest.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    for row in itertools.cycle(rows):
        path, channel = folder / row["recording"], row.get("agent_channel")
        with path.open("rb") as file:
            sha256 = file_sha256(file)
        yield Source(sha256, int(channel) if channel else None, partial(Path.open, path, "rb"))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--calls", type=int, default=60)
    parser.add_argument("--recycle-after", type=int, default=20)
    options = parser.parse_args()
    workers = SpeechWorkers(AsrSettings(), limits=WorkerLimits(recycle_after=options.recycle_after))
    memory = []
    for _ in workers.transcribe(itertools.islice(sources(options.folder), options.calls)):
        memory.append(resident(os.getpid())[1])
        print(f"{len(memory)} calls: {memory[-1]:.0f} MiB", flush=True)
    lives = [memory[n : n + options.recycle_after] for n in range(0, len(memory), options.recycle_after)]
    peaks = [max(life) for life in lives]
    record = {
        "at": datetime.now(UTC).isoformat(timespec="seconds"),
        "machine": platform.machine(),
        "calls": options.calls,
        "recycle_after": options.recycle_after,
        "speech_mib": memory,
        "peaks_mib": peaks,
    }
    with RECORD.open("a", encoding="utf-8") as file:
        file.write(json.dumps(record) + "\n")
    print("peak of each process: " + ", ".join(f"{peak:.0f} MiB" for peak in peaks))


if __name__ == "__main__":
    main()
