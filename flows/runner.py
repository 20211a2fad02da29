"""The runner: does the steps of a list in order, those of a rubric in a run of its own; it knows none by its name."""

import logging
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace

from rich.console import Console

from callqa.messages import terminal_text as _
from flows.stage import RunBatches
from flows.step import Intake, Night, NightStep, RubricRun, RubricStep, RunReport, Step
from services.audit.anchors import Anchor
from services.console import night_line
from services.context import RubricContext, RubricSet
from services.runs.lease import run_lease
from store.calls import write

log = logging.getLogger(__name__)

RunWork = Callable[[RubricRun], None]
"""A step of a run, ready to be done."""


def run_night(
    rubric_set: RubricSet,
    kind: str,
    steps: Sequence[NightStep],
    run_batches: RunBatches,
    console: Console,
    intake: Intake | None = None,
) -> list[RunReport]:
    """Does the steps, and gives the reports of the runs, one a rubric.

    Raises `ConfigError` before anything is done when a step lacks what it needs, and `AnotherRun` when one is at work.
    """
    works = [step.ready(rubric_set) for step in steps]
    night = Night(kind, rubric_set, run_batches, console, intake)
    for work in works:
        work(night)
    return night.reports


def run_rubric(
    context: RubricContext,
    kind: str,
    steps: Sequence[RubricStep],
    run_batches: RunBatches,
    console: Console,
    intake: Intake | None = None,
) -> RunReport:
    """Does the steps under one rubric, in a run. Raises as `run_night` does."""
    return _run([step.ready(context) for step in steps], context, kind, run_batches, console, intake)


def each_rubric(*steps: RubricStep) -> NightStep:
    """The step of a night that does these steps under each rubric, one rubric after the other.

    Each has its own calls; what is there is shared, so nothing is transcribed or checked twice.
    """

    def ready(rubric_set: RubricSet) -> list[list[RunWork]]:
        return [[step.ready(context) for step in steps] for context in rubric_set]

    return Step("runs", needs=ready, does=_run_each)


def _run_each(night: Night, works: list[list[RunWork]]) -> None:
    for context, work in zip(night.rubric_set, works, strict=True):
        if len(works) > 1:
            rubric = context.rubric
            line = night_line(_("rubric"), f"{rubric.title} {rubric.id} {rubric.version}")
            night.console.print(line, highlight=False)
        intake = None if night.reports else night.intake
        night.reports.append(_run(work, context, night.kind, night.run_batches, night.console, intake, night.anchor))
    night.rubric_set = [report.context for report in night.reports]


def _run(
    works: Sequence[RunWork],
    context: RubricContext,
    kind: str,
    run_batches: RunBatches,
    console: Console,
    intake: Intake | None,
    anchor: Anchor | None = None,
) -> RunReport:
    """Does whatever is missing, and nothing that is there, under the lease and with an entry in the run history."""
    started = time.monotonic()
    with _say_how_to_go_on(console), run_lease(context.store, context.zone) as lease:
        with context.store.write() as connection:
            run_id = write.start_run(connection, kind, context.keys)
        run = RubricRun(run_id, lease, run_batches, console, intake, RunReport(context, run_id=run_id, anchor=anchor))
        with _logged(run_id, kind):
            for work in works:
                lease.check()
                work(run)
            report = replace(run.report, seconds=time.monotonic() - started)
            with context.store.write() as connection:
                write.finish_run(connection, run_id, report.counts())
            if report.held:
                log.warning("scores held", extra={"run": run_id, "scores": report.held.n_scores})
    return report


@contextmanager
def _say_how_to_go_on(console: Console) -> Iterator[None]:
    """Ctrl-C loses nothing, and people should know."""
    try:
        yield
    except KeyboardInterrupt:
        console.print(_("stopped; what is done is kept, run the same command again to go on"), highlight=False)
        raise


@contextmanager
def _logged(run_id: int, kind: str) -> Iterator[None]:
    """The log of a run has its beginning and its end, also when it does not end well."""
    started = time.monotonic()
    log.info("run started", extra={"run": run_id, "kind": kind})
    try:
        yield
    except BaseException as error:  # which is told where it is caught
        log.info("run broke off", extra={"run": run_id, "error": type(error).__name__})
        raise
    log.info("run ended", extra={"run": run_id, "seconds": round(time.monotonic() - started, 1)})
