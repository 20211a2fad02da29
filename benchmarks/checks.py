"""Speed of the text stage: all checks of the library on labelled calls, each call once, on one core.

    python -m benchmarks.checks FOLDER [FOLDER ...]

A FOLDER holds manifest.csv and truth/*.json, as samples/ does. The first half of the calls warms up (models are loaded,
lexicons compiled), the second half is timed; none of its words has been seen before. Prints calls per second, the time
of each check and the peak memory, and appends a line of JSON to benchmarks/checks.jsonl.
"""

import argparse
import json
import platform
import resource
import time
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

from callqa.settings import load_settings
from callqa.types import Conversation
from qa_models import Check, load_checks
from services.evaluation.labelled import read_truths, true_conversations

RECORD = Path(__file__).with_suffix(".jsonl")


def conversations(folders: Sequence[Path]) -> list[Conversation]:
    settings = load_settings()
    result = []
    for folder in folders:
        truths = {truth.call_id: truth for truth in read_truths(folder)}
        result += [conversation for _, conversation in true_conversations(settings, folder, truths)]
    return result


def timed(calls: Sequence[Conversation], checks: Sequence[Check]) -> dict[str, float]:
    """Seconds of processor time, of all threads together, that each check took on these calls."""
    seconds = dict.fromkeys((check.id for check in checks), 0.0)
    for call in calls:
        for check in checks:
            started = time.process_time()
            check(call)
            seconds[check.id] += time.process_time() - started
    return seconds


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folders", type=Path, nargs="+")
    options = parser.parse_args()
    calls, checks = conversations(options.folders), list(load_checks().values())
    half = len(calls) // 2
    timed(calls[:half], checks)
    seconds = timed(calls[half:], checks)
    n = len(calls) - half
    total = sum(seconds.values())
    for check_id, taken in sorted(seconds.items(), key=lambda pair: -pair[1]):
        print(f"{check_id:24} {1000 * taken / n:6.2f} ms")
    turns = sum(len(call.turns) for call in calls[half:]) / n
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"{n} calls of {turns:.0f} turns: {n / total:.1f} calls per second on one core, peak {peak:.0f} MiB")
    record = {
        "at": datetime.now(UTC).isoformat(timespec="seconds"),
        "machine": platform.machine(),
        "calls": n,
        "turns_per_call": turns,
        "calls_per_second": n / total,
        "ms_per_call": {check_id: 1000 * taken / n for check_id, taken in seconds.items()},
        "peak_mib": peak,
    }
    with RECORD.open("a", encoding="utf-8") as file:
        file.write(json.dumps(record) + "\n")


if __name__ == "__main__":
    main()
