"""History of runs, as the desk shows it: last night, and the nights before."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import datetime
from typing import Any, ClassVar, Literal

from callqa.messages import Message
from callqa.types import Seconds, TranscriptQuality, stored_as
from services.runs.lease import NAME
from store import Connection
from store.runs import history, score_holds

Status = Literal["finished", "working", "broken"]
STAGES = ("transcribe", "ask", "check", "opinion", "score", "index", "summary")


@dataclass(frozen=True, slots=True)
class StageCounts:
    """What one stage did."""

    stage: str
    done: int
    failed: int
    seconds: float


@dataclass(frozen=True, slots=True)
class Taken:
    """Rows of the manifest."""

    new: int
    same: int
    replaced: int
    refused: int


@dataclass(frozen=True, slots=True)
class Golden:
    """What the golden set said."""

    n_calls: int
    macro_f1: float | None
    wrongly_failed: float | None
    n_short: int
    """Floors that were missed."""


@dataclass(frozen=True, slots=True)
class Learnt:
    """What a night made of the examples of one model, as `services.learning.nightly` keeps it."""

    model: str
    outcome: str
    new_examples: int
    version: str
    """Empty without one."""
    problem: str
    """Code of why a version was refused or nothing was learnt; empty without one."""


@dataclass(frozen=True, slots=True)
class Withheld:
    """Scores that the gate held, released or not."""

    n_scores: int
    reasons: tuple[Message, ...]
    at: datetime
    released_by: str | None
    """``None``: still held."""
    release_reason: str | None
    released_at: datetime | None


@dataclass(frozen=True, slots=True)
class Night:
    """One run under one rubric."""

    pk: int
    kind: str
    rubric: str
    status: Status
    """``broken``: it was killed or failed, and the next one goes on where it stopped."""
    started_at: datetime
    finished_at: datetime | None
    taken: Taken | None
    """``None`` for a run without a manifest."""
    stages: tuple[StageCounts, ...]
    audio: Seconds | None
    """Of the recordings that were transcribed."""
    quality: TranscriptQuality | None
    golden: Golden | None
    """``None`` without a gate, or without labels."""
    held: Withheld | None
    audit_breaks: int = 0
    """Places where the audit log was not as it was written."""
    learnt: tuple[Learnt, ...] = ()
    """By model; none where the night did not learn, or another of its runs tells of it."""
    __pydantic_config__: ClassVar[Any] = stored_as(quality="hygiene")

    def done(self, stage: str) -> int:
        """How many calls passed the stage."""
        return sum(stage_counts.done for stage_counts in self.stages if stage_counts.stage == stage)

    @property
    def n_failed(self) -> int:
        return sum(stage.failed for stage in self.stages) + (self.taken.refused if self.taken else 0)


def nights(c: Connection, limit: int = 30, before: int | None = None) -> list[Night]:
    """The last runs, newest first, of those with a smaller number than ``before``."""
    return _nights(c, history.runs(c, limit, before))


def night(c: Connection, pk: int) -> Night | None:
    """The run of this number."""
    run = history.run_of(c, pk)
    return _nights(c, [run])[0] if run else None


def last_night(c: Connection, rubrics: int = 1) -> tuple[Night, ...]:
    """Its runs, one for each of the ``rubrics``, the first started first; those of one night are of one kind."""
    newest_first = _nights(c, history.runs(c, rubrics, kinds=history.NIGHTLY))
    return tuple(run for run in reversed(newest_first) if run.kind == newest_first[0].kind)


def _nights(c: Connection, runs: Sequence[history.StoredRun]) -> list[Night]:
    held = {hold.run_id: _withheld(hold) for hold in score_holds.holds(c, [run.pk for run in runs])}
    newest = history.runs(c, 1)[0].pk if any(run.finished_at is None for run in runs) else None
    working = newest if newest is not None and history.at_work(c, NAME) else None
    return [_night(run, run.pk == working, held.get(run.pk)) for run in runs]


def _night(run: history.StoredRun, working: bool, held: Withheld | None) -> Night:
    report: Mapping[str, Any] = run.report
    stages = {name: report[name] for name in STAGES if name in report}
    transcribed = stages.get("transcribe", {})
    return Night(
        pk=run.pk,
        kind=run.kind,
        rubric=run.rubric,
        status="finished" if run.finished_at else "working" if working else "broken",
        started_at=run.started_at,
        finished_at=run.finished_at,
        taken=_of(Taken, report.get("ingest")),
        stages=tuple(
            StageCounts(name, counts.get("done", 0), counts.get("failed", 0), counts.get("seconds", 0.0))
            for name, counts in stages.items()
        ),
        audio=transcribed.get("audio"),
        quality=_of(TranscriptQuality, transcribed.get("hygiene")),
        golden=_of(Golden, report.get("golden")),
        held=held,
        audit_breaks=report.get("audit", {}).get("breaks", 0),
        learnt=tuple(_of(Learnt, row) for row in report.get("learning", [])),
    )


def _withheld(hold: score_holds.Hold) -> Withheld:
    return Withheld(hold.n_scores, hold.reasons, hold.at, hold.released_by, hold.release_reason, hold.released_at)


def _of(kind: Any, counts: Mapping[str, Any] | None) -> Any:
    """Written by this version or an earlier one: what is not known of it is left out."""
    if not counts:
        return None
    return kind(**{field.name: counts[field.name] for field in fields(kind) if field.name in counts})
