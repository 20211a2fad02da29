"""Progress of a run at work: a bar with calls done and failed, and audio-hours transcribed an hour.

The bar of the slow stage, transcription, reads the store, so it moves call by call whatever runs the batches: this
process, a Prefect task or a machine elsewhere. The others move batch by batch. Where the output is no terminal, each
stage leaves one line instead.
"""

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from rich.console import Console
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    TextColumn,
    TimeElapsedColumn,
    TimeRemainingColumn,
)

from callqa.messages import Message
from callqa.messages import terminal_text as _
from flows.stage import BatchReport, Stage
from services.console import night_line
from services.context import RubricContext
from store.calls import read

POLL_SECONDS = 1.0
STAGE_LABELS = {
    "transcribe": Message("transcribe"),
    "ask": Message("ask"),
    "check": Message("check"),
    "opinion": Message("opinion"),
    "score": Message("score"),
    "index": Message("index"),
    "summary": Message("summaries"),
}


@dataclass
class StageMeter:
    """Counts of one stage at work."""

    report: BatchReport = BatchReport()
    audio_seconds: float = 0.0

    def add(self, report: BatchReport) -> None:
        """Take in a finished batch."""
        self.report += report


@contextmanager
def stage_bar(context: RubricContext, stage: Stage, n_pending: int, console: Console) -> Iterator[StageMeter]:
    """A progress bar for ``n_pending`` calls of ``stage``, and its summary line at the end."""
    meter, started = StageMeter(), time.monotonic()
    columns = (
        TextColumn("{task.description:<10}"), BarColumn(), MofNCompleteColumn(),
        TextColumn("{task.fields[note]}"), TimeElapsedColumn(), TimeRemainingColumn(),
    )  # fmt: skip
    with Progress(*columns, console=console, transient=True, disable=not console.is_terminal) as progress:
        task = progress.add_task(_(STAGE_LABELS[stage.name]), total=n_pending, note="")
        stop, look_out = threading.Event(), _Seen(context)

        def look() -> None:
            look_out.look()
            meter.audio_seconds = look_out.audio_seconds
            done = max(look_out.transcripts, meter.report.done + meter.report.failed)
            progress.update(task, completed=done, note=_note(meter, time.monotonic() - started))

        def watch() -> None:
            while not stop.wait(POLL_SECONDS):
                look()

        watcher = threading.Thread(target=watch, daemon=True, name=f"{stage.name}-bar")
        watcher.start()
        try:
            yield meter
        finally:
            stop.set()
            watcher.join()
            look()
    console.print(_summary(stage, meter, time.monotonic() - started), highlight=False)


class _Seen:
    """The transcripts that were made since the stage began."""

    def __init__(self, context: RubricContext) -> None:
        self._context = context
        self.transcripts, self.audio_seconds = 0, 0.0
        with context.store.read() as connection:
            self._last = read.last_transcript(connection)

    def look(self) -> None:
        with self._context.store.read() as connection:
            new = read.progress(connection, self._context.keys, after=self._last)
        self.transcripts += new.transcripts
        self.audio_seconds += new.audio_seconds
        self._last = new.last_id


def _note(meter: StageMeter, seconds: float) -> str:
    failed = meter.report.failed
    if not (meter.audio_seconds and seconds):
        return _("{n} failed", n=failed)
    return _("{n} failed, {rate:.1f} audio-hours/hour", n=failed, rate=meter.audio_seconds / seconds)


def _summary(stage: Stage, meter: StageMeter, seconds: float) -> str:
    report = meter.report
    if not report.done + report.failed:
        return night_line(_(STAGE_LABELS[stage.name]), _("nothing to do"))
    done = _("{n} done, {note}, {seconds:.1f} s", n=report.done, note=_note(meter, seconds), seconds=seconds)
    return night_line(_(STAGE_LABELS[stage.name]), done)
