"""The steps of a night for all rubrics together; their order is in `flows.night`."""

from datetime import UTC, datetime

from callqa.errors import ConfigError
from callqa.messages import Message
from callqa.messages import terminal_text as _
from flows.stages import index_again
from flows.step import Night, Step, nothing
from reports.month import write_all_changed_reports
from scoring.review.assignment_rules import Rules
from scoring.sampling import SamplePlan
from services.audit.anchors import check_whole, keep_anchor
from services.calls.call_list import list_calls
from services.console import night_line
from services.learning.nightly import learn_nightly, summary_of
from services.retention.apply import apply as apply_limits
from services.retention.uploads import drop_unclaimed
from services.review.queue import give_out_by, rules_of
from services.runs.failures import failure_groups
from services.runs.lease import AnotherRun
from services.sampling.draw import draw_due, nightly_plans
from store.calls import read

DIRECTIONS = {"inbound": Message("inbound"), "outbound": Message("outbound")}
AUTHOR = "callqa"
"""Of what a night removes."""
LEARNER = "nightly"
"""Of the versions that it learns and adopts; the desk calls it 夜间任务."""


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
    context, now = night.rubric_set[0], datetime.now(UTC)
    drop_unclaimed(context.store, context.settings, now)
    if not context.settings.retention.nightly:
        return
    try:
        apply_limits(night.rubric_set, AUTHOR, "", now, night.console, index_again)
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
