"""Limits of a plan: how much it takes of each thing that there is only so much of, and which breaks first."""

from dataclasses import asdict, dataclass
from typing import Any

from callqa.messages import Message
from services.capacity.plan import HOUR, USED, Batches, Plan, Workload, plan_night
from services.capacity.questions import QuestionCost
from services.capacity.rates import Device, Rates

WRITERS_SHARE = 0.5
"""Of the night. Writers who queue for a database that is busy for longer wait for each other more than they write."""
DAY = 24.0
INTAKE, HEARING = "taking calls in, one process", "hearing, one batch of one worker"
REPORT = "the month's report, one process"
DATABASES = {
    "sqlite": "SQLite: one machine works, one process writes at a time",
    "postgresql": "PostgreSQL: several machines write, and SQLite is a file of one",
}


@dataclass(frozen=True, slots=True)
class Limit:
    """One thing that may be too small: ``needed`` of ``there``, in ``unit``."""

    what: str
    needed: float
    there: float
    unit: str
    remedy: str

    @property
    def share(self) -> float:
        """Above 1 it breaks."""
        return self.needed / self.there


def find_limits(plan: Plan, rates: Rates, batches: Batches) -> tuple[Limit, ...]:
    """All of them, the tightest first."""
    workload, steps = plan.workload, plan.steps
    night = workload.window * USED
    remaining = night - (0.0 if workload.by_day else steps.intake / HOUR)
    to_transcribe = remaining - steps.report / HOUR
    size = batches.size(workload.calls, plan.workers) if plan.workers else batches.smallest
    one_batch = steps.spread * size / workload.calls / HOUR
    return tuple(
        sorted(
            (
                Limit(
                    INTAKE, steps.intake / HOUR, DAY if workload.by_day else night, "h",
                    "take several manifests in at once, an office each" if workload.by_day
                    else "take calls in while they arrive (callqa ingest), then plan with --by-day",
                ),
                Limit(
                    HEARING, one_batch, to_transcribe if to_transcribe > 0 else night, "h",
                    "smaller batches (flow.transcribe_batch), a faster device, or a longer window",
                ),
                Limit(
                    REPORT, steps.report / HOUR, remaining if remaining > 0 else night, "h",
                    "several databases, an office or a line each, with a report each",
                ),
                Limit(
                    "writing, one writer at a time", plan.writer_hours, night * WRITERS_SHARE, "h",
                    "several databases, an office or a line each",
                ),
                Limit(
                    "calls kept, with which the desk was measured", plan.calls_kept, rates.store.most_calls, "calls",
                    "keep fewer days, or measure with benchmarks.desk before you rely on it",
                ),
                Limit(
                    "recordings over the network", plan.gbit_per_second, rates.network.gbit_per_second, "Gbit/s",
                    "a faster network, or workers where the recordings are",
                ),
                Limit(
                    "Prefect, keeping its records", plan.task_runs * rates.prefect.ms_per_task_run / 1000 / HOUR,
                    night, "h", "larger batches (flow.transcribe_batch)",
                ),
            ),
            key=lambda limit: -limit.share,
        )
    )  # fmt: skip


@dataclass(frozen=True, slots=True)
class Advice:
    """What to set up."""

    database: str
    machines: Message


@dataclass(frozen=True, slots=True)
class Capacity:
    """A plan, and what it runs into."""

    plan: Plan
    limits: tuple[Limit, ...]
    """The tightest first."""
    advice: Advice
    questions: QuestionCost | None = None
    """Of a language model; ``None`` where none is asked."""

    def as_dict(self) -> dict[str, Any]:
        limits = [{**asdict(limit), "share": limit.share} for limit in self.limits]
        plan = {**asdict(self.plan), "device": self.plan.device.model_dump()}
        return {
            **plan,
            "limits": limits,
            "questions": asdict(self.questions) if self.questions else None,
            "advice": {"database": self.advice.database, "machines": self.advice.machines.text("en")},
        }


def capacity(workload: Workload, device: Device, rates: Rates, batches: Batches) -> Capacity:
    """What a night of that size needs, what breaks first, and what to set up."""
    plan = plan_night(workload, device, rates, batches)
    limits = find_limits(plan, rates, batches)
    return Capacity(plan, limits, _advise(plan, limits))


def _advise(plan: Plan, limits: tuple[Limit, ...]) -> Advice:
    if plan.machines is None:
        first = next(limit for limit in limits if limit.what in (INTAKE, HEARING, REPORT))
        machines = Message("no number of workers ends in time: {remedy}", remedy=Message(first.remedy))
    elif plan.device.kind == "card" and plan.workers == 1:
        machines = Message("one machine with one card, flow.workers = 1")
    elif plan.device.kind == "card":
        where = Message("one machine") if plan.machines == 1 else Message("{n} machines", n=plan.machines)
        machines = Message(
            "{where}, a Dask cluster of {workers} workers (flow.workers = {workers}), "
            "one for each card (CUDA_VISIBLE_DEVICES)",
            where=where,
            workers=plan.workers,
        )
    elif plan.machines == 1:
        machines = Message(
            "one machine with flow.runner = processes, flow.workers = {workers}, asr.threads = 1", workers=plan.workers
        )
    else:
        machines = Message(
            "{n:,} machines, a Dask cluster of {workers} workers (flow.workers = {workers}) with asr.threads = 1",
            n=plan.machines,
            workers=plan.workers,
        )
    return Advice(DATABASES[plan.database], machines)
