"""One night, start to end: ingest, transcribe, check, score, index. The caller says how batches are run."""

import logging
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime

from rich.console import Console

from callqa.errors import ConfigError
from callqa.types import TranscriptQuality
from flows.progress import stage_bar
from flows.stages import STAGES, BatchReport, Stage, index_again
from services.audit.anchors import INTACT, Anchor, check_whole, keep_anchor
from services.calls.call_list import list_calls
from services.context import RubricContext, RubricSet
from services.intake.ingest import IngestReport, ingest
from services.progress import ingest_bar
from services.retention.apply import apply as apply_limits
from services.review.queue import give_out_by, rules_of
from services.runs.lease import AnotherRun, Lease, run_lease
from services.sampling.draw import draw_due, nightly_plans
from services.trust.gate import Gated, Held, gate_floors, guard, hold_until_gated
from services.trust.measure import refresh_trust
from store.calls import read, write
from store.runs import score_holds

log = logging.getLogger(__name__)

RunBatches = Callable[[RubricContext, Stage, list[list[int]]], Iterable[BatchReport]]
"""Runs a stage's batches somewhere and yields their reports as they end."""

NIGHT = ("transcribe", "check", "score", "index")
RESCORE = ("check", "score")
AUTHOR = "callqa"
"""Of what a night removes."""


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
    ingest: IngestReport | None
    stages: Mapping[str, BatchReport]
    seconds: float
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
        stages: dict[str, object] = {name: report.counts() for name, report in self.stages.items()}
        if self.ingest:
            taken = {"new": self.ingest.new, "same": self.ingest.same, "replaced": self.ingest.replaced}
            stages["ingest"] = {**taken, "refused": len(self.ingest.refused)}
        if self.gated:
            numbers = ("n_calls", "macro_f1", "wrongly_failed", "n_short")
            stages["golden"] = {name: getattr(self.gated, name) for name in numbers}
        if self.held:
            stages["held"] = self.held.n_scores
        if self.last_score is not None:
            stages[score_holds.LAST_SCORE] = self.last_score
        if self.anchor:
            stages["audit"] = {"anchor": str(self.anchor.link), "breaks": len(self.anchor.breaks)}
        return {**stages, "seconds": round(self.seconds, 1)}

    def table(self) -> list[dict[str, object]]:
        """One row a stage, and one for scores that are held."""
        rows: list[dict[str, object]] = [
            {"stage": name, "done": report.done, "failed": report.failed, "seconds": report.seconds}
            for name, report in self.stages.items()
        ]
        if self.held:
            rows.append({"stage": "held", "done": self.held.n_scores, "failed": 0, "seconds": 0.0})
        return rows


def in_this_process(context: RubricContext, stage: Stage, batches: list[list[int]]) -> Iterator[BatchReport]:
    """One batch after the other, right here."""
    for ids in batches:
        yield stage.work(context, ids)


def conduct(
    context: RubricContext,
    kind: str,
    stages: Iterable[str],
    run_batches: RunBatches,
    console: Console,
    intake: Intake | None = None,
    anchor: Anchor | None = None,
) -> RunReport:
    """Do whatever is missing, and nothing that is there. Raises `AnotherRun` when one is at work."""
    started = time.monotonic()
    stages = tuple(stages)
    floors = gate_floors(context) if "score" in stages else None  # a mistake in it should not wait for the night's end
    with say_how_to_go_on(console), run_lease(context.store) as lease:
        with context.store.write() as connection:
            run_id = write.start_run(connection, kind, context.keys)
        with _told(run_id, kind):
            taken = _take_in(context, run_id, intake, console) if intake else None
            reports = {}
            for name in stages:
                if name == "score":
                    context = refresh_trust(
                        context, console
                    )  # by now what people judged has the findings of present checks
                    if floors:
                        hold_until_gated(context, run_id)
                reports[name] = _run_stage(context, run_id, STAGES[name], run_batches, lease, console)
            lease.check()
            gated, last_score = None, None
            if "score" in stages:
                gated = guard(context, run_id, floors, console) if floors else None
                with context.store.read() as connection:
                    last_score = score_holds.last_score_id(connection)
            report = RunReport(context, taken, reports, time.monotonic() - started, gated, last_score, anchor)
            with context.store.write() as connection:
                write.finish_run(connection, run_id, report.counts())
            if report.held:
                log.warning("scores held", extra={"run": run_id, "scores": report.held.n_scores})
    return report


def recognise(context: RubricContext, manifest: str, console: Console) -> None:
    """Takes in, transcribes and checks the calls of ``manifest``, for an evaluation."""
    intake = Intake(manifest, replace=True)
    conduct(context, "eval", ("transcribe", "check"), in_this_process, console, intake)


def conduct_rubric_set(
    rubric_set: RubricSet,
    kind: str,
    stages: Iterable[str],
    run_batches: RunBatches,
    console: Console,
    intake: Intake | None = None,
) -> list[tuple[RubricContext, RunReport]]:
    """`conduct` for each rubric; then calls are listed, samples drawn, calls to hear given out by the rules, and what
    is due removed, where the settings say so.

    Each rubric has its own calls; what is there is shared, so nothing is transcribed or checked twice.
    """
    stages = tuple(stages)
    rules = rules_of(rubric_set) if "score" in stages else None  # a mistake in it should not wait for the night's end
    plans = nightly_plans(rubric_set) if "transcribe" in stages else ()
    anchor = _anchor(rubric_set[0], console) if "score" in stages else None
    done: list[tuple[RubricContext, RunReport]] = []
    for context in rubric_set:
        if len(rubric_set) > 1:
            console.print(
                f"rubric      {context.rubric.title} {context.rubric.id} {context.rubric.version}", highlight=False
            )
        report = conduct(context, kind, stages, run_batches, console, None if done else intake, anchor)
        done.append((report.context, report))
    if "score" in stages:
        list_calls([context for context, _ in done], console)
    draw_due([context for context, _ in done], plans, datetime.now(UTC), console)
    if rules:
        given = give_out_by([context for context, _ in done], rules)
        console.print(f"assigned    {len(given.reviewer_of)} calls to hear, by the rules", highlight=False)
    if rubric_set[0].settings.retention.nightly and "transcribe" in stages:
        _remove_due([context for context, _ in done], console)
    _name_uncovered(rubric_set, console)
    return done


