"""Plans and drawn samples, one sample with its calls and estimates; drawing, and giving out."""

from typing import Annotated

from fastapi import Form, Query

from callqa.errors import ConfigError
from scoring.review.queue import share_out
from services.review.queue import give_out
from services.sampling.draw import draw_sample
from store.people import samples
from web.access.holders import holders_of
from web.access.request_context import Context
from web.access.roles import Permission
from web.routing import Area, Then
from web.samples.build import look_page, plan_asked_for, plans_of, row_of, sample_of, sample_page
from web.samples.view import Look, Sample, Samples

area = Area("sample")


@area.page("/samples", "samples/list.html", Permission.SAMPLING)
def sample_list(context: Context) -> Samples:
    with context.desk.store.read() as c:
        stored = samples.samples(c)
    drawn = {(sample.plan_id, sample.period) for sample in stored}
    return Samples(tuple(plans_of(context, drawn)), tuple(map(row_of, reversed(stored))))


@area.page("/samples/look", "samples/look.html", Permission.SAMPLING)
def look_at(context: Context, plan: Annotated[str, Query(max_length=200)]) -> Look:
    return look_page(context, plan)


@area.page("/samples/{pk:row}", "samples/sample.html", Permission.SAMPLING)
def sample(context: Context, pk: int) -> Sample:
    return sample_page(context, pk)


@area.action("/samples/draw", Permission.SAMPLING)
def draw(context: Context, plan: Annotated[str, Form(max_length=200)]) -> Then:
    """Draws the last period of a plan that is over, once."""
    chosen, shown = plan_asked_for(context, plan)
    try:
        sample, is_new = draw_sample(
            context.desk.rubric_set, chosen, shown.period, None, context.who.name, context.desk.now()
        )
    except ConfigError:
        return Then(
            "/samples",
            context.say("{period} 没有可抽的通话；“试抽”会列出候选通话有多少", period=shown.period),
            "refused",
        )
    if is_new:
        context.log_action("sample_drawn", "sample", sample.pk, sample.name)
    message = "已抽取 {n} 通" if is_new else "此前已经抽取，共 {n} 通"
    return Then(f"/samples/{sample.pk}", context.say(message, n=sample.n_calls))


@area.action("/samples/{pk:row}/assign", Permission.ASSIGN)
def assign(context: Context, pk: int, to: Annotated[list[str] | None, Form()] = None) -> Then:
    """Gives out evenly what nobody was asked to hear yet."""
    here = f"/samples/{pk}"
    with context.desk.store.read() as c:
        stored = sample_of(c, pk)
        able = {account.name: account.agent_id or account.name for account in holders_of(c, Permission.REVIEW)}
    if not to or not set(to) <= able.keys():
        return Then(here, context.say("请选择复核员"), "refused")
    shares = dict.fromkeys(to, 1.0)
    given_out = give_out(
        context.desk.rubric_set, lambda calls: share_out(calls, shares, able), context.who.name, sample=stored.name
    )
    context.log_action("calls_assigned", "sample", pk, stored.name, n=len(given_out.reviewer_of))
    if not given_out.reviewer_of:
        return Then(here, context.say("这次抽检没有可分配的通话"), "refused")
    return Then(here, context.say("已分配 {n} 条通话", n=len(given_out.reviewer_of)))
