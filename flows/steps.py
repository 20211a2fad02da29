"""The steps of a night, each with its name, what it needs, and what it does; their order is in `flows.night`."""

import logging
import time
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime
from itertools import groupby

from rich.console import Console

from callqa.errors import ConfigError
from callqa.messages import Message, terminal_language
from callqa.messages import terminal_text as _
from callqa.types import TranscriptQuality
from flows import stages
from flows.progress import stage_bar
from flows.stage import Stage
from flows.stages import index_again
from flows.step import Night, RubricRun, RubricStep, Step, nothing
from reports.month import write_all_changed_reports
from scoring.review.assignment_rules import Rules
from scoring.sampling import SamplePlan
from services.audit.anchors import check_whole, keep_anchor
from services.calls.call_list import list_calls
from services.console import night_line
from services.evaluation.floors import Floors
from services.intake.ingest import ingest
from services.intake.manifest import RowProblem
from services.judge.summaries import writes_summaries
from services.learning.nightly import learn_nightly, summary_of
from services.progress import ingest_bar
from services.retention.apply import apply as apply_limits
from services.review.queue import give_out_by, rules_of
from services.runs.failures import failure_groups
from services.runs.lease import AnotherRun
from services.sampling.draw import draw_due, nightly_plans
from services.trust.gate import apply_gate, gate_floors, hold_until_gated
from services.trust.measure import refresh_trust
from store.calls import read
from store.runs import score_holds

log = logging.getLogger(__name__)

DIRECTIONS = {"inbound": Message("inbound"), "outbound": Message("outbound")}
REFUSED_SHOWN = 10
"""Rows of a manifest that were refused for one reason."""
AUTHOR = "callqa"
"""Of what a night removes."""
LEARNER = "nightly"
"""Of the versions that it learns and adopts; the desk calls it 夜间任务."""

# Of each rubric, in a run of its own


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

# Of all rubrics together


def _anchor(night: Night, _needs: None) -> None:
    """Checks the audit log and keeps its end: in a file, in the runs' reports, and in what the night prints."""
    first = night.rubric_set[0]
    home = first.settings.home
    try:
        checked = check_whole(first.store, home)
        anchor = keep_anchor(home, checked, datetime.now(first.zone))
    except (ConfigError, OSError) as error:  # no reason to leave the calls undone
        night.console.print(
            night_line(_("audit log"), _("no anchor: {error}", error=error)), style="red", highlight=False
        )
        return
    n = len(checked.breaks)
    state = _("tampered with, places: {n}; see callqa audit verify", n=n) if n else _("intact")
    night.console.print(
        night_line(_("audit log"), _("{state}, anchor {anchor}", state=state, anchor=str(anchor.link))),
        style="red" if checked.breaks else None,
        highlight=False,
        soft_wrap=True,
    )
    night.anchor = anchor


def _list(night: Night, _needs: None) -> None:
    """Brings the list of calls up to date."""
    list_calls(night.rubric_set, night.console)


def _sample(night: Night, plans: tuple[SamplePlan, ...]) -> None:
    """Draws the samples whose period is over."""
    draw_due(night.rubric_set, plans, datetime.now(UTC), night.console)


def _assign(night: Night, rules: Rules | None) -> None:
    """Gives out calls to review by the rules, where there are some."""
    if rules:
        given_out = give_out_by(night.rubric_set, rules)
        line = night_line(_("assigned"), _("calls to hear, by the rules: {n}", n=len(given_out.reviewer_of)))
        night.console.print(line, highlight=False)


def _retain(night: Night, _needs: None) -> None:
    """Removes what is due, where the settings say so.

    It stays due: where another run has begun meanwhile, the next night removes it, and this one is done.
    """
    if not night.rubric_set[0].settings.retention.nightly:
        return
    try:
        apply_limits(night.rubric_set, AUTHOR, "", datetime.now(UTC), night.console, index_again)
    except AnotherRun as other:
        night.console.print(
            night_line(
                _("retention"),
                _(
                    "put off to the next night: another run is at work on this database ({holder})",
                    holder=other.holder or "?",
                ),
            ),
            style="yellow",
            highlight=False,
            soft_wrap=True,
        )


def _name_uncovered(night: Night, _needs: None) -> None:
    """Calls that no rubric is for are left alone, and nobody should wonder where they are."""
    with night.rubric_set[0].store.read() as connection:
        uncovered = read.uncovered(connection, [context.keys.scope for context in night.rubric_set])
    for calls in uncovered:
        night.console.print(
            _(
                "no rubric is for {n} calls: team {team}, line {line}, {direction}, {first} to {last}",
                n=calls.n_calls,
                team=calls.team or "-",
                line=calls.line or "-",
                direction=_(DIRECTIONS.get(calls.direction, calls.direction)),
                first=calls.first_day,
                last=calls.last_day,
            ),
            style="yellow",
            highlight=False,
        )


def _tell_failures(night: Night, _needs: None) -> None:
    """How much is not done because it failed, tonight or before, the commonest reason, and where the others are."""
    with night.rubric_set[0].store.read() as connection:
        groups = failure_groups(night.rubric_set, connection)
    if not groups:
        return
    commonest = max(groups, key=lambda group: group.n)
    text = _(
        "{n} could not be done; most often: {problem} ({n_commonest}); each reason and what to do: callqa failures",
        n=sum(group.n for group in groups),
        problem=_(commonest.problem),
        n_commonest=commonest.n,
    )
    night.console.print(night_line(_("failures"), text), style="yellow", highlight=False, soft_wrap=True)


def _report(night: Night, _needs: None) -> None:
    """Writes the reports of the months whose scores have changed."""
    write_all_changed_reports(night.rubric_set)


def _learn(night: Night, _needs: None) -> None:
    """Versions of models from what people taught, where the settings say so; used, if at all, from the next night on.

    It comes after the runs: a version is compared with their findings, and must not be chosen while one is at work.
    """
    run_id = night.reports[-1].run_id if night.reports else None
    for model in learn_nightly(night.rubric_set, LEARNER, run_id, datetime.now(UTC)):
        if not model.n_new and model.outcome == "few_new":
            continue  # nobody taught it anything; the report has it
        line = night_line(_("learning"), _(summary_of(model)))
        colour = {"failed": "red", "refused": "yellow"}.get(model.outcome)
        night.console.print(line, style=colour, markup=False, highlight=False, soft_wrap=True)


ANCHOR = Step("anchor", needs=nothing, does=_anchor)
LIST = Step("list", needs=nothing, does=_list)
SAMPLE = Step("sample", needs=nightly_plans, does=_sample)
ASSIGN = Step("assign", needs=rules_of, does=_assign)
RETAIN = Step("retain", needs=nothing, does=_retain)
COVERAGE = Step("coverage", needs=nothing, does=_name_uncovered)
LEARN = Step("learn", needs=nothing, does=_learn)
REPORT = Step("report", needs=nothing, does=_report)
FAILURES = Step("failures", needs=nothing, does=_tell_failures)
