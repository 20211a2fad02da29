"""Plan of a nightly run of a given size: workers, machines, memory, disk, network. Arithmetic alone.

A night is intake, then its stages one after the other, then the month's report; within a stage the batches are spread
over workers. A worker is whatever hears recordings: a processor core, or a graphics card with the cores beside it.
Rates are measured ones (see `services.capacity.rates`), and a night is planned to end when `USED` of its window is
over, so that it may be repeated in part, or run on a slow day.
"""

from dataclasses import dataclass
from math import ceil, floor
from typing import Literal

from services.capacity.rates import Device, Rates

USED = 0.7
"""Share of the window that is planned with."""
READINGS = 2
"""A recording is read once to know it again, and once to hear it."""
ROOM = 2.5
"""Disk for each byte of the database: itself, a backup beside it, and what is written while a backup runs."""
MONTH = 31
"""Days: every night writes the report of the month that is under way, and the last one of a month is planned with."""
HOUR = 3600.0


@dataclass(frozen=True, slots=True)
class Workload:
    """What is asked of a night."""

    calls: int
    """A night."""
    minutes: float
    """Mean length of a call."""
    window: float
    """Hours between the last call of the day and the report."""
    keep_days: int = 365
    """How long transcripts and scores are kept."""
    kbit_per_second: float = 128.0
    """Of recordings: 128 is two channels of telephone sound (8 kHz, 8 bits)."""
    by_day: bool = False
    """Whether calls are taken in while they arrive (`callqa ingest`), and the night begins with hearing them."""


@dataclass(frozen=True, slots=True)
class Batches:
    """In how many parts a stage is spread over workers (`flows.stage.Stage.batches`)."""

    smallest: int
    """Recordings in a batch, at least."""
    most: int
    """Batches of a stage ..."""
    each: int
    """... or so many for each worker, whichever is more."""

    def size(self, calls: int, workers: int) -> int:
        return max(self.smallest, ceil(calls / self._most(workers)))

    def number(self, calls: int, workers: int) -> int:
        """Batches of the longest stage."""
        return min(self._most(workers), ceil(calls / self.smallest))

    def _most(self, workers: int) -> int:
        return max(self.most, self.each * workers)


@dataclass(frozen=True, slots=True)
class Steps:
    """Seconds that a night of one worker would take, step by step."""

    intake: float
    hearing: float
    texts: float
    report: float

    @property
    def spread(self) -> float:
        """What workers share; one process takes calls in, and writes the report."""
        return self.hearing + self.texts


@dataclass(frozen=True, slots=True)
class Plan:
    """What the night needs. ``workers`` and all that hangs on it is ``None`` where no number of workers is enough."""

    workload: Workload
    device: Device
    steps: Steps
    workers: int | None
    hours: float | None
    """How long the night takes with those workers."""
    machines: int | None
    memory_gib: float | None
    """Main memory of each machine, for the night."""
    calls_kept: int
    database: Literal["sqlite", "postgresql"]
    """A file of one machine, or a server where several machines write."""
    database_gb: float
    """When the oldest call is as old as is kept."""
    disk_gb: float
    recordings_gb: float
    """Of one night."""
    gbit_per_second: float
    """Recordings over the network, on average over the time planned with."""
    writer_hours: float
    """How long the one writer of the database is busy."""
    task_runs: int
    """Task runs of Prefect in a night."""


def plan_night(workload: Workload, device: Device, rates: Rates, batches: Batches) -> Plan:
    """The fewest workers with which the night ends in time, and what they and the database need."""
    steps = _steps(workload, device, rates)
    budget = workload.window * HOUR * USED - _alone(workload, steps)
    workers = _workers(workload.calls, steps.spread, budget, batches)
    machines = None if workers is None else ceil(workers / device.per_machine)
    calls_kept = workload.calls * workload.keep_days
    alone = machines == 1 and (device.kind == "core" or workers == 1)  # several cards are workers of a Dask scheduler
    database: Literal["sqlite", "postgresql"] = "sqlite" if alone else "postgresql"
    size = rates.store.sqlite if database == "sqlite" else rates.store.postgresql
    database_gb = calls_kept * (size.kb_per_call + size.kb_per_minute * workload.minutes) / 1e6
    recordings = workload.calls * workload.minutes * 60 * workload.kbit_per_second / 8e6
    readings = READINGS - workload.by_day
    return Plan(
        workload, device, steps, workers,
        hours=None if workers is None else _hours(workload, steps, workers, batches),
        machines=machines,
        memory_gib=None if workers is None else _memory(workers, device, rates),
        calls_kept=calls_kept,
        database=database,
        database_gb=database_gb,
        disk_gb=database_gb * ROOM,
        recordings_gb=recordings,
        gbit_per_second=readings * recordings * 8 / (workload.window * HOUR * USED),
        writer_hours=workload.calls * rates.writer.ms_per_call / 1000 / HOUR,
        task_runs=rates.prefect.stages * batches.number(workload.calls, workers or 1),
    )  # fmt: skip


def _steps(workload: Workload, device: Device, rates: Rates) -> Steps:
    megabytes = workload.minutes * 60 * workload.kbit_per_second / 8000
    waiting = rates.intake.requests * rates.network.ms_per_request
    intake = (rates.intake.ms_per_call + waiting) / 1000 + megabytes / rates.intake.mb_per_second
    return Steps(
        intake=workload.calls * intake,
        hearing=workload.calls * workload.minutes * max(60 / device.speed, device.beside / device.cores),
        texts=workload.calls * rates.texts.ms_per_call / 1000 / device.cores,
        report=workload.calls * MONTH * rates.report.ms_per_call / 1000,
    )


def _alone(workload: Workload, steps: Steps) -> float:
    """Seconds of the night in which one process works."""
    return steps.report + (0.0 if workload.by_day else steps.intake)


def _workers(calls: int, spread: float, budget: float, batches: Batches) -> int | None:
    """Batches are not divided: in the time there is, each worker does a whole number of them."""
    in_time = max(0.0, budget) * calls / spread  # calls that one worker does
    few = _share(batches.number(calls, 1), floor(in_time / batches.size(calls, 1)))
    if few and batches.each * few <= batches.most:
        return few
    size = floor(in_time / batches.each)  # so many workers have batches of their own, and these get smaller
    if size >= batches.smallest:
        return ceil(calls / (batches.each * size))
    return _share(ceil(calls / batches.smallest), floor(in_time / batches.smallest))


def _share(n_batches: int, by_each: int) -> int | None:
    return ceil(n_batches / by_each) if by_each else None


def _hours(workload: Workload, steps: Steps, workers: int, batches: Batches) -> float:
    calls = workload.calls
    rounds = ceil(batches.number(calls, workers) / workers)
    round_seconds = steps.spread * min(batches.size(calls, workers), calls) / calls
    return (_alone(workload, steps) + rounds * round_seconds) / HOUR


def _memory(workers: int, device: Device, rates: Rates) -> float:
    """The night process and Prefect's server are on one machine only, but any of them may be the one."""
    texts_gib = rates.texts.memory_gib
    return min(workers, device.per_machine) * (device.memory_gib + texts_gib) + texts_gib + rates.prefect.memory_gib
