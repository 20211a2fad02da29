"""The interval of a share that stays honest for few cases, for counts and for cases of unequal weight."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

CONFIDENCE = 0.95
TAIL = (1 + CONFIDENCE) / 2
Z = 1.959963984540054  # standard normal quantile of TAIL


def wilson(passed: Ints | Floats, n: Ints | Floats) -> tuple[Floats, Floats]:
    """95 % score interval of a share (Wilson 1927, without continuity correction); NaN where ``n`` is 0."""
    n = np.where(np.asarray(n) > 0, n, np.nan)
    share = passed / n
    centre = share + Z * Z / (2 * n)
    reach = Z * np.sqrt(share * (1 - share) / n + Z * Z / (4 * n * n))
    scale = 1 + Z * Z / n
    return np.maximum((centre - reach) / scale, 0.0), np.minimum((centre + reach) / scale, 1.0)


def share_interval(share: float, n: float) -> tuple[float, float]:
    """`wilson` of a single share of ``n`` cases, which need be no whole number."""
    low, high = wilson(np.array([share * n]), np.array([n]))
    return min(share, float(low[0])), max(share, float(high[0]))


def as_many(weights: Sequence[float]) -> float:
    """How many equally weighted cases would be as exact (Kish 1965)."""
    return sum(weights) ** 2 / sum(weight * weight for weight in weights)
