"""What the scores of some days say, as charts and lines that pages show."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from urllib.parse import urlencode

from callqa.days import Days
from scoring.figures import Figures, ItemRate
from services.context import RubricContext
from services.figures.period import BIN, PeriodFigures
from services.figures.summary import failing
from services.wording import NO_TEAM
from web.access.request_context import RequestContext
from web.charts import Chart, Mark, Series

NEAR_TOP = 95  # an axis that would reach beyond 100 ends there
LEAST_SHOWN = 50
"""Bars of the histogram below this total are one."""


@dataclass(frozen=True, slots=True)
class ItemLine:
    """How often an item fails."""

    id: str
    title: str
    failed: int
    scored: int
    share: float | None
    """Of the calls in which it counted; likewise the bounds of its 95 % interval."""
    low: float | None
    high: float | None
    href: str
    """The calls that failed it."""


@dataclass(frozen=True, slots=True)
class CategoryLine:
    """The calls of one category of the first level."""

    name: str
    n_calls: int
    share: float
    mean: float | None
    low: float | None
    high: float | None
    href: str


def weakest_items(
    rubric_context: RubricContext, one: Figures, shown: Days, most: int = 10, **calls: str
) -> tuple[ItemLine, ...]:
    """Those that surely fail most often first. ``calls``: what else the lists of calls are bounded by."""
    return tuple(item_line(rubric_context, rate, shown, **calls) for rate in failing(one.items)[:most])


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


def category_lines(found: PeriodFigures, most: int = 12) -> tuple[CategoryLine, ...]:
    n = sum(one.n_calls for one in found.categories) or 1
    return tuple(
        CategoryLine(
            name=one.names[0],
            n_calls=one.n_calls,
            share=one.n_calls / n,
            mean=one.mean,
            low=one.low,
            high=one.high,
            href=calls_href(found.days, category=one.names[0]) if one.names[0] else "",
        )
        for one in found.categories[:most]
    )


def totals_chart(context: RequestContext, found: PeriodFigures) -> Chart:
    """How many calls have which total; what lies below `LEAST_SHOWN` is one bar."""
    below = LEAST_SHOWN // BIN
    counts = (sum(found.histogram[:below]), *found.histogram[below:])
    bounds = [0, *range(LEAST_SHOWN, 100 + BIN, BIN)]
    say = context.say
    return Chart(
        title=say("得分分布"),
        axis=say("分数段"),
        labels=tuple(f"{low}–{high}" for low, high in zip(bounds, bounds[1:], strict=False)),
        series=(Series(say("通话数"), counts),),
        unit=say("通"),
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
        tuple(rounded(one.mean) for one in rows),
        tuple(rounded(one.low) for one in rows),
        tuple(rounded(one.high) for one in rows),
    )
    most = 100.0 if any((one.high or 0.0) > NEAR_TOP for one in rows) else None
    labels = tuple(period_label(context, one.period) for one in rows)
    return Chart(title, axis, labels, (means,), context.say("分"), most=most, marks=tuple(marks))


def volume_chart(context: RequestContext, title: str, axis: str, course: Iterable[Figures]) -> Chart:
    rows = list(course)
    counts = Series(context.say("通话数"), tuple(one.n_calls for one in rows))
    return Chart(
        title, axis, tuple(period_label(context, one.period) for one in rows), (counts,), context.say("通"), least=0
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
