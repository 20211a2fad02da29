"""Periods and rubrics that the pages of figures are asked for, and how people choose them."""

from dataclasses import dataclass
from datetime import date
from typing import Annotated
from urllib.parse import urlencode

from fastapi import Depends, Query

from callqa.days import Days
from callqa.errors import ConfigError
from services.context import RubricContext
from services.figures.period import PeriodFigures
from store.calls import read
from web.access.request_context import Context, NotThere, RequestContext

LONGEST = 100  # days that are summed up at once; months beyond that are shown one by one

Month = Annotated[str, Query(pattern=r"^(\d{4}-\d{2})?$")]


@dataclass(frozen=True, slots=True)
class RubricChoice:
    """A rubric whose figures can be shown."""

    id: str
    title: str


@dataclass(frozen=True, slots=True)
class Period:
    """The days and the rubric that are shown, and what else could be."""

    month: str
    """E.g. 2026-11; "" for other days."""
    since: str
    until: str
    label: str
    earlier: str
    """The month before; "" when there is none."""
    later: str
    months: tuple[str, ...]
    """With calls, newest first."""
    rubric: str
    rubrics: tuple[RubricChoice, ...]

    @property
    def asked(self) -> dict[str, str]:
        """The parameters that ask for it again."""
        days = {"month": self.month} if self.month else {"since": self.since, "until": self.until}
        return days | ({"rubric": self.rubric} if len(self.rubrics) > 1 else {})

    def href(self, path: str, **others: object) -> str:
        """The address of another page about the same days."""
        return f"{path}?{urlencode(self.asked | _given(others))}"

    def other(self, path: str, month: str, **others: object) -> str:
        """The address of a page about another month."""
        rubric = {"rubric": self.asked["rubric"]} if "rubric" in self.asked else {}
        return f"{path}?{urlencode({'month': month} | rubric | _given(others))}"


@dataclass(frozen=True, slots=True)
class Asked:
    """What a page works with."""

    rubric_context: RubricContext
    days: Days
    shown: Period


def asked_period(
    context: Context,
    month: Month = "",
    since: date | None = None,
    until: date | None = None,
    rubric: Annotated[str, Query(max_length=64)] = "",
) -> Asked:
    """The days that are asked for, else the last month with calls. Raises `ConfigError` and `NotThere`."""
    rubric_context = _context(context, rubric)
    with context.desk.store.read() as c:
        first, last = read.first_period(c), read.last_period(c)
    today = f"{context.desk.now().astimezone(rubric_context.zone):%Y-%m}"
    days = _days(month, since, until) or Days.of_month(last or today)
    months = Days.between(f"{first}-01", f"{last}-01").months if first and last else ()
    month_shown = days.month or ""
    shown = Period(
        month=month_shown,
        since=f"{days.first}",
        until=f"{days.last}",
        label=days.label if context.who.language == "zh" else days.month or context.say(days.words),
        earlier=max((known for known in months if known < month_shown), default=""),
        later=min((known for known in months if month_shown and known > month_shown), default=""),
        months=months[::-1],
        rubric=rubric_context.rubric.id,
        rubrics=tuple(
            RubricChoice(rubric_context.rubric.id, rubric_context.rubric.title)
            for rubric_context in context.desk.rubric_set
        ),
    )
    context.asked.update(shown.asked)
    return Asked(rubric_context, days, shown)


AskedPeriod = Annotated[Asked, Depends(asked_period)]
"""The type of the parameter of every page about some days."""


def figures_before(context: RequestContext, asked: Asked) -> PeriodFigures | None:
    """Of the month before; ``None`` where the days are no month, or that one has no calls."""
    before = asked.days.before
    if before is None or before.month not in asked.shown.months:
        return None
    return context.desk.figures.of(asked.rubric_context, before).value


def _given(values: dict[str, object]) -> dict[str, object]:
    return {name: value for name, value in values.items() if value not in (None, "")}


def _context(context: RequestContext, rubric: str) -> RubricContext:
    matching = [
        rubric_context for rubric_context in context.desk.rubric_set if rubric in ("", rubric_context.rubric.id)
    ]
    if not matching:
        raise NotThere
    return matching[0]


def _days(month: str, since: date | None, until: date | None) -> Days | None:
    if month:
        return Days.of_month(month)
    if since is None or until is None:
        return None
    if not 0 <= (until - since).days < LONGEST:
        raise ConfigError("filter.days_not_usable", n=LONGEST)
    return Days(since, until)
