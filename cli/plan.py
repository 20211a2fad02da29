"""`callqa plan`: what a night of a given size needs, from measured rates. Changes nothing.

Where a language model is asked, it looks at what stored answers took; without one, it touches neither database nor
recordings.
"""

from dataclasses import replace
from pathlib import Path
from typing import Annotated

import typer

from callqa.settings import load_settings
from cli.options import AsJson
from cli.output import print_answer
from cli.plan_tables import print_capacity
from flows.stage import BATCHES_A_WORKER, MAX_BATCHES
from services.capacity.limits import capacity
from services.capacity.plan import Batches, Workload
from services.capacity.questions import question_cost
from services.capacity.rates import load_rates
from services.console import wide_console

console = wide_console()


def plan(
    calls: Annotated[int, typer.Option(min=1, help="Calls a night.")],
    minutes: Annotated[float, typer.Option(min=0.1, max=600.0, help="Mean length of a call.")],
    window: Annotated[float, typer.Option(min=0.1, max=24.0, help="Hours in which the night must be done.")],
    keep_days: Annotated[int, typer.Option(min=1, help="How long transcripts and scores are kept.")] = 365,
    kbit: Annotated[
        float, typer.Option(min=1.0, help="Recordings, in kbit/s; 128 is two channels of telephone sound.")
    ] = 128.0,
    by_day: Annotated[
        bool, typer.Option("--by-day", help="Calls are taken in while they arrive, by callqa ingest.")
    ] = False,
    device: Annotated[
        str | None, typer.Option(help="What hears recordings, as the rates name it.", show_default="their first")
    ] = None,
    rates: Annotated[
        Path | None, typer.Option(help="A YAML file of rates measured elsewhere.", show_default="those shipped")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Say how many workers, machines, memory, disk and network a night needs, and what breaks first."""
    known = load_rates(rates)
    workload = Workload(calls, minutes, window, keep_days, kbit, by_day)
    settings = load_settings()
    batches = Batches(settings.flow.transcribe_batch, MAX_BATCHES, BATCHES_A_WORKER)
    needed = capacity(workload, known.device(device), known, batches)
    needed = replace(needed, questions=question_cost(settings, workload))
    print_answer(needed, print_capacity, as_json, console)
