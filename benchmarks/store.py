"""Speed of the store at scale: fills a fresh one with synthetic calls, then asks what a nightly run asks.

python -m benchmarks.store --calls 100000 [--database sqlite:////some/where/bench.db]
"""

import argparse
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from functools import cache
from pathlib import Path
from typing import TypeVar
from zoneinfo import ZoneInfo

from more_itertools import chunked
from rich.console import Console

from callqa.days import Days
from callqa.keys import RubricKeys, content_key, context_key
from callqa.types import Call, Evidence, Finding, Recording, Ticket, Transcript, Turn, Verdict, Word
from scoring import Rubric, judge_items, load_rubric, score_sheet
from scoring.figures import aggregate
from store import Store, open_store
from store.calls import failures, figures, pending, read, registry, write

T = TypeVar("T")
ENGINE = {"engine": "made-up"}
N_AGENTS = 800
N_TURNS = 20
N_WORDS = 12  # in a turn
CALLS_PER_COMMIT = 1000
FINDINGS_PER_COMMIT = 5000
START = datetime(2026, 9, 1, 8, tzinfo=ZoneInfo("Asia/Shanghai"))
SAID = "您反映的问题我已经记录下来了请您保持电话畅通"

console = Console()


def measure(title: str, n: int, work: Callable[[], T]) -> T:
    started = time.perf_counter()
    result = work()
    seconds = time.perf_counter() - started
    console.print(f"{title:<42} {seconds:8.2f} s  {n / seconds:12,.0f} /s", highlight=False)
    return result


def make_call(n: int) -> Call:
    ticket = Ticket(request_type="投诉", category=("环境保护", "环境污染"), summary=SAID, contact_name=f"市民{n}")
    started_at = START + timedelta(seconds=25 * n)
    return Call(
        f"call-{n:07}", f"{n % N_AGENTS:04}", started_at, f"{n}.wav", f"team-{n % 20}", agent_channel=0, ticket=ticket
    )


@cache
def make_turn(i: int, variant: int) -> Turn:
    start = 9.0 * i + variant / 8
    words = tuple(
        Word(
            SAID[(7 * variant + i + w) % 20 :][:2],
            start + w / 4,
            start + (w + 1) / 4,
            0.5 + (variant * w + i) % 49 / 100,
        )
        for w in range(N_WORDS)
    )
    text = "".join(word.text for word in words)
    return Turn(i, "citizen" if i % 2 else "agent", start, start + 5, text, words, 0.9, -21.5, 180.0)


def make_transcript(n: int) -> Transcript:
    turns = tuple(make_turn(i, n % 6) for i in range(N_TURNS))
    return Transcript(Recording(f"{n:064x}", 9.0 * N_TURNS, 2, 8000, "pcm_s16le"), content_key(ENGINE), turns)


