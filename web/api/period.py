"""Days and rubric that figures are asked for: a month, or first and last day; else the last month with calls."""

from dataclasses import dataclass
from datetime import date
from typing import Annotated

from fastapi import Depends, Query

from callqa.call_filter import YEARS
from callqa.days import Days
from callqa.errors import FilterError
from services.context import RubricContext
from store.calls import read
from web.access.request_context import NotThere
from web.api.access import Api
from web.periods import LONGEST


@dataclass(frozen=True, slots=True)
class Asked:
    rubric_context: RubricContext
    days: Days


def asked_period(
    context: Api,
    month: Annotated[str, Query(pattern=r"^(20|21)\d\d-(0[1-9]|1[0-2])$|^$", description="Such as 2026-11.")] = "",
    first: date | None = None,
    last: date | None = None,
    rubric: Annotated[str, Query(max_length=64, description="Its id, where there are several.")] = "",
) -> Asked:
    """Raises `FilterError` and `NotThere`."""
    matching = [some for some in context.desk.rubric_set if rubric in ("", some.rubric.id)]
    if not matching:
        raise NotThere
    if month:
        return Asked(matching[0], Days.of_month(month))
    for field, day in (("first", first), ("last", last)):
        if day and day.year not in YEARS:
            raise FilterError("filter.year_out_of_range", field=field, low=YEARS[0], high=YEARS[-1])
    if first and last:
        if not 0 <= (last - first).days < LONGEST:
            raise FilterError("filter.days_not_usable", field="first", n=LONGEST)
        return Asked(matching[0], Days(first, last))
    with context.desk.store.read() as c:
        newest = read.last_period(c)
    return Asked(matching[0], Days.of_month(newest or f"{context.desk.now().astimezone(matching[0].zone):%Y-%m}"))


ApiPeriod = Annotated[Asked, Depends(asked_period)]
