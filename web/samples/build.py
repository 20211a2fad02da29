"""Plans and samples as their pages show them."""

from collections.abc import Iterator

from callqa.errors import ConfigError
from callqa.messages import Title
from reports.frames.samples import design_table, estimate_table, reason_table
from scoring.sampling import SamplePlan, shipped_plans
from services.context import titles_of
from services.sampling.draw import choose_period, look, new_seed, nightly_plans, plan_for, why_none
from services.sampling.estimate import estimate
from store import Connection
from store.calls import read
from store.people import calibration, samples
from web.access.holders import holders_of
from web.access.request_context import NotThere, RequestContext
from web.access.roles import Permission
from web.samples.view import CallRow, Look, Plan, Sample, SampleRow
from web.tables import plain_table

SHOWN = 500  # calls of one sample


def plans_of(context: RequestContext, drawn: set[tuple[str, str]]) -> Iterator[Plan]:
    rubric_set, now = context.desk.rubric_set, context.desk.now()
    by_night = {plan.id: plan for plan in nightly_plans(rubric_set)}
    shipped = {name: plan_for(rubric_set, name) for name in shipped_plans()}
    for plan in (shipped | by_night).values():
        period = choose_period(plan, None, now, rubric_set[0].zone)
        yield Plan(plan.id, plan.title, plan.every, period, (plan.id, period) in drawn, plan.id in by_night)


def plan_asked_for(context: RequestContext, plan_id: str) -> tuple[SamplePlan, Plan]:
    """Only plans that are shipped, or that the settings name. Raises `NotThere`."""
    rubric_set = context.desk.rubric_set
    shown = next((plan for plan in plans_of(context, set()) if plan.id == plan_id), None)
    if shown is None:
        raise NotThere
    by_night = {plan.id: plan for plan in nightly_plans(rubric_set)}
    return by_night.get(plan_id) or plan_for(rubric_set, plan_id), shown


def sample_of(c: Connection, pk: int) -> samples.StoredSample:
    stored = next((sample for sample in samples.samples(c) if sample.pk == pk), None)
    if stored is None:
        raise NotThere
    return stored


def _call_row(call: samples.DrawnCall, pk: int, blind: bool, plan: SamplePlan) -> CallRow:
    drawn = call.drawn
    facts = (pk, drawn.call_id, call.agent_id, call.team, call.started_at)
    if blind:
        return CallRow(*facts, "", "", None, call.heard)
    return CallRow(*facts, plan.why_words(drawn.why), plan.strata.words(drawn.stratum), drawn.probability, call.heard)


def row_of(stored: samples.StoredSample) -> SampleRow:
    title = Title(stored.document["title"])
    return SampleRow(
        stored.pk, title, stored.plan_id, stored.period, stored.n_calls, stored.n_candidates, stored.author, stored.at
    )


def sample_page(context: RequestContext, pk: int) -> Sample:
    with context.desk.store.read() as c:
        stored = sample_of(c, pk)
        drawn = samples.calls_of(c, pk)
        heads, blind = read.call_heads(c, [call.drawn.call_id for call in drawn[:SHOWN]]), calibration.open_calls(c)
        people = holders_of(c, Permission.REVIEW) if context.may(Permission.ASSIGN) else []
    plan = SamplePlan.model_validate(stored.document)
    calls = tuple(
        _call_row(call, heads[call.drawn.call_id].pk, call.drawn.call_id in blind, plan) for call in drawn[:SHOWN]
    )
    n_heard = sum(call.heard for call in drawn)
    rubric_set = context.desk.rubric_set
    estimates = (
        plain_table("", estimate_table(titles_of(rubric_set), estimate(rubric_set, stored))) if n_heard else None
    )
    reasons = plain_table("", reason_table((call.drawn for call in drawn), plan))
    return Sample(
        row_of(stored),
        stored.seed,
        n_heard,
        calls,
        reasons,
        estimates,
        tuple((account.name, account.shown_name) for account in people),
    )


def look_page(context: RequestContext, plan: str) -> Look:
    chosen, shown = plan_asked_for(context, plan)
    drawing = look(context.desk.rubric_set, chosen, shown.period, new_seed())
    result = drawing.result
    none = "" if result.calls else context.refusal(ConfigError.of(why_none(drawing)))
    return Look(shown, len(result.calls), result.n_candidates, plain_table("", design_table(result, chosen)), none)
