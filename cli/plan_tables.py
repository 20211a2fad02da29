"""A plan in words, for the terminal."""

import pandas as pd
from rich.console import Console

from cli.output import rich_table
from services.capacity.limits import Capacity
from services.capacity.plan import HOUR, USED

NONE = "none is enough"


def print_capacity(capacity: Capacity, console: Console) -> None:
    """What is needed, what it costs, what breaks first, what to do."""
    work = capacity.plan.workload
    console.print(
        f"{work.calls:,} calls of {work.minutes:g} minutes a night, done in {work.window:g} hours "
        f"({USED:.0%} of them are planned with); kept for {work.keep_days:,} days"
    )
    console.print(f"one worker: {capacity.plan.device.source}", soft_wrap=True)
    for title, rows in (
        ("Needed", _needed(capacity)),
        ("What a night costs", _costs(capacity)),
        ("What breaks first", _limits(capacity)),
    ):
        console.print(rich_table(title, pd.DataFrame(rows)))
    console.print(f"database   {capacity.advice.database}", soft_wrap=True)
    console.print(f"machines   {capacity.advice.machines}", soft_wrap=True)
    first = capacity.limits[0]
    if first.share > 1:
        console.print(f"first      {first.what}: {first.remedy}", soft_wrap=True)


def _needed(capacity: Capacity) -> list[dict[str, str]]:
    plan = capacity.plan
    device = "cores" if plan.device.kind == "core" else f"graphics cards, each with {plan.device.cores} cores"
    found = {
        f"workers ({device})": NONE if plan.workers is None else f"{plan.workers:,}",
        f"machines of {plan.device.per_machine}": NONE if plan.machines is None else f"{plan.machines:,}",
        "memory of a machine": NONE if plan.memory_gib is None else f"{plan.memory_gib:,.1f} GiB",
        "hours with them": NONE if plan.hours is None else f"{plan.hours:.1f}",
        "calls kept": f"{plan.calls_kept:,}",
        "database": gigabytes(plan.database_gb),
        "disk for it": gigabytes(plan.disk_gb),
        "recordings of a night": gigabytes(plan.recordings_gb),
        "network": f"{plan.gbit_per_second:.3g} Gbit/s",
    }
    return [{"what": what, "how much": how_much} for what, how_much in found.items()]


def _costs(capacity: Capacity) -> list[dict[str, str]]:
    """Steps by the time of workers they take, the dearest first."""
    plan = capacity.plan
    steps = {
        "hearing": plan.steps.hearing,
        "checks and scores": plan.steps.texts,
        "taking calls in": plan.steps.intake,
        "the month's report": plan.steps.report,
    }
    whole = sum(steps.values())
    return [
        {"what": what, "worker hours": f"{seconds / HOUR:,.1f}", "share": f"{seconds / whole:.1%}"}
        for what, seconds in sorted(steps.items(), key=lambda step: -step[1])
    ]


def _limits(capacity: Capacity) -> list[dict[str, str]]:
    return [
        {
            "what": limit.what,
            "needed": _amount(limit.needed, limit.unit),
            "there is": _amount(limit.there, limit.unit),
            "used": f"{limit.share:,.0%}" if limit.share < 100 else f"{limit.share:,.0f} times",
        }
        for limit in capacity.limits
    ]


def _amount(amount: float, unit: str) -> str:
    if unit == "h" and amount < 1:
        amount, unit = amount * 60, "min"
    return f"{amount:,.0f} {unit}" if amount >= 100 or not amount % 1 else f"{amount:,.2g} {unit}"


def gigabytes(amount: float) -> str:
    return f"{amount / 1000:,.1f} TB" if amount >= 1000 else f"{amount:,.1f} GB"
