"""The first page. Agents and team leads begin with what is theirs."""

from dataclasses import dataclass
from datetime import datetime

from starlette.responses import RedirectResponse, Response

from callqa.people import Role
from scoring.figures import Figures, MeanChange, mean_changes
from services.runs.history import Night, last_night
from web.access.request_context import Context
from web.access.roles import Permission
from web.access.visibility import visibility_of
from web.charts import Chart
from web.overview.to_do import ToDoLine, own_appeals, own_queue, to_do_lines
from web.overview.view import (
    CategoryLine,
    ItemLine,
    category_lines,
    course_chart,
    totals_chart,
    volume_chart,
    weakest_items,
)
from web.periods import AskedPeriod, Period, figures_before
from web.routing import Area

area = Area("overview")


@dataclass(frozen=True, slots=True)
class Overview:
    """What is going on."""

    period: Period
    as_of: datetime
    """When the scores of the figures were read."""
    concerns: tuple[ToDoLine, ...]
    nights: tuple[Night, ...]
    """Of last night one for each rubric; empty for people who do not see runs, and before the first."""
    everyone: Figures | None
    """``None`` without any scored call in the period."""
    change: MeanChange | None
    """Since the month before."""
    n_held: int
    means: Chart
    volume: Chart
    totals: Chart
    items: tuple[ItemLine, ...]
    categories: tuple[CategoryLine, ...]


@area.page("/", "overview/overview.html", Permission.SIGNED_IN)
def overview(context: Context, asked: AskedPeriod) -> Overview | Response:
    if context.who.role in (Role.AGENT, Role.TEAM_LEAD):
        return RedirectResponse("/agent" if context.who.role is Role.AGENT else "/team", 303)
    kept = context.desk.figures.of(asked.rubric_context, asked.days)
    found, before = kept.value, figures_before(context, asked)
    waits = context.desk.figures.to_dos(context.desk.rubric_set, context.desk.now(), visibility_of(context.who)).value
    with context.desk.store.read() as c:
        nights = last_night(c, len(context.desk.rubric_set)) if context.may(Permission.RUNS) else ()
        to_dos = own_queue(context, c) + own_appeals(context, c) + to_do_lines(context, waits)
    say, everyone = context.say, found.everyone
    earlier = before.everyone if before else None
    return Overview(
        period=asked.shown,
        as_of=kept.as_of,
        concerns=to_dos,
        nights=nights,
        everyone=everyone,
        change=next(iter(mean_changes([earlier], [everyone])), None) if earlier and everyone else None,
        n_held=found.n_held,
        means=course_chart(context, say("每日平均分"), say("日期"), found.by_day),
        volume=volume_chart(context, say("每日通话"), say("日期"), found.by_day),
        totals=totals_chart(context, found),
        items=weakest_items(asked.rubric_context, everyone, asked.days) if everyone else (),
        categories=category_lines(found),
    )
