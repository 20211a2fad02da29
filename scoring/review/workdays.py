"""Working days: weekends and public holidays are free, and weekends that were swapped for a holiday (调休) are not."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache
from pathlib import Path

from pydantic import BaseModel, Field, model_validator

from callqa.errors import Mistake
from callqa.yaml_file import read_model
from scoring.rubric_items import FROZEN, Words

CALENDARS = Path(__file__).parent / "calendars"
DAY = timedelta(days=1)
SATURDAY = 5


class Holiday(BaseModel):
    """Days off in a row, both ends included."""

    model_config = FROZEN

    name: Words
    first: date
    last: date

    @model_validator(mode="after")
    def _ends_after_it_begins(self) -> "Holiday":
        if self.last < self.first:
            raise Mistake("calendar.holiday_crossed", name=self.name, first=self.first, last=self.last)
        return self

    @property
    def days(self) -> tuple[date, ...]:
        return tuple(self.first + n * DAY for n in range((self.last - self.first).days + 1))


class Year(BaseModel):
    """The arrangement of one year, as it is announced the autumn before."""

    model_config = FROZEN

    year: int = Field(ge=2000, le=2100)
    source: Words
    """Who announced it, where and when."""
    holidays: tuple[Holiday, ...]
    working_weekends: tuple[date, ...] = ()
    """Saturdays and Sundays on which people work."""

    @model_validator(mode="after")
    def _days_make_sense(self) -> "Year":
        free = {day for holiday in self.holidays for day in holiday.days}
        for day in (*sorted(free), *self.working_weekends):
            if abs(day.year - self.year) > 1:
                raise Mistake("calendar.other_year", day=day, year=self.year)
        for day in self.working_weekends:
            if day.weekday() < SATURDAY:
                raise Mistake("calendar.no_weekend", day=day)
            if day in free:
                raise Mistake("calendar.both", day=day)
        return self


@dataclass(frozen=True, slots=True)
class WorkCalendar:
    """Which days are worked. In a year that nobody announced yet, Monday to Friday are."""

    years: frozenset[int]
    """The years whose holidays are known."""
    holidays: frozenset[date]
    working_weekends: frozenset[date]

    def is_working(self, day: date) -> bool:
        return day in self.working_weekends or (day.weekday() < SATURDAY and day not in self.holidays)

    def after(self, day: date, n: int) -> date:
        """The ``n``-th working day after ``day``, which itself does not count; ``n`` from 1."""
        if n < 1:
            raise ValueError("a deadline is at least one working day")
        while n:
            day += DAY
            n -= self.is_working(day)
        return day

    def between(self, after: date, upto: date) -> int:
        """Working days later than ``after``, ``upto`` included; 0 when there is none."""
        return sum(self.is_working(after + n * DAY) for n in range(1, (upto - after).days + 1))

    def covers(self, day: date) -> bool:
        return day.year in self.years


def load_calendar(extra: Iterable[Path] = ()) -> WorkCalendar:
    """The shipped years and those of ``extra``, of which the last file of a year counts. Raises `ConfigError`."""
    paths = (*sorted(CALENDARS.glob("*.yaml")), *extra)
    return _calendar(paths, tuple(map(_changed, paths)))


@lru_cache(4)
def _calendar(paths: tuple[Path, ...], changed: tuple[int, ...]) -> WorkCalendar:
    """``changed``: when each file was, in ns; pages ask again and again, and files change once a year."""
    years = {arrangement.year: arrangement for path in paths for arrangement in (read_model(path, Year),)}
    return WorkCalendar(
        frozenset(years),
        frozenset(day for year in years.values() for holiday in year.holidays for day in holiday.days),
        frozenset(day for year in years.values() for day in year.working_weekends),
    )


def _changed(path: Path) -> int:
    try:
        return path.stat().st_mtime_ns
    except OSError:
        return 0  # reading it tells what is wrong
