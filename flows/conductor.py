"""One night, start to end: ingest, transcribe, check, score, aggregate. The caller says how batches are run."""

import os
import socket
import threading
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass

from rich.console import Console

from callqa.errors import StoreError
from flows.ingest import IngestReport, ingest
from flows.progress import ingest_bar, stage_bar
from flows.stages import STAGES, BatchReport, Stage, rebuild_aggregates
from flows.wiring import Run
from store import Store, lease, write

RunBatches = Callable[[Run, Stage, list[list[int]]], Iterable[BatchReport]]
"""Runs a stage's batches somewhere and yields their reports as they end."""

NIGHT = ("transcribe", "check", "score")
RESCORE = ("check", "score")

LEASE = "run"
LEASE_SECONDS = 120.0
RENEW_SECONDS = 30.0


@dataclass(frozen=True, slots=True)
class Source:
    """Where a night's calls come from."""

    manifest: str
    recordings: str | None = None
    replace: bool = False


@dataclass(frozen=True, slots=True)
class RunReport:
    """What a run did, in counts."""

    ingest: IngestReport | None
    stages: Mapping[str, BatchReport]
    seconds: float

    def counts(self) -> dict[str, object]:
        """For the run history and Prefect's page: numbers only, no call ids, no text."""
        stages: dict[str, object] = {name: asdict(report) for name, report in self.stages.items()}
        if self.ingest:
            taken = {"new": self.ingest.new, "same": self.ingest.same, "replaced": self.ingest.replaced}
            stages["ingest"] = {**taken, "refused": len(self.ingest.refused)}
        return {**stages, "seconds": round(self.seconds, 1)}

    def table(self) -> list[dict[str, object]]:
        """One row a stage."""
        return [{"stage": name, **asdict(report)} for name, report in self.stages.items()]


def in_this_process(run: Run, stage: Stage, batches: list[list[int]]) -> Iterator[BatchReport]:
    """One batch after the other, right here."""
    for ids in batches:
        yield stage.work(run, ids)


def conduct(
    run: Run,
    kind: str,
    stages: Iterable[str],
    run_batches: RunBatches,
    console: Console,
    source: Source | None = None,
) -> RunReport:
    """Do whatever is missing, and nothing that is there. Raises `StoreError` when another run is at work."""
    started = time.monotonic()
    with holding_lease(run.store):
        with run.store.write() as connection:
            run_id = write.start_run(connection, kind, run.keys, {})
        taken = _take_in(run, source, console) if source else None
        reports = {name: _run_stage(run, STAGES[name], run_batches, console) for name in stages}
        rebuild_aggregates(run)
        report = RunReport(taken, reports, time.monotonic() - started)
        with run.store.write() as connection:
            write.finish_run(connection, run_id, report.counts())
    return report


def _take_in(run: Run, source: Source, console: Console) -> IngestReport:
    with ingest_bar(console) as on_row:
        report = ingest(
            run.store, run.settings, source.manifest, source.recordings, replace=source.replace, on_row=on_row
        )
    console.print(
        f"ingest      {report.new} new, {report.same} known, {report.replaced} replaced, {len(report.refused)} refused",
        highlight=False,
    )
    for problem in report.refused:
        console.print(
            f"  line {problem.line}, call {problem.call_id or '?'}: {problem.message} [{problem.reason}]", markup=False
        )
    return report


def _run_stage(run: Run, stage: Stage, run_batches: RunBatches, console: Console) -> BatchReport:
    ids = stage.pending(run)
    with stage_bar(run, stage, len(ids), console) as meter:
        for report in run_batches(run, stage, stage.batches(run, ids)) if ids else ():
            meter.add(report)
    return meter.report


@contextmanager
def holding_lease(store: Store) -> Iterator[None]:
    """One run at a time on a store. A killed run frees its lease: at once on the same machine, else in time."""
    holder = f"{socket.gethostname()}/{os.getpid()}"
    _acquire(store, holder)
    stop = threading.Event()

    def renew() -> None:
        while not stop.wait(RENEW_SECONDS):
            with store.write() as connection:
                lease.renew(connection, LEASE, holder, LEASE_SECONDS)

    renewer = threading.Thread(target=renew, daemon=True, name="lease")
    renewer.start()
    try:
        yield
    finally:
        stop.set()
        renewer.join()
        with store.write() as connection:
            lease.release(connection, LEASE, holder)


def _acquire(store: Store, holder: str) -> None:
    with store.write() as connection:
        if lease.acquire(connection, LEASE, holder, LEASE_SECONDS):
            return
        other = lease.holder(connection, LEASE)
        if other and _is_dead(other):
            lease.release(connection, LEASE, other)
            if lease.acquire(connection, LEASE, holder, LEASE_SECONDS):
                return
    raise StoreError(
        f"another run is at work on this database ({other}); wait for it, or, if its machine died, "
        f"try again in {LEASE_SECONDS:.0f} seconds"
    )


def _is_dead(holder: str) -> bool:
    """Whether the holder was a process of this machine that is no more."""
    host, _, pid = holder.rpartition("/")
    if host != socket.gethostname():
        return False
    try:
        os.kill(int(pid), 0)
    except ProcessLookupError:
        return True
    except PermissionError:
        return False
    return int(pid) == os.getpid()  # left behind by this very process, whose earlier run ended without its lease
