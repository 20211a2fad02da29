"""The figures of some days as charts and lines that pages show."""

from collections.abc import Iterable, Sequence
from urllib.parse import urlencode

from starlette.responses import RedirectResponse, Response

from callqa.days import Days
from callqa.people import Role
from scoring.figures import Figures, ItemRate, mean_changes
from services.context import RubricContext
from services.figures.period import BIN, PeriodFigures
from services.figures.summary import failing
from services.runs.history import last_night
from services.wording import NO_TEAM
from web.access.request_context import RequestContext
from web.access.roles import Permission
from web.access.visibility import visibility_of
from web.charts import Chart, Mark, Series
from web.overview.to_do import own_appeals, own_queue, to_do_lines
from web.overview.view import CategoryLine, ItemLine, Overview
from web.periods import Asked, figures_before

NEAR_TOP = 95  # an axis that would reach beyond 100 ends there
LEAST_SHOWN = 50
"""Bars of the histogram below this total are one."""


def weakest_items(
    rubric_context: RubricContext, figures: Figures, shown: Days, most: int = 10, **calls: str
) -> tuple[ItemLine, ...]:
    """Those that surely fail most often first. ``calls``: what else the lists of calls are bounded by."""
    return tuple(item_line(rubric_context, rate, shown, **calls) for rate in failing(figures.items)[:most])


def item_line(rubric_context: RubricContext, rate: ItemRate, shown: Days, **calls: str) -> ItemLine:
    return ItemLine(
        id=rate.item_id,
        title=rubric_context.rubric.titles[rate.item_id],
        failed=rate.scored - rate.passed,
        scored=rate.scored,
        share=None if rate.rate is None else 1 - rate.rate,
        low=None if rate.high is None else 1 - rate.high,
        high=None if rate.low is None else 1 - rate.low,
        href=calls_href(shown, failed=rate.item_id, **calls),
    )


def category_lines(figures: PeriodFigures, most: int = 12) -> tuple[CategoryLine, ...]:
    n = sum(category.n_calls for category in figures.categories) or 1
    return tuple(
        CategoryLine(
            name=category.names[0],
            n_calls=category.n_calls,
            share=category.n_calls / n,
            mean=category.mean,
            low=category.low,
            high=category.high,
            href=calls_href(figures.days, category=category.names[0]) if category.names[0] else "",
        )
        for category in figures.categories[:most]
    )


def totals_chart(context: RequestContext, figures: PeriodFigures) -> Chart:
    """How many calls have which total; what lies below `LEAST_SHOWN` is one bar."""
    below = LEAST_SHOWN // BIN
    counts = (sum(figures.histogram[:below]), *figures.histogram[below:])
    bounds = [0, *range(LEAST_SHOWN, 100 + BIN, BIN)]
    say = context.say
    return Chart(
        title=say("得分分布"),
        axis=say("分数段"),
        labels=tuple(f"{low}–{high}" for low, high in zip(bounds, bounds[1:], strict=False)),
        series=(Series(say("通话数"), counts),),
        unit=say("通").strip(),
    )


def course_chart(
    context: RequestContext,
    title: str,
    axis: str,
    course: Iterable[Figures],
    marks: Sequence[Mark] = (),
    name: str = "",
) -> Chart:
    """Means with their intervals, period by period."""
    rows = list(course)
    means = Series(
        name or context.say("平均分"),
        tuple(rounded(figures.mean) for figures in rows),
        tuple(rounded(figures.low) for figures in rows),
        tuple(rounded(figures.high) for figures in rows),
    )
    most = 100.0 if any((figures.high or 0.0) > NEAR_TOP for figures in rows) else None
    labels = tuple(period_label(context, figures.period) for figures in rows)
    return Chart(title, axis, labels, (means,), context.say("分"), most=most, marks=tuple(marks))


def volume_chart(context: RequestContext, title: str, axis: str, course: Iterable[Figures]) -> Chart:
    rows = list(course)
    counts = Series(context.say("通话数"), tuple(figures.n_calls for figures in rows))
    return Chart(
        title,
        axis,
        tuple(period_label(context, figures.period) for figures in rows),
        (counts,),
        context.say("通").strip(),
        least=0,
    )


def period_label(context: RequestContext, period: str) -> str:
    """11-03, 第47周 or 2026-11."""
    if "W" in period:
        return context.say("第{n}周", n=int(period[-2:]))
    return period[5:] if len(period) > len("2026-11") else period


def calls_href(days: Days, **wanted: str) -> str:
    """The list of calls of these days."""
    bounds = {"first": f"{days.first or ''}", "last": f"{days.last or ''}"}
    return f"/calls?{urlencode({name: value for name, value in (wanted | bounds).items() if value})}"


def team_name(context: RequestContext, team: str) -> str:
    return team or context.say(NO_TEAM)


def rounded(value: float | None) -> float | None:
    return None if value is None else round(value, 1)


def overview_page(context: RequestContext, asked: Asked) -> Overview | Response:
    if context.who.role in (Role.AGENT, Role.TEAM_LEAD):
        return RedirectResponse("/agent" if context.who.role is Role.AGENT else "/team", 303)
    cached = context.desk.figures.of(asked.rubric_context, asked.days)
    figures, before = cached.value, figures_before(context, asked)
    waits = context.desk.figures.to_dos(context.desk.rubric_set, context.desk.now(), visibility_of(context.who)).value
    with context.desk.store.read() as c:
        nights = last_night(c, len(context.desk.rubric_set)) if context.may(Permission.RUNS) else ()
        to_dos = own_queue(context, c) + own_appeals(context, c) + to_do_lines(context, waits)
    to_dos = tuple(sorted(to_dos, key=lambda line: line.kind != "emergency"))
    say, everyone = context.say, figures.everyone
    earlier = before.everyone if before else None
    return Overview(
        period=asked.shown,
        as_of=cached.as_of,
        concerns=to_dos,
        nights=nights,
        everyone=everyone,
        change=next(iter(mean_changes([earlier], [everyone])), None) if earlier and everyone else None,
        n_held=figures.n_held,
        means=course_chart(context, say("每日平均分"), say("日期"), figures.by_day),
        volume=volume_chart(context, say("每日通话"), say("日期"), figures.by_day),
        totals=totals_chart(context, figures),
        items=weakest_items(asked.rubric_context, everyone, asked.days) if everyone else (),
        categories=category_lines(figures),
    )
