"""The parts of a night: a step, the night and the run that steps work on, and the report of a run."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Generic, TypeVar

from rich.console import Console

from flows.stage import BatchReport, RunBatches
from services.audit.anchors import Anchor
from services.context import RubricContext, RubricSet
from services.intake.ingest import IngestReport
from services.runs.lease import Lease
from services.trust.gate import Gated, Held
from store.runs import score_holds

Source = TypeVar("Source", contravariant=True)
"""What a step reads its needs of: a rubric set, or the context of one rubric."""
Place = TypeVar("Place", contravariant=True)
"""What a step works on: a night, or the run of one rubric."""
Needs = TypeVar("Needs")

NOTHING_TAKEN = "nothing_taken"
"""Among the counts of a run whose manifest was refused whole."""


@dataclass(frozen=True, slots=True)
class Step(Generic[Source, Place, Needs]):
    """A step: its name, what it needs, and what it does, which is harmless to repeat."""

    name: str
    needs: Callable[[Source], Needs]
    """Reads what the step needs of files that people write. Raises `ConfigError`."""
    does: Callable[[Place, Needs], None]

    def ready(self, source: Source) -> Callable[[Place], None]:
        """The step's work, with what it needs already read. Raises `ConfigError`."""
        needs = self.needs(source)
        return lambda place: self.does(place, needs)


def nothing(_: object) -> None:
    """What most steps need: nothing but the night they work on."""


@dataclass(frozen=True, slots=True)
class Intake:
    """Where a night's calls come from."""

    manifest: str
    recordings: str | None = None
    replace: bool = False


@dataclass(frozen=True, slots=True)
class RunReport:
    """What a run did, in counts."""

    context: RubricContext
    """With the items that only suggest from now on; what reads the new scores needs it."""
    ingest: IngestReport | None = None
    stages: Mapping[str, BatchReport] = field(default_factory=dict)
    """What became of the batches of each stage, by its name."""
    seconds: float = 0.0
    run_id: int | None = None
    """Of its entry in the run history."""
    gated: Gated | None = None
    """What the golden set said; ``None`` without a gate."""
    last_score: int | None = None
    """Id of the last score that was there when the run ended."""
    anchor: Anchor | None = None
    """What the end of the audit log was."""

    @property
    def held(self) -> Held | None:
        """Scores that are not published."""
        return self.gated.held if self.gated else None

    def counts(self) -> dict[str, object]:
        """For the run history and Prefect's page: numbers only, no call ids, no text."""
        counts: dict[str, object] = {name: report.counts() for name, report in self.stages.items()}
        if self.ingest:
            taken = {
                "new": self.ingest.new,
                "same": self.ingest.same + self.ingest.duplicates,
                "replaced": self.ingest.replaced,
            }
            counts["ingest"] = {**taken, "refused": len(self.ingest.refused)}
            if self.ingest.nothing_taken:
                counts[NOTHING_TAKEN] = 1
        if self.gated:
            numbers = ("n_calls", "macro_f1", "wrongly_failed", "n_short")
            counts["golden"] = {name: getattr(self.gated, name) for name in numbers}
        if self.held:
            counts["held"] = self.held.n_scores
        if self.last_score is not None:
            counts[score_holds.LAST_SCORE] = self.last_score
        if self.anchor:
            counts["audit"] = {"anchor": str(self.anchor.link), "breaks": len(self.anchor.breaks)}
        return {**counts, "seconds": round(self.seconds, 1)}

    def table(self) -> list[dict[str, object]]:
        """One row a stage, and one for scores that are held."""
        rows: list[dict[str, object]] = [
            {"stage": name, "done": report.done, "failed": report.failed, "seconds": report.seconds}
            for name, report in self.stages.items()
        ]
        if self.held:
            rows.append({"stage": "held", "done": self.held.n_scores, "failed": 0, "seconds": 0.0})
        return rows


@dataclass(slots=True)
class Night:
    """A night at work: what its steps are given, and what they have come to."""

    kind: str
    """As the run history names its runs: nightly, run, rescore, trust, ingest."""
    rubric_set: RubricSet
    """Once the runs are done, with the items that only suggest from now on."""
    run_batches: RunBatches
    console: Console
    intake: Intake | None = None
    anchor: Anchor | None = None
    reports: list[RunReport] = field(default_factory=list)
    """Of the runs that are done, one a rubric."""


@dataclass(slots=True)
class RubricRun:
    """A run at work: what is done under one rubric, with an entry of its own in the run history."""

    id: int
    lease: Lease
    run_batches: RunBatches
    console: Console
    intake: Intake | None
    """Of the first run of a night; the calls are there for the others."""
    report: RunReport

    @property
    def context(self) -> RubricContext:
        return self.report.context


NightStep = Step[RubricSet, Night, Any]
RubricStep = Step[RubricContext, RubricRun, Any]