def _remove_due(rubric_set: RubricSet, console: Console) -> None:
    """What is due stays due: where another run has begun meanwhile, the next night removes it, and this one is done."""
    try:
        apply_limits(rubric_set, AUTHOR, "", datetime.now(UTC), console, index_again)
    except AnotherRun as other:
        console.print(
            f"retention   put off to the next night: another run is at work on this database ({other.holder or '?'})",
            style="yellow",
            highlight=False,
            soft_wrap=True,
        )


def _anchor(context: RubricContext, console: Console) -> Anchor | None:
    """Checks the audit log and keeps its end: in a file, in the run's report, and in what the run prints."""
    home = context.settings.home
    try:
        checked = check_whole(context.store, home)
        anchor = keep_anchor(home, checked, datetime.now(context.zone))
    except (ConfigError, OSError) as error:  # no reason to leave the calls undone
        console.print(f"audit log   no anchor: {error}", style="red", highlight=False)
        return None
    broken = f"tampered with in {len(checked.breaks)} places; see callqa audit verify" if checked.breaks else INTACT
    console.print(
        f"audit log   {broken}, anchor {anchor.link}",
        style="red" if checked.breaks else None,
        highlight=False,
        soft_wrap=True,
    )
    return anchor


def _name_uncovered(rubric_set: RubricSet, console: Console) -> None:
    """Calls that no rubric is for are left alone, and nobody should wonder where they are."""
    with rubric_set[0].store.read() as connection:
        uncovered = read.uncovered(connection, [context.keys.scope for context in rubric_set])
    for calls in uncovered:
        console.print(
            f"no rubric is for {calls.n_calls} calls: team {calls.team or '-'}, line {calls.line or '-'}, "
            f"{calls.direction}, {calls.first_day} to {calls.last_day}",
            style="yellow",
            highlight=False,
        )


@contextmanager
def say_how_to_go_on(console: Console) -> Iterator[None]:
    """Ctrl-C loses nothing, and people should know."""
    try:
        yield
    except KeyboardInterrupt:
        console.print("stopped; what is done is kept, run the same command again to go on", highlight=False)
        raise


@contextmanager
def _told(run_id: int, kind: str) -> Iterator[None]:
    """The log of a run has its beginning and its end, also when it does not end well."""
    started = time.monotonic()
    log.info("run started", extra={"run": run_id, "kind": kind})
    try:
        yield
    except BaseException as error:  # which is told where it is caught
        log.info("run broke off", extra={"run": run_id, "error": type(error).__name__})
        raise
    log.info("run ended", extra={"run": run_id, "seconds": round(time.monotonic() - started, 1)})


def _take_in(context: RubricContext, run_id: int, intake: Intake, console: Console) -> IngestReport:
    started = time.monotonic()
    with ingest_bar(console) as on_row:
        report = ingest(
            context.store, context.settings, intake.manifest, intake.recordings, replace=intake.replace, on_row=on_row
        )
    console.print(
        f"ingest      {report.new} new, {report.same} known, {report.replaced} replaced, {len(report.refused)} refused",
        highlight=False,
    )
    _log_stage(run_id, "ingest", report.new + report.replaced, len(report.refused), time.monotonic() - started)
    for problem in report.refused:
        console.print(
            f"  line {problem.line}, call {problem.call_id or '?'}: {problem.message} [{problem.reason}]", markup=False
        )
    return report


def _run_stage(
    context: RubricContext, run_id: int, stage: Stage, run_batches: RunBatches, lease: Lease, console: Console
) -> BatchReport:
    started = time.monotonic()
    ids = stage.pending(context)
    with stage_bar(context, stage, len(ids), console) as meter:
        for report in run_batches(context, stage, stage.batches(context, ids)) if ids else ():
            meter.add(report)
            lease.check()
    if quality := meter.report.quality:
        console.print(f"            {quality_line(quality)}", highlight=False)
    _log_stage(run_id, stage.name, meter.report.done, meter.report.failed, time.monotonic() - started)
    return meter.report


def _log_stage(run_id: int, stage: str, done: int, failed: int, seconds: float) -> None:
    """At once: whoever follows a long night sees how far it is."""
    facts = {"run": run_id, "stage": stage, "done": done, "failed": failed, "seconds": round(seconds, 1)}
    log.info("stage ended", extra=facts)


def quality_line(quality: TranscriptQuality) -> str:
    """How clean the new transcripts are: an engine that starts to make things up shows here first."""
    return (
        f"text in silence {quality.silent_characters_per_minute or 0:.2f} characters/minute, "
        f"{quality.loops} of {quality.turns} turns looped, {quality.stock_phrases} stock phrases, "
        f"{quality.language_switches} language switches, {quality.damaged_frames} damaged frames"
    )
