"""The interval of the mean of bounded scores that stays honest for few calls.

Scores pile up at 100 and have a tail, so a handful of calls is often all equal. Student's t then claims certainty. Here
each group's variance is moderated by its peers' (Smyth 2004, "Linear models and empirical Bayes methods", section 4):
it counts as if ``PEERS`` more degrees of freedom with the pooled variance had been seen. The pool itself counts as if
one degree of freedom with the largest variance of scores on this scale had been seen (Popoviciu 1935: a quarter of the
range squared), so that no pool, however small and equal, says there is no spread. docs/figures.md has the measured
coverage, also of the methods that were not taken.
"""

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from scipy.special import stdtrit

from scoring.proportion import TAIL, Floats, Ints

LOWEST, HIGHEST = 0.0, 100.0
PEERS = 8.0  # degrees of freedom lent by the peers; 2 to 12 were tried
LARGEST_VARIANCE = (HIGHEST - LOWEST) ** 2 / 4


class Means(NamedTuple):
    """Of each group; NaN where it has no score."""

    error: Floats
    """Standard error of the mean."""
    freedom: Floats
    low: Floats
    high: Floats


@dataclass(frozen=True, slots=True)
class Pool:
    """How scores spread within groups: what the intervals of these groups, or of their peers, borrow."""

    freedom: float
    """Degrees of freedom: of each group, one less than its scores."""
    squares: float
    """Sum of the scores' squared deviations from the means of their groups."""

    def __add__(self, other: "Pool") -> "Pool":
        """Of both sets of groups; no group may be in both."""
        return Pool(self.freedom + other.freedom, self.squares + other.squares)

    @property
    def variance(self) -> float:
        return (self.squares + LARGEST_VARIANCE) / (self.freedom + 1)


def pooled(n: Ints | Floats, squares: Floats) -> Pool:
    """The pool of groups, from each one's number of scores and sum of squared deviations from its mean."""
    return Pool(float(np.maximum(np.asarray(n) - 1, 0).sum()), float(np.asarray(squares).sum()))


def mean_intervals(n: Ints | Floats, mean: Floats, squares: Floats, pool: Pool | None = None) -> Means:
    """95 % intervals of the groups' means. ``pool``: of the groups and their peers; without it these are all there are.

    They say where the mean of many more such calls would lie. They hold on average over the groups, which is what a
    table of agents needs; a group whose scores spread quite unlike its peers' is covered less often.
    """
    n = np.asarray(n, dtype=np.float64)
    freedom = PEERS + np.maximum(n - 1, 0)
    variance = (PEERS * (pool or pooled(n, squares)).variance + squares) / freedom
    error = np.sqrt(variance / np.where(n > 0, n, np.nan))
    reach = stdtrit(freedom, TAIL) * error
    return Means(error, freedom, np.maximum(mean - reach, LOWEST), np.minimum(mean + reach, HIGHEST))
