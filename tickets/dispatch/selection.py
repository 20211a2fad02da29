"""Selection of what the machine dispatches by itself: from which confidence on, and which types of matter.

One threshold holds for all types: of suggestions as confident as that, surely more than the target share is right,
measured on weeks that taught the model nothing. A type of matter that falls clearly short of that stays with people.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy.stats import beta

TARGET = 0.95
MARGIN = 0.01
"""Above the target, for weeks differ by more than chance."""
TYPE_FLOOR = 0.9
"""Below which a type's own precision must not lie for sure: its upper bound."""
SURE = 0.95
"""Of the bounds, one-sided."""
LEAST_MEASURED = 100
"""Suggestions, below which nothing is dispatched by the machine."""


@dataclass(frozen=True, slots=True)
class Measured:
    """A suggestion whose ticket has ended."""

    leaf: str
    confidence: float
    right: bool


@dataclass(frozen=True, slots=True)
class Selection:
    """What is dispatched by the machine."""

    threshold: float
    """Of the confidence; above 1 nothing is."""
    barred: frozenset[str]
    """Types of matter that stay with people."""

    def takes(self, leaf: str, confidence: float) -> bool:
        return confidence >= self.threshold and leaf not in self.barred


NOTHING = Selection(threshold=2.0, barred=frozenset())


def select(measured: Sequence[Measured], target: float = TARGET) -> Selection:
    """The lowest threshold at which the target is surely met with the margin, and the types that fall short there."""
    ranked = sorted(measured, key=lambda each: -each.confidence)
    right = np.cumsum([each.right for each in ranked])
    number = np.arange(1, len(ranked) + 1)
    last = np.append(np.diff([each.confidence for each in ranked]) < 0, True)[: len(ranked)]  # of the equally confident
    met = last & (number >= LEAST_MEASURED) & (lower_bound(right, number) >= target + MARGIN)
    if not met.any():
        return NOTHING
    threshold = ranked[int(np.flatnonzero(met)[-1])].confidence
    taken = [each for each in ranked if each.confidence >= threshold]
    n, hits = Counter(each.leaf for each in taken), Counter(each.leaf for each in taken if each.right)
    barred = {leaf for leaf in n if upper_bound(hits[leaf], n[leaf]) < TYPE_FLOOR}
    return Selection(threshold, frozenset(barred))


def lower_bound(right: np.ndarray | float, number: np.ndarray | float) -> np.ndarray:
    """One-sided lower bound of a share, after Clopper and Pearson; 0 where nothing was right."""
    hits, of = np.asarray(right, dtype=float), np.asarray(number, dtype=float)
    return np.where(hits > 0, beta.ppf(1 - SURE, np.maximum(hits, 1e-9), of - hits + 1), 0.0)


def upper_bound(right: float, number: float) -> float:
    """One-sided upper bound of a share, likewise."""
    return 1 - float(lower_bound(number - right, number))
