"""Days, weeks and months: what a plan draws from at once. A call belongs to one of each, by its local date."""

import re
from collections.abc import Collection
from datetime import date, timedelta
from typing import Literal

from callqa.errors import ConfigError

Every = Literal["day", "week", "month"]
EXAMPLES: dict[Every, str] = {"day": "2026-11-24", "week": "2026-W47", "month": "2026-11"}
CATCH_UP = 7  # a night without a run must not cost a sample, nor may a plan taken up again draw a year at once
WEEK = re.compile(r"(\d{4})-W(\d{2})")


def period_of(every: Every, day: date) -> str:
    """The name of the period with this day in it; weeks begin on Monday (ISO 8601)."""
    match every:
        case "day":
            return day.isoformat()
        case "week":
            year, week, _ = day.isocalendar()
            return f"{year}-W{week:02}"
        case "month":
            return f"{day:%Y-%m}"


def days_of(every: Every, period: str) -> tuple[date, date]:
    """First and last day of the period. Raises `ConfigError` for what is no such period."""
    try:
        first = _first_day(every, period)
    except ValueError as error:
        raise _no_period(every, period) from error
    if every == "day":
        return first, first
    if every == "week":
        return first, first + timedelta(days=6)
    return first, (first + timedelta(days=31)).replace(day=1) - timedelta(days=1)


def last_whole(every: Every, today: date) -> str:
    """The last period that is over."""
    first, _ = days_of(every, period_of(every, today))
    return period_of(every, first - timedelta(days=1))


def due(every: Every, drawn: Collection[str], today: date) -> list[str]:
    """The periods that are over and come after the newest that was drawn, oldest first, `CATCH_UP` at most.

    Without any, the last one alone. Names of other kinds of periods, from before a plan was changed, do not count.
    """
    period = last_whole(every, today)
    newest = max(
        (name for name in drawn if len(name) == len(period) and ("W" in name) == ("W" in period)), default=None
    )
    if newest is None:
        return [period]
    periods: list[str] = []
    while period > newest and len(periods) < CATCH_UP:
        periods.insert(0, period)
        first, _ = days_of(every, period)
        period = period_of(every, first - timedelta(days=1))
    return periods


def _first_day(every: Every, period: str) -> date:
    if every == "week":
        if not (match := WEEK.fullmatch(period)):
            raise ValueError(period)
        return date.fromisocalendar(int(match[1]), int(match[2]), 1)
    first = date.fromisoformat(f"{period}-01" if every == "month" else period)
    if period_of(every, first) != period:
        raise ValueError(period)
    return first


def _no_period(every: Every, period: str) -> ConfigError:
    match every:
        case "day":
            return ConfigError("period.no_day", text=period, example=EXAMPLES[every])
        case "week":
            return ConfigError("period.no_week", text=period, example=EXAMPLES[every])
        case "month":
            return ConfigError("period.no_month", text=period, example=EXAMPLES[every])
