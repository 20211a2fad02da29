"""Ranks that few calls cannot win: means drawn towards the common mean, ranked by their lower bounds, with ties.

The credibility model of Bühlmann and Straub (1970; Bühlmann and Gisler, "A Course in Credibility Theory", 2005,
chapter 4): agents differ with a variance ``between``, an agent's calls with a variance ``within``, and the best guess
of an agent's mean is Z * own mean + (1 - Z) * common mean with Z = n / (n + within / between). ``within / between`` is
the number of calls that the common mean is worth. Z depends on the number of calls alone, so agents with equally many
calls keep their order.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray
from scipy.special import stdtrit

from scoring.figures.intervals import HIGHEST, LOWEST, PEERS, mean_intervals, pooled
from scoring.figures.tally import Figures
from scoring.proportion import TAIL, Floats, Ints

Band = Literal["high", "middle", "low"]
REACH = float(stdtrit(PEERS, TAIL))  # standard errors; those of all groups alike, so that an order is one
"""Student's quantile for the least freedom a variance has here. With many calls that is a little more than 95 %, which
makes a few ties more; with few it makes up for the variance between the groups being estimated, too."""


@dataclass(frozen=True, slots=True)
class Standing:
    """Where one group stands among its peers."""

    names: tuple[str, ...]
    mean: float
    """Drawn towards the common mean."""
    low: float
    """Bounds of the interval that holds the group's true mean in 95 cases of 100 or more."""
    high: float
    weight: float
    """Z, the share of its own mean in it, 0 to 1."""
    rank: int
    """By the lower bound. A group that is not surely below any of those of a rank shares it; the next ones skip."""
    tied: bool
    """Another group has the same rank."""
    best: int
    """The best rank it may truly have: one more than there are groups that are surely above it."""
    worst: int
    """The worst rank it may truly have: the groups that are not surely below it, itself among them."""
    band: Band
    """``high``: surely above the common mean; ``low``: surely below it. So each group of the one is surely above each
    of the other; of ``middle`` that cannot be said."""


def rank(figures: Sequence[Figures]) -> list[Standing]:
    """The standings of the groups that have a score, by rank. Surely above: the interval of the difference says so."""
    scored = sorted(
        (figure for figure in figures if figure.mean is not None), key=lambda figure: (figure.names, figure.period)
    )
    return rank_means(
        [figure.names for figure in scored],
        np.array([figure.n_scored for figure in scored]),
        np.array([figure.mean for figure in scored], dtype=np.float64),
        np.array([figure.squares for figure in scored]),
    )


def rank_means(names: Sequence[tuple[str, ...]], n: Ints, own_mean: Floats, squares: Floats) -> list[Standing]:
    """The same of groups known by how many totals each has, their mean, and their squared deviations from it."""
    if not len(names):
        return []
    mean, error, weight = shrink(n, own_mean, squares)
    low, high = mean - REACH * error, mean + REACH * error
    above = mean[:, None] - mean[None, :] > REACH * np.hypot(error[:, None], error[None, :])
    common = float(weight @ own_mean / weight.sum())
    order = sorted(range(len(names)), key=lambda i: (-low[i], -mean[i]))
    return [
        Standing(
            names=names[i],
            mean=float(mean[i]),
            low=max(float(low[i]), LOWEST),
            high=min(float(high[i]), HIGHEST),
            weight=float(weight[i]),
            rank=place,
            tied=tied,
            best=int(above[:, i].sum()) + 1,
            worst=len(names) - int(above[i].sum()),
            band="middle" if len(names) < 2 else "high" if low[i] > common else "low" if high[i] < common else "middle",
        )
        for i, (place, tied) in zip(order, _places(order, above), strict=True)
    ]


def _places(order: Sequence[int], above: NDArray[np.bool_]) -> list[tuple[int, bool]]:
    """(rank, tied) in this order: whoever is surely below one of the rank before opens the next."""
    ranks: list[list[int]] = []
    for i in order:
        if ranks and not above[ranks[-1], i].any():
            ranks[-1].append(i)
        else:
            ranks.append([i])
    return [
        (1 + sum(map(len, ranks[:number])), len(members) > 1) for number, members in enumerate(ranks) for _ in members
    ]


def shrink(n: Ints, mean: Floats, squares: Floats) -> tuple[Floats, Floats, Floats]:
    """(means drawn together, their standard errors, the weights of the own means); all groups have scores.

    The error is that of the weighted mean, Z² * own error² + (1 - Z)² * (between + the common mean's error²), with the
    own error of `mean_intervals`: a group with an uneven record is less sure than its peers.
    """
    own_error = mean_intervals(n, mean, squares).error
    if len(n) < 2:
        return mean, own_error, np.ones(len(n))  # nothing is known to compare it with
    within = pooled(n, squares).variance
    between = between_variance(n, mean, within)
    weight = n / (n + within / between)
    common = float(weight @ mean / weight.sum())
    error = np.sqrt((weight * own_error) ** 2 + (1 - weight) ** 2 * (between + between / weight.sum()))
    return weight * mean + (1 - weight) * common, error, weight


def between_variance(n: Ints, mean: Floats, within: float) -> float:
    """The variance of the groups' true means, by the analysis of variance (method of moments, unequal numbers).

    Not less than what this many groups could hide: one standard error of the estimate for groups that do not differ.
    Else a few alike groups would count as surely equal. Two groups at least.
    """
    k, total = len(n), float(n.sum())
    usual = (total - float(n @ n) / total) / (k - 1)
    common = float(n @ mean) / total
    among = float(n @ (mean - common) ** 2) / (k - 1)
    return max(among - within, within * float(np.sqrt(2 / (k - 1)))) / usual
