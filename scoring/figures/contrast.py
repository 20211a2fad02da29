"""Differences that are more than chance, among as many as were looked at.

Of 800 agents whose scores do not change, 5 % have an interval of the change that leaves zero out, and of 25 items one.
Who reads a list of them wants another promise: that of those on the list at most one in twenty is there by chance. That
is the false discovery rate, held by the procedure of Benjamini and Hochberg (1995).
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy.special import gammaln, stdtr, stdtrit

from scoring.figures.intervals import mean_intervals
from scoring.figures.tally import Figures, ItemRate
from scoring.proportion import TAIL, Floats, share_interval

BY_CHANCE = 0.05
"""Of the differences that are called sure, the share that may be chance."""


@dataclass(frozen=True, slots=True)
class ItemContrast:
    """An item as one group passes it, beside all others."""

    own: ItemRate
    others: ItemRate
    sure: bool
    """The difference is more than chance, for all items that were looked at."""

    @property
    def gap(self) -> float:
        """Own rate less the others'; 0 where the item never counted in one of them."""
        return 0.0 if self.own.rate is None or self.others.rate is None else self.own.rate - self.others.rate


@dataclass(frozen=True, slots=True)
class MeanChange:
    """One group's mean from one time to another, with the 95 % interval of the change."""

    before: Figures
    now: Figures
    change: float
    low: float
    high: float
    sure: bool
    """More than chance, for all groups that were looked at."""


def beyond_chance(p: Sequence[float]) -> list[bool]:
    """Of these p-values, which to believe, so that on average at most `BY_CHANCE` of those are chance.

    >>> beyond_chance([0.04, 0.001, 0.9, 0.02])
    [False, True, False, True]
    """
    values = np.array(p, dtype=np.float64)
    ordered = np.sort(values)
    passes = ordered <= BY_CHANCE * np.arange(1, len(values) + 1) / max(len(values), 1)
    limit = ordered[passes].max(initial=-1.0)
    return [bool(value <= limit) for value in values]


def rates_without(everyone: Sequence[ItemRate], part: Sequence[ItemRate]) -> list[ItemRate]:
    """The rates of everyone else, items in the same order; ``part`` is counted in ``everyone``."""
    return [_without(whole, rate) for whole, rate in zip(everyone, part, strict=True)]


def item_contrasts(rates: Sequence[ItemRate], others: Sequence[ItemRate]) -> list[ItemContrast]:
    """Each item of ``rates`` beside that of the others, in the same order.

    By Fisher's exact test, the smaller tail doubled.
    """
    p = [_fisher(rate, other) for rate, other in zip(rates, others, strict=True)]
    return list(map(ItemContrast, rates, others, beyond_chance(p)))


def mean_changes(before: Sequence[Figures], now: Sequence[Figures]) -> list[MeanChange]:
    """Of each group with scores at both times, sorted by names.

    The variances borrow from all groups of both times; the freedom of the difference is Satterthwaite's (1946).
    """
    earlier = {figures.names: figures for figures in before if figures.n_scored}
    pairs = sorted(
        ((earlier[figures.names], figures) for figures in now if figures.n_scored and figures.names in earlier),
        key=lambda pair: pair[1].names,
    )
    if not pairs:
        return []
    both = [*(pair[0] for pair in pairs), *(pair[1] for pair in pairs)]
    n, mean, squares = (
        np.array(column, dtype=np.float64)
        for column in zip(*((figures.n_scored, figures.mean, figures.squares) for figures in both), strict=True)
    )
    means = mean_intervals(n, mean, squares)
    variance, freedom = (means.error**2).reshape(2, -1), means.freedom.reshape(2, -1)
    change = np.diff(mean.reshape(2, -1), axis=0)[0]
    error = np.sqrt(variance.sum(axis=0))
    df = error**4 / (variance**2 / freedom).sum(axis=0)
    reach = stdtrit(df, TAIL) * error
    sure = beyond_chance(list(2 * stdtr(df, -np.abs(change) / error)))
    return [
        MeanChange(*pair, *values)
        for pair, *values in zip(
            pairs, change.tolist(), (change - reach).tolist(), (change + reach).tolist(), sure, strict=True
        )
    ]


def _without(whole: ItemRate, part: ItemRate) -> ItemRate:
    passed, scored = whole.passed - part.passed, whole.scored - part.scored
    low, high = share_interval(passed / scored, scored) if scored > 0 else (None, None)
    waiting, unassessed = whole.waiting - part.waiting, whole.unassessed - part.unassessed
    return ItemRate(whole.item_id, passed, scored, low, high, waiting, unassessed)


def _fisher(first: ItemRate, other: ItemRate) -> float:
    """That two groups that are alike differ as much, or more."""
    passed, scored = first.passed + other.passed, first.scored + other.scored
    least, most = max(0, first.scored - (scored - passed)), min(first.scored, passed)
    mine = np.arange(least, most + 1, dtype=np.float64)
    ways = _log_ways(passed, mine) + _log_ways(scored - passed, first.scored - mine)
    chance = np.exp(ways - _log_ways(scored, np.float64(first.scored)))
    down, up = chance[mine <= first.passed].sum(), chance[mine >= first.passed].sum()
    return min(1.0, 2 * float(min(down, up)))


def _log_ways(n: int, k: Floats | np.float64) -> Floats:
    ways: Floats = gammaln(n + 1) - gammaln(k + 1) - gammaln(n - k + 1)
    return ways
