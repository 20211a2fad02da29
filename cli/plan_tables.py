"""A plan in words, for the terminal."""

import pandas as pd
from rich.console import Console

from callqa.messages import Message
from callqa.messages import terminal_text as _
from cli.output import rich_table
from services.capacity.limits import Capacity
from services.capacity.plan import HOUR, USED
from services.capacity.questions import QuestionCost
from services.console import padded

NONE = Message("none is enough")
UNITS = {"h": Message("h"), "min": Message("min"), "calls": Message("calls (as a unit)")}
"""Others, such as Gbit/s, are the same in every language."""
ADVICE_COLUMN = 11


def print_capacity(capacity: Capacity, console: Console) -> None:
    """What is needed, what it costs, what breaks first, what to do."""
    work = capacity.plan.workload
    console.print(
        _(
            "{calls:,} calls of {minutes:g} minutes a night, done in {window:g} hours ({used:.0%} of them are planned "
            "with); kept for {days:,} days",
            calls=work.calls,
            minutes=work.minutes,
            window=work.window,
            used=USED,
            days=work.keep_days,
        )
    )
    console.print(_("one worker: {source}", source=Message(capacity.plan.device.source)), soft_wrap=True)
    for title, rows in (
        (_("Needed"), _needed(capacity)),
        (_("What a night costs"), _costs(capacity)),
        (_("What breaks first"), _limits(capacity)),
    ):
        console.print(rich_table(title, pd.DataFrame(rows)))
    if capacity.questions:
        console.print(
            rich_table(_("Questions to the language model in a night"), pd.DataFrame(_questions(capacity.questions)))
        )
        console.print(_basis(capacity.questions), soft_wrap=True, highlight=False)
        if (hours := capacity.questions.hours) and hours > work.window:
            console.print(
                _(
                    "the model alone needs longer than the {window:g} hours: ask less, let it take more calls at once "
                    "(judge.requests), or give it a faster machine",
                    window=work.window,
                ),
                soft_wrap=True,
                highlight=False,
            )
    _print_advice(_("database"), _(capacity.advice.database), console)
    _print_advice(_("machines"), _(capacity.advice.machines), console)
    first = capacity.limits[0]
    if first.share > 1:
        _print_advice(_("first"), _("{what}: {remedy}", what=_(first.what), remedy=_(first.remedy)), console)


def _print_advice(about: str, advice: str, console: Console) -> None:
    console.print(f"{padded(about, ADVICE_COLUMN)}{advice}", soft_wrap=True)


def _needed(capacity: Capacity) -> list[dict[str, str]]:
    plan = capacity.plan
    if plan.device.kind == "core":
        workers = _("workers (cores)")
    else:
        workers = _("workers (graphics cards, each with {n} cores)", n=plan.device.cores)
    needed = {
        workers: _(NONE) if plan.workers is None else f"{plan.workers:,}",
        _("machines of {n}", n=plan.device.per_machine): _(NONE) if plan.machines is None else f"{plan.machines:,}",
        _("memory of a machine"): _(NONE) if plan.memory_gib is None else f"{plan.memory_gib:,.1f} GiB",
        _("hours with them"): _(NONE) if plan.hours is None else f"{plan.hours:.1f}",
        _("calls kept"): f"{plan.calls_kept:,}",
        _("database"): gigabytes(plan.database_gb),
        _("disk for it"): gigabytes(plan.disk_gb),
        _("recordings of a night"): gigabytes(plan.recordings_gb),
        _("network"): f"{plan.gbit_per_second:.3g} Gbit/s",
    }
    return [{_("what"): need, _("how much"): how_much} for need, how_much in needed.items()]


def _costs(capacity: Capacity) -> list[dict[str, str]]:
    """Steps by the time of workers they take, the dearest first."""
    plan = capacity.plan
    steps = {
        _("hearing"): plan.steps.hearing,
        _("checks and scores"): plan.steps.texts,
        _("taking calls in"): plan.steps.intake,
        _("the month's report"): plan.steps.report,
    }
    whole = sum(steps.values())
    return [
        {_("what"): step_name, _("worker hours"): f"{seconds / HOUR:,.1f}", _("share"): f"{seconds / whole:.1%}"}
        for step_name, seconds in sorted(steps.items(), key=lambda step: -step[1])
    ]


def _limits(capacity: Capacity) -> list[dict[str, str]]:
    return [
        {
            _("what"): _(limit.what),
            _("needed"): _amount(limit.needed, limit.unit),
            _("there is"): _amount(limit.there, limit.unit),
            _("used"): f"{limit.share:,.0%}" if limit.share < 100 else _("{n:,.0f} times", n=limit.share),
        }
        for limit in capacity.limits
    ]


def _questions(cost: QuestionCost) -> list[dict[str, str]]:
    needed = {
        _("questions about a call, at most"): f"{cost.questions:,}",
        **({_("second opinions about a call, expected"): f"{cost.opinions:.2f}"} if cost.opinions else {}),
        **({_("summaries of a call"): f"{cost.summaries:,}"} if cost.summaries else {}),
        _("tokens to read"): f"{cost.tokens_in:,.0f}",
        _("tokens to read with a prefix cache"): f"{cost.tokens_in_cached:,.0f}",
        _("tokens to write"): f"{cost.tokens_out:,.0f}",
        _("hours of the model"): _("not measured yet") if cost.hours is None else f"{cost.hours:,.1f}",
    }
    return [{_("what"): need, _("how much"): how_much} for need, how_much in needed.items()]


def _basis(cost: QuestionCost) -> str:
    if cost.measured:
        return _("measured: the last {n:,} answers that are stored", n=cost.measured)
    return _("estimated by the lengths of calls and questions: no answer is stored yet")


def _amount(amount: float, unit: str) -> str:
    if unit == "h" and amount < 1:
        amount, unit = amount * 60, "min"
    shown = _(UNITS.get(unit, unit))
    return f"{amount:,.0f} {shown}" if amount >= 100 or not amount % 1 else f"{amount:,.2g} {shown}"


def gigabytes(amount: float) -> str:
    return f"{amount / 1000:,.1f} TB" if amount >= 1000 else f"{amount:,.1f} GB"
