"""The days that an export is about: a month, or from one day to another."""

from calendar import monthrange
from dataclasses import dataclass
from datetime import date

from callqa.errors import ConfigError
from store.exports import Days


@dataclass(frozen=True, slots=True)
class Span:
    """Local days, first and last included."""

    first: date
    last: date

    @property
    def is_month(self) -> bool:
        return (
            self.first.day == 1
            and self.first.replace(day=monthrange(self.first.year, self.first.month)[1]) == self.last
        )

    @property
    def slug(self) -> str:
        """For names of files.

        >>> month("2026-11").slug, Span(date(2026, 11, 1), date(2026, 11, 7)).slug
        ('2026-11', '2026-11-01_2026-11-07')
        """
        return f"{self.first:%Y-%m}" if self.is_month else f"{self.first}_{self.last}"

    @property
    def label(self) -> str:
        """For people.

        >>> month("2026-11").label, Span(date(2026, 11, 1), date(2026, 11, 7)).label
        ('2026年11月', '2026-11-01 至 2026-11-07')
        """
        return f"{self.first.year}年{self.first.month}月" if self.is_month else f"{self.first} 至 {self.last}"

    @property
    def before(self) -> "Span | None":
        """The month before; ``None`` for other stretches of days, which have no natural one."""
        if not self.is_month:
            return None
        year, month_number = divmod(12 * self.first.year + self.first.month - 2, 12)
        return month(f"{year:04}-{month_number + 1:02}")


def month(period: str) -> Span:
    """Of a local month, e.g. 2026-11. Raises `ConfigError`."""
    first = _day(f"{period}-01", period, "a month looks like 2026-11")
    return Span(first, first.replace(day=monthrange(first.year, first.month)[1]))


def days_of(span: Span, team: str | None = None) -> Days:
    """For a read of the store."""
    return Days(str(span.first), str(span.last), team)


def days(since: str, until: str) -> Span:
    """From one local day to another. Raises `ConfigError`."""
    span = Span(*(_day(text, text, "a day looks like 2026-11-24") for text in (since, until)))
    if span.last < span.first:
        raise ConfigError(f"--since {since} is after --until {until}; swap them")
    return span


def _day(text: str, given: str, hint: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise ConfigError(f"{given!r} is no date; {hint}") from None
