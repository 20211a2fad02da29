"""The parts of a stage: which calls lack its row, what is done to a batch of them, and what became of it."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass

from more_itertools import chunked

from callqa.settings import FlowSettings
from callqa.types import Seconds, TranscriptQuality
from services.context import RubricContext

MAX_BATCHES = 160  # per stage: enough to spread the load, and under 700 task runs a night, which Prefect bears
BATCHES_A_WORKER = 8  # where there are many workers: none of them is idle for long at the end of a stage


@dataclass(frozen=True, slots=True)
class BatchReport:
    """What became of a batch, in counts; citizens' data stays in the store."""

    done: int = 0
    failed: int = 0
    seconds: float = 0.0
    quality: TranscriptQuality | None = None
    """Of the transcripts that were made."""
    audio: Seconds | None = None
    """Length of the recordings that were transcribed."""

    def counts(self) -> dict[str, object]:
        """For the run history, without what nobody counted; quality has the key that it has in the runs of before."""
        counts = {"hygiene" if name == "quality" else name: value for name, value in asdict(self).items()}
        return {name: value for name, value in counts.items() if value is not None}

    def __add__(self, other: "BatchReport") -> "BatchReport":
        return BatchReport(
            self.done + other.done,
            self.failed + other.failed,
            self.seconds + other.seconds,
            self.quality + other.quality if self.quality and other.quality else self.quality or other.quality,
            None if self.audio is None and other.audio is None else (self.audio or 0.0) + (other.audio or 0.0),
        )


@dataclass(frozen=True)
class Stage:
    """What is done in batches to all calls that lack its row."""

    name: str
    pending: Callable[[RubricContext], list[int]]
    """Ids of the calls to work on, in a stable order."""
    work: Callable[[RubricContext, Sequence[int]], BatchReport]
    """Safe to repeat, in any process, on any subset of the ids."""
    min_batch: Callable[[FlowSettings], int]

    def batches(self, context: RubricContext, ids: Sequence[int]) -> list[list[int]]:
        """``ids`` in batches of the size the settings ask for, or larger where that would be too many batches."""
        flow = context.settings.flow
        n_most = max(MAX_BATCHES, BATCHES_A_WORKER * flow.workers)
        size = max(self.min_batch(flow), -(-len(ids) // n_most))
        return list(chunked(ids, size))


RunBatches = Callable[[RubricContext, Stage, list[list[int]]], Iterable[BatchReport]]
"""Runs a stage's batches somewhere and yields their reports as they end."""


def in_this_process(context: RubricContext, stage: Stage, batches: list[list[int]]) -> Iterator[BatchReport]:
    """One batch after the other, right here."""
    for ids in batches:
        yield stage.work(context, ids)
