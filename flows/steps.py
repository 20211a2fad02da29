"""The steps of a night for each rubric, in a run of its own; their order is in `flows.night`.

Each has its name, what it needs, and what it does. Those of all rubrics together are in `flows.night_steps`.
"""

import logging
import time
from collections.abc import Sequence
from dataclasses import replace
from itertools import groupby

from rich.console import Console

from callqa.messages import terminal_language
from callqa.messages import terminal_text as _
from callqa.types import TranscriptQuality
from flows import stages
from flows.progress import stage_bar
from flows.stage import Stage
from flows.step import RubricRun, RubricStep, Step, nothing
from services.console import night_line
from services.evaluation.floors import Floors
from services.intake.ingest import ingest
from services.intake.manifest import RowProblem
from services.judge.summaries import writes_summaries
from services.progress import ingest_bar
from services.trust.gate import apply_gate, gate_floors, hold_until_gated
from services.trust.measure import refresh_trust
from store.runs import score_holds

log = logging.getLogger(__name__)

REFUSED_SHOWN = 10
"""Rows of a manifest that were refused for one reason."""


def _take_in(run: RubricRun, _needs: None) -> None:
    """The calls of the manifest, where there is one."""
    if run.intake is None:
        return
    started, settings = time.monotonic(), run.context.settings
    with ingest_bar(run.console) as on_row:
        report = ingest(
            run.context.store,
            settings,
            run.intake.manifest,
            run.intake.recordings,
            replace=run.intake.replace,
            on_row=on_row,
        )
    run.console.print(
        night_line(
            _("ingest"),
            _(
                "{new} new, {known} known, {replaced} replaced, {refused} refused",
                new=report.new,
                known=report.same,
                replaced=report.replaced,
                refused=len(report.refused),
            ),
        ),
        highlight=False,
    )
    _log_stage(run, "ingest", report.new + report.replaced, len(report.refused), time.monotonic() - started)
    if not report.rows:
        empty = _("the manifest has no calls, only the names of its columns: {uri}", uri=run.intake.manifest)
        run.console.print(night_line("", empty), style="yellow", highlight=False, soft_wrap=True)
    if report.duplicates:
        twice = _("duplicates: {n} rows that say the same as a row above them", n=report.duplicates)
        run.console.print(night_line("", twice), highlight=False, soft_wrap=True)
    _say_refused(run.console, report.refused)
    run.report = replace(run.report, ingest=report)


def _say_refused(console: Console, refused: Sequence[RowProblem]) -> None:
    """Each row with its reason; of many with the same one, the first and how many there are."""
    for reason, problems in groupby(sorted(refused, key=lambda row: row.reason), key=lambda row: row.reason):
        rows = list(problems)
        for problem in rows[:REFUSED_SHOWN]:
            line = _(
                "  line {line}, call {call}: {problem} [{reason}]",
                line=problem.line,
                call=problem.call_id or "?",
                problem=problem.message.with_advice(terminal_language()),
                reason=reason,
            )
            console.print(line, markup=False, soft_wrap=True)
        if n_more := len(rows[REFUSED_SHOWN:]):
            more = _("  and {n} more rows [{reason}]; all of them: callqa failures", n=n_more, reason=reason)
            console.print(more, markup=False, soft_wrap=True)


def _in_batches(stage: Stage) -> RubricStep:
    """The step that does what the stage has not done yet."""

    def work(run: RubricRun, _needs: None) -> None:
        started = time.monotonic()
        ids = stage.pending(run.context)
        with stage_bar(run.context, stage, len(ids), run.console) as meter:
            for report in run.run_batches(run.context, stage, stage.batches(run.context, ids)) if ids else ():
                meter.add(report)
                run.lease.check()
        if quality := meter.report.quality:
            run.console.print(night_line("", _quality_line(quality)), highlight=False)
        _log_stage(run, stage.name, meter.report.done, meter.report.failed, time.monotonic() - started)
        run.report = replace(run.report, stages={**run.report.stages, stage.name: meter.report})

    return Step(stage.name, needs=nothing, does=work)


def _log_stage(run: RubricRun, stage: str, done: int, failed: int, seconds: float) -> None:
    """At once: whoever follows a long night sees how far it is."""
    facts = {"run": run.id, "stage": stage, "done": done, "failed": failed, "seconds": round(seconds, 1)}
    log.info("stage ended", extra=facts)


def _quality_line(quality: TranscriptQuality) -> str:
    """How clean the new transcripts are: an engine that starts to make things up shows here first."""
    return _(
        "text in silence {silent:.2f} characters/minute, {loops} of {turns} turns looped, {stock} stock phrases, "
        "{switches} language switches, {damaged} damaged frames",
        silent=quality.silent_characters_per_minute or 0,
        loops=quality.loops,
        turns=quality.turns,
        stock=quality.stock_phrases,
        switches=quality.language_switches,
        damaged=quality.damaged_frames,
    )


def _measure_trust(run: RubricRun, _needs: None) -> None:
    """Which items may deduct, by what people judged; by now that has the findings of the present checks."""
    run.report = replace(run.report, context=refresh_trust(run.context, run.console))


def _hold(run: RubricRun, floors: Floors | None) -> None:
    """What is scored from now on is held until the gate has answered, where there is a gate."""
    if floors:
        hold_until_gated(run.context, run.id)


def _gate(run: RubricRun, floors: Floors | None) -> None:
    """New scores are published, or stay held where the golden set falls below its floors."""
    gated = apply_gate(run.context, run.id, floors, run.console) if floors else None
    with run.context.store.read() as connection:
        last_score = score_holds.last_score_id(connection)
    run.report = replace(run.report, gated=gated, last_score=last_score)


def _ask(run: RubricRun, _needs: None) -> None:
    """What checks ask a language model, where some do and there is one."""
    if run.context.asking and run.context.settings.judge.url:
        _ASK_IN_BATCHES.does(run, None)


def _opine(run: RubricRun, _needs: None) -> None:
    """What a language model makes of findings that are unsure, where somebody wants to know."""
    if run.context.opining:
        _OPINE_IN_BATCHES.does(run, None)


def _summarise(run: RubricRun, _needs: None) -> None:
    """Summaries in the words of a language model, where the settings say so."""
    if writes_summaries(run.context.settings.judge):
        _SUMMARISE_IN_BATCHES.does(run, None)


_ASK_IN_BATCHES = _in_batches(stages.ASK)
_OPINE_IN_BATCHES = _in_batches(stages.OPINION)
_SUMMARISE_IN_BATCHES = _in_batches(stages.SUMMARY)
TAKE_IN = Step("take in", needs=nothing, does=_take_in)
TRANSCRIBE = _in_batches(stages.TRANSCRIBE)
ASK = Step(stages.ASK.name, needs=nothing, does=_ask)
CHECK = _in_batches(stages.CHECK)
OPINION = Step(stages.OPINION.name, needs=nothing, does=_opine)
TRUST = Step("trust", needs=nothing, does=_measure_trust)
HOLD = Step("hold", needs=gate_floors, does=_hold)
SCORE = _in_batches(stages.SCORE)
INDEX = _in_batches(stages.INDEX)
GATE = Step("gate", needs=gate_floors, does=_gate)
SUMMARY = Step(stages.SUMMARY.name, needs=nothing, does=_summarise)