def make_findings(n: int, keys_by_check: dict[str, str]) -> Iterator[Finding]:
    evidence = (Evidence(n % N_TURNS, 0, 12, 1.5, 4.5, SAID[:12]),)
    for i, (check_id, key) in enumerate(keys_by_check.items()):
        verdict = list(Verdict)[(n * 31 + i * 7) % 100 // 60 * ((n + i) % 4)]
        yield Finding(check_id, key, verdict, "said_in_other_words", 1.25, evidence if i % 2 else (), 0.875)


def commit(store: Store, batches: Iterable[T], write_batch: Callable[..., object]) -> None:
    for batch in batches:
        with store.write() as c:
            write_batch(c, batch)


def fill(store: Store, n_calls: int, keys_by_check: dict[str, str]) -> None:
    def put_calls(c: object, numbers: list[int]) -> None:
        for n in numbers:
            write.put_call(c, make_call(n), f"{n:064x}", 1_000_000, "stamp")  # type: ignore[arg-type]

    def put_transcripts(c: object, numbers: list[int]) -> None:
        for n in numbers:
            write.put_transcript(c, f"{n:064x}", 0, make_transcript(n), ENGINE)  # type: ignore[arg-type]

    numbers = range(1, n_calls + 1)
    rows = (
        write.FindingRow(n, context_key(make_call(n)), finding)
        for n in numbers
        for finding in make_findings(n, keys_by_check)
    )
    measure("put calls", n_calls, lambda: commit(store, chunked(numbers, CALLS_PER_COMMIT), put_calls))
    measure("put transcripts", n_calls, lambda: commit(store, chunked(numbers, CALLS_PER_COMMIT), put_transcripts))
    n_findings = n_calls * len(keys_by_check)
    measure("put findings", n_findings, lambda: commit(store, chunked(rows, FINDINGS_PER_COMMIT), write.put_findings))


def rescore(store: Store, keys: RubricKeys, rubric: Rubric) -> None:
    with store.read() as c:
        ids = measure("to_score, all of them", 1, lambda: pending.to_score(c, keys))

    def score_all() -> None:
        for chunk in chunked(ids, CALLS_PER_COMMIT):
            with store.read() as c:
                rows = [
                    write.ScoreRow(
                        stored.call_pk, stored.transcript_id, stored.context_key,
                        score_sheet(stored.call_id, judge_items(dict(stored.verdicts), rubric), rubric),
                    )
                    for stored in read.verdicts(c, chunk, keys)
                ]  # fmt: skip
            with store.write() as c:
                write.put_scores(c, rows, keys)

    measure("score: read verdicts, score, write", len(ids), score_all)


def ask(store: Store, keys: RubricKeys, rubric: Rubric) -> None:
    other_rubric = replace(keys, rubric_key="x" * 16)
    other_check = replace(keys, check_keys=(*keys.check_keys[1:], "x" * 16))
    with store.read() as c:
        measure("to_transcribe, nothing", 1, lambda: pending.to_transcribe(c, keys, 3))
        measure("to_check, nothing", 1, lambda: pending.to_check(c, keys))
        measure("to_check, another check", 1, lambda: pending.to_check(c, other_check))
        measure("to_score, nothing", 1, lambda: pending.to_score(c, keys))
        measure("to_score, another rubric", 1, lambda: pending.to_score(c, other_rubric))
        measure("progress", 1, lambda: read.progress(c, keys))
        measure("outstanding failures", 1, lambda: failures.outstanding_failures(c, keys))
        measure("checks that failed", 1, lambda: failures.error_findings(c, keys))
        measure("one call's score", 1, lambda: read.score_of(c, "call-0000777", keys))
        agents = measure("figures of all agents", 1, lambda: aggregate(figures.scored_calls(c, keys, Days()), rubric))
        console.print(f"  ({len(agents)} agents)", highlight=False)
        ids = range(1, 2001)
        measure("read conversations", 2000, lambda: list(read.conversations(c, ids, keys.engine_key)))
        measure("read calls with findings and evidence", 2000, lambda: list(read.findings(c, ids, keys)))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--calls", type=int, default=100_000)
    parser.add_argument("--database", help="default: a temporary SQLite file")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "bench.db"
        store = open_store(arguments.database or f"sqlite:///{path}")
        rubric = load_rubric("pudong-12345")
        keys_by_check = {check_id: content_key(check_id) for check_id in rubric.check_ids}
        keys = RubricKeys(content_key(ENGINE), tuple(sorted(keys_by_check.values())), rubric.key)
        with store.write() as c:
            registry.register_checks(c, {key: {"id": check_id} for check_id, key in keys_by_check.items()})
            registry.register_rubric(c, rubric.id, rubric.version, rubric.key, rubric.model_dump(mode="json"))
        console.print(f"{arguments.calls:,} calls, {len(keys_by_check)} checks", highlight=False)
        fill(store, arguments.calls, keys_by_check)
        rescore(store, keys, rubric)
        ask(store, keys, rubric)
        store.close()
        if path.exists():
            console.print(f"{path.stat().st_size / arguments.calls / 1000:.1f} kB a call", highlight=False)


if __name__ == "__main__":
    main()
