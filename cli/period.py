"""The month or the days that ``--period``, or ``--since`` and ``--until``, ask for."""

from callqa.days import Days
from callqa.errors import ConfigError
from services.context import RubricContext
from store.calls import read


def choose_period(context: RubricContext, wanted: str | None = None) -> str:
    """The month that is wanted, or the last one with calls. Raises `ConfigError` when it has none."""
    with context.store.read() as connection:
        periods = read.periods(connection)
    if not periods:
        raise ConfigError("period.no_calls")
    if wanted and wanted not in periods:
        raise ConfigError("period.no_calls_in", period=wanted, periods=periods)
    return wanted or periods[-1]


def choose_days(context: RubricContext, period: str | None, since: str | None, until: str | None) -> Days:
    """What ``--period``, or ``--since`` and ``--until``, ask for; else the last month with calls."""
    if period and (since or until):
        raise ConfigError("period.both")
    return Days.between(since, until) if since or until else Days.of_month(choose_period(context, period))
