"""Plans and drawn samples, one sample with its calls and estimates; drawing, and giving out."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated

from fastapi import Form, Query

from callqa.errors import ConfigError
from reports.frames.samples import design_table, estimate_table, reason_table
from scoring.review.queue import share_out
from scoring.sampling import SamplePlan, shipped_plans
from services.context import titles_of
from services.review.queue import give_out
from services.sampling.draw import choose_period, draw_sample, look, new_seed, nightly_plans, plan_for, why_none
from services.sampling.estimate import estimate
from store import Connection
from store.calls import read
from store.people import calibration, samples
from web.access.holders import holders_of
from web.access.request_context import Context, NotThere, RequestContext
from web.access.roles import Permission
from web.routing import Area, Then
from web.tables import PlainTable, plain_table

SHOWN = 500  # calls of one sample

area = Area("sample")


@dataclass(frozen=True, slots=True)
class Plan:
    """By what a sample is drawn."""

    id: str
    title: str
    every: str
    period: str
    """The last one that is over."""
    drawn: bool
    nightly: bool
    """The night draws it by itself."""


@dataclass(frozen=True, slots=True)
class SampleRow:
    """A drawn sample in a list."""

    pk: int
    title: str
    plan_id: str
    period: str
    n_calls: int
    n_candidates: int
    author: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Samples:
    plans: tuple[Plan, ...]
    samples: tuple[SampleRow, ...]


@dataclass(frozen=True, slots=True)
class Look:
    """What a plan would draw; nothing is kept."""

    plan: Plan
    n_drawn: int
    n_candidates: int
    table: PlainTable
    none: str
    """Why nothing can be drawn; "" when something can."""


@dataclass(frozen=True, slots=True)
class CallRow:
    """A drawn call."""

    pk: int
    call_id: str
    agent_id: str
    team: str
    started_at: datetime
    why: str
    """Like what follows, it tells a verdict: empty while people judge the call blind."""
    stratum: str
    probability: float | None
    heard: bool


@dataclass(frozen=True, slots=True)
class Sample:
    """One sample: its calls, how far people are, and what it tells."""

    row: SampleRow
    seed: str
    n_heard: int
    calls: tuple[CallRow, ...]
    reasons: PlainTable
    estimates: PlainTable | None
    """``None`` while nobody has heard a call."""
    reviewers: tuple[tuple[str, str], ...]
    """Login and full name of those who can be asked; empty for people who give out nothing."""


@area.page("/samples", "samples/list.html", Permission.SAMPLING)
def sample_list(context: Context) -> Samples:
    with context.desk.store.read() as c:
        stored = samples.samples(c)
    drawn = {(one.plan_id, one.period) for one in stored}
    return Samples(tuple(_plans(context, drawn)), tuple(map(_row, reversed(stored))))


@area.page("/samples/look", "samples/look.html", Permission.SAMPLING)
def look_at(context: Context, plan: Annotated[str, Query(max_length=200)]) -> Look:
    chosen, shown = _plan(context, plan)
    drawing = look(context.desk.rubric_set, chosen, shown.period, new_seed())
    result = drawing.result
    none = "" if result.calls else context.refusal(ConfigError(why_none(drawing)))
    return Look(shown, len(result.calls), result.n_candidates, plain_table("", design_table(result, chosen)), none)


@area.page("/samples/{pk:row}", "samples/sample.html", Permission.SAMPLING)
def sample(context: Context, pk: int) -> Sample:
    with context.desk.store.read() as c:
        stored = _find(c, pk)
        drawn = samples.calls_of(c, pk)
        heads, blind = read.call_heads(c, [one.drawn.call_id for one in drawn[:SHOWN]]), calibration.open_calls(c)
        people = holders_of(c, Permission.REVIEW) if context.may(Permission.ASSIGN) else []
    calls = tuple(_call_row(one, heads[one.drawn.call_id].pk, one.drawn.call_id in blind) for one in drawn[:SHOWN])
    n_heard = sum(one.heard for one in drawn)
    rubric_set = context.desk.rubric_set
    found = plain_table("", estimate_table(titles_of(rubric_set), estimate(rubric_set, stored))) if n_heard else None
    reasons = plain_table("", reason_table(one.drawn for one in drawn))
    return Sample(
        _row(stored), stored.seed, n_heard, calls, reasons, found, tuple((one.name, one.shown_name) for one in people)
    )


@area.action("/samples/draw", Permission.SAMPLING)
def draw(context: Context, plan: Annotated[str, Form(max_length=200)]) -> Then:
    """Draws the last period of a plan that is over, once."""
    chosen, shown = _plan(context, plan)
    try:
        kept, is_new = draw_sample(
            context.desk.rubric_set, chosen, shown.period, None, context.who.name, context.desk.now()
        )
    except ConfigError:
        return Then(
            "/samples",
            context.say("{period} 没有可抽的通话；“试抽”会列出候选通话有多少", period=shown.period),
            "refused",
        )
    if is_new:
        context.log_action("sample_drawn", "sample", kept.pk, kept.name)
    said = "已抽取 {n} 通" if is_new else "此前已经抽取，共 {n} 通"
    return Then(f"/samples/{kept.pk}", context.say(said, n=kept.n_calls))


@area.action("/samples/{pk:row}/assign", Permission.ASSIGN)
def assign(context: Context, pk: int, to: Annotated[list[str] | None, Form()] = None) -> Then:
    """Gives out evenly what nobody was asked to hear yet."""
    here = f"/samples/{pk}"
    with context.desk.store.read() as c:
        stored = _find(c, pk)
        able = {one.name: one.agent_id or one.name for one in holders_of(c, Permission.REVIEW)}
    if not to or not set(to) <= able.keys():
        return Then(here, context.say("请选择复核员"), "refused")
    shares = dict.fromkeys(to, 1.0)
    given = give_out(
        context.desk.rubric_set, lambda calls: share_out(calls, shares, able), context.who.name, sample=stored.name
    )
    context.log_action("calls_assigned", "sample", pk, stored.name, n=len(given.reviewer_of))
    if not given.reviewer_of:
        return Then(here, context.say("这次抽检没有可分配的通话"), "refused")
    return Then(here, context.say("已分配 {n} 条通话", n=len(given.reviewer_of)))


def _plans(context: RequestContext, drawn: set[tuple[str, str]]) -> Iterator[Plan]:
    rubric_set, now = context.desk.rubric_set, context.desk.now()
    by_night = {plan.id: plan for plan in nightly_plans(rubric_set)}
    shipped = {name: plan_for(rubric_set, name) for name in shipped_plans()}
    for plan in (shipped | by_night).values():
        period = choose_period(plan, None, now, rubric_set[0].zone)
        yield Plan(plan.id, plan.title, plan.every, period, (plan.id, period) in drawn, plan.id in by_night)


def _plan(context: RequestContext, plan_id: str) -> tuple[SamplePlan, Plan]:
    """Only plans that are shipped, or that the settings name. Raises `NotThere`."""
    rubric_set = context.desk.rubric_set
    shown = next((one for one in _plans(context, set()) if one.id == plan_id), None)
    if shown is None:
        raise NotThere
    by_night = {plan.id: plan for plan in nightly_plans(rubric_set)}
    return by_night.get(plan_id) or plan_for(rubric_set, plan_id), shown


def _find(c: Connection, pk: int) -> samples.StoredSample:
    found = next((one for one in samples.samples(c) if one.pk == pk), None)
    if found is None:
        raise NotThere
    return found


def _call_row(one: samples.DrawnCall, pk: int, blind: bool) -> CallRow:
    drawn = one.drawn
    why, stratum, probability = ("", "", None) if blind else (drawn.why, drawn.stratum, drawn.probability)
    return CallRow(pk, drawn.call_id, one.agent_id, one.team, one.started_at, why, stratum, probability, one.heard)


def _row(stored: samples.StoredSample) -> SampleRow:
    title = str(stored.document["title"])
    return SampleRow(
        stored.pk, title, stored.plan_id, stored.period, stored.n_calls, stored.n_candidates, stored.author, stored.at
    )
