"""The local days that a report, an export or a table of figures is about."""

from calendar import monthrange
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta, tzinfo

from callqa.errors import ConfigError
from callqa.messages import Message

Moments = tuple[datetime | None, datetime | None]
"""From when until when, the end itself not included; ``None``: without a bound."""


@dataclass(frozen=True, slots=True)
class Days:
    """First and last included; ``None``: without a bound."""

    first: date | None = None
    last: date | None = None

    @property
    def month(self) -> str | None:
        """E.g. 2026-11, where they are a whole month."""
        name = f"{self.first:%Y-%m}" if self.first else ""
        return name if name and self == Days.of_month(name) else None

    @property
    def months(self) -> tuple[str, ...]:
        """The months that they touch, oldest first; empty where they have no bound.

        >>> Days.between("2026-11-30", "2027-01-02").months
        ('2026-11', '2026-12', '2027-01')
        """
        if not self.first or not self.last:
            return ()
        numbers = range(12 * self.first.year + self.first.month - 1, 12 * self.last.year + self.last.month)
        return tuple(f"{number // 12:04}-{number % 12 + 1:02}" for number in numbers)

    @property
    def slug(self) -> str:
        """For names of files.

        >>> Days.of_month("2026-11").slug, Days.between("2026-11-01", "2026-11-07").slug
        ('2026-11', '2026-11-01_2026-11-07')
        """
        return self.month or f"{self.first or ''}_{self.last or ''}"

    @property
    def label(self) -> str:
        """For people.

        >>> Days.of_month("2026-11").label, Days.between("2026-11-03", "2026-11-07").label, Days().label
        ('2026年11月', '2026-11-03 至 2026-11-07', '全部日期')
        """
        return self.words.text("zh")

    @property
    def words(self) -> Message:
        """The same in any language."""
        if self.first and self.last:
            if self.month:
                return Message("{year}年{month}月", year=self.first.year, month=self.first.month)
            return Message("{low} 至 {high}", low=self.first, high=self.last)
        if self.first:
            return Message("{day} 起", day=self.first)
        return Message("截至 {day}", day=self.last) if self.last else Message("全部日期")

    @property
    def before(self) -> "Days | None":
        """The month before; ``None`` for other stretches of days, which have no natural one."""
        if not self.month or not self.first:
            return None
        year, number = divmod(12 * self.first.year + self.first.month - 2, 12)
        return Days.of_month(f"{year:04}-{number + 1:02}")

    def __contains__(self, day: str) -> bool:
        """Of a local date, e.g. 2026-11-24."""
        return (self.first is None or day >= f"{self.first}") and (self.last is None or day <= f"{self.last}")

    def spanning(self, other: "Days") -> "Days":
        """From the earlier first to the later last.

        >>> Days.of_month("2026-11").spanning(Days.between("2026-10-15", None))
        Days(first=datetime.date(2026, 10, 15), last=None)
        """
        return Days(
            min(self.first, other.first) if self.first and other.first else None,
            max(self.last, other.last) if self.last and other.last else None,
        )

    def moments(self, zone: tzinfo) -> Moments:
        """With ``zone``'s midnights."""
        since, until = self.first, self.last and self.last + timedelta(days=1)
        return (
            None if since is None else datetime.combine(since, time(), zone),
            None if until is None else datetime.combine(until, time(), zone),
        )

    @classmethod
    def of_month(cls, month: str) -> "Days":
        """Of a local month, e.g. 2026-11. Raises `ConfigError`."""
        first = _day(f"{month}-01", ConfigError("period.no_month", text=month, example="2026-11"))
        return cls(first, first.replace(day=monthrange(first.year, first.month)[1]))

    @classmethod
    def between(cls, since: str | None, until: str | None) -> "Days":
        """From one local day to another, e.g. 2026-11-03. Raises `ConfigError`."""
        first, last = (
            _day(text, ConfigError("period.no_day", text=text, example="2026-11-03")) if text else None
            for text in (since, until)
        )
        if first and last and last < first:
            raise ConfigError("period.crossed", since=since, until=until)
        return cls(first, last)


ALL_DAYS = Days()
ALWAYS: Moments = (None, None)


def _day(text: str, error: ConfigError) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise error from None
