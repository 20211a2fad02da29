"""Trend of a group's scores from period to period: up, down, or nothing can be told."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import groupby
from typing import Literal

import numpy as np
from scipy.special import stdtrit

from scoring.figures.intervals import PEERS, mean_intervals
from scoring.figures.tally import Figures
from scoring.proportion import TAIL, Floats

Direction = Literal["up", "down", "unclear"]


@dataclass(frozen=True, slots=True)
class Trend:
    """Of one group: points a period, with the 95 % interval. Two periods are simply compared."""

    names: tuple[str, ...]
    n_periods: int
    """With scores."""
    slope: float
    low: float
    high: float

    @property
    def direction(self) -> Direction:
        """ "unclear": the interval holds zero."""
        return "up" if self.low > 0 else "down" if self.high < 0 else "unclear"


def trends(figures: Iterable[Figures]) -> list[Trend]:
    """The trend of each group with scores in two periods or more; ``figures`` were aggregated by time.

    The slope is the straight line's by least squares, each period's mean weighted by its precision. Where the means lie
    further from the line than their errors explain, the interval is widened by the Birge ratio (Birge 1932), moderated
    like the variances: a few periods say little of their own. Periods without calls leave a gap on the time axis.
    """
    scored = sorted((figure for figure in figures if figure.n_scored), key=lambda figure: (figure.names, figure.period))
    if not scored:
        return []
    n, mean, squares = (
        np.array(column, dtype=np.float64)
        for column in zip(*((figure.n_scored, figure.mean, figure.squares) for figure in scored), strict=True)
    )
    means = mean_intervals(n, mean, squares)
    when = _positions([figure.period for figure in scored])
    result = []
    for names, group in groupby(range(len(scored)), key=lambda i: scored[i].names):
        rows = list(group)
        if len(rows) > 1:
            result.append(
                Trend(names, len(rows), *_line(when[rows], mean[rows], means.error[rows], means.freedom[rows]))
            )
    return result


def _line(when: Floats, mean: Floats, error: Floats, freedom: Floats) -> tuple[float, float, float]:
    """Slope and its interval. Its variance is a sum of the periods', so its freedom is Satterthwaite's (1946)."""
    weight = error**-2
    from_centre = when - weight @ when / weight.sum()
    lever = weight * from_centre / (weight @ from_centre**2)
    slope = float(lever @ mean)
    parts = (lever * error) ** 2
    variance, df = float(parts.sum()), float(parts.sum() ** 2 / (parts**2 / freedom).sum())
    residual = mean - weight @ mean / weight.sum() - slope * from_centre
    birge = (PEERS + float(weight @ residual**2)) / (PEERS + len(when) - 2)
    reach = float(stdtrit(df, TAIL)) * (variance * max(birge, 1.0)) ** 0.5
    return slope, slope - reach, slope + reach


def _positions(periods: Sequence[str]) -> Floats:
    """Each period's place on the time axis, in periods."""
    return np.array([_place(period) for period in periods], dtype=np.float64)


def _place(period: str) -> int:
    """Number of a day, ISO week or month; following ones have following numbers.

    >>> _place("2027-W01") - _place("2026-W53"), _place("2027-01") - _place("2026-12")
    (1, 1)
    """
    if "W" in period:
        year, week = period.split("-W")
        return date.fromisocalendar(int(year), int(week), 1).toordinal() // 7
    if len(period) == len("2026-11"):
        year, month = period.split("-")
        return 12 * int(year) + int(month)
    return date.fromisoformat(period).toordinal()
