"""Case mix: agents with harder calls are not to be punished unseen.

Category, length and audio quality move scores. How much is learned from how each agent's own calls differ (the within
or fixed-effects estimator; Wooldridge, "Econometric Analysis of Cross Section and Panel Data", chapter 10): compared
between agents, the weakest agent's category would pass for a hard one. The effects are held small by ridge regression
(Hoerl and Kennard 1970). The figure to set beside the mean is then an indirect standardisation: what an average agent
would have scored on these calls.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from callqa.scores import ScoredCalls
from scoring.figures.groups import Dimension, group_calls, numbered
from scoring.figures.intervals import HIGHEST, LOWEST
from scoring.figures.tally import moments
from scoring.proportion import Floats, Ints

RIDGE = 20.0  # the effect of a kind of calls is drawn to nothing as if by so many average calls of the kind
MINUTES = (2, 5, 10)
QUALITY = (0.7, 0.85)
"""Bounds of the bands of length (minutes) and of transcript confidence. Ours: they part short, usual and long calls,
and bad, fair and good lines."""


@dataclass(frozen=True, slots=True)
class CaseMix:
    """One group's mean beside what its calls lead to expect."""

    names: tuple[str, ...]
    n_scored: int
    mean: float
    like: float
    """What an average agent scores on calls of this mix."""
    adjusted: float
    """What this group would score on the average mix."""


def case_mix(calls: ScoredCalls, by: Sequence[Dimension] = ("agent",)) -> list[CaseMix]:
    """The case mix of each group that has scores, sorted by its names. A group with the average mix is not adjusted."""
    total = np.array(calls.total, dtype=np.float64)
    there = ~np.isnan(total)
    kinds = _kinds(calls)[there]
    agents = group_calls(calls, ("agent",), None).number[there]
    groups = group_calls(calls, by, None)
    number, size = groups.number[there], len(groups.keys)
    if not there.any():
        return []
    effects = _effects(total[there], kinds, agents)
    overall = float(total[there].mean())
    ease = (kinds - kinds.mean(axis=0)) @ effects
    n, mean, _ = moments(total[there], number, size)
    _, expected, _ = moments(ease, number, size)
    return [
        CaseMix(key[:-1], count, group_mean, _on_scale(overall + mix), _on_scale(group_mean - mix))
        for key, count, group_mean, mix in zip(groups.keys, n.tolist(), mean.tolist(), expected.tolist(), strict=True)
        if count
    ]


def _on_scale(score: float) -> float:
    return min(max(score, LOWEST), HIGHEST)


def _kinds(calls: ScoredCalls) -> Floats:
    """Of each call, which category and which bands it is in: 0 or 1, a column for each."""
    seconds = np.array(calls.seconds, dtype=np.float64)
    confidence = np.array([np.nan if value is None else value for value in calls.confidence], dtype=np.float64)
    length = np.digitize(seconds, [60 * bound for bound in MINUTES])
    quality = np.where(np.isnan(confidence), len(QUALITY) + 1, np.digitize(confidence, QUALITY))
    _, category = numbered(calls.category)
    return np.concatenate(
        [np.eye(column.max(initial=-1) + 1)[column] for column in (category, length, quality)], axis=1
    )


def _effects(total: Floats, kinds: Floats, agents: Ints) -> Floats:
    """Points that a call of each kind has more than the agent's other calls."""
    size = int(agents.max()) + 1
    n = np.bincount(agents, minlength=size)
    agent_means = np.stack([np.bincount(agents, column, size) for column in (*kinds.T, total)]) / np.maximum(n, 1)
    within_kinds, within_total = kinds - agent_means[:-1, agents].T, total - agent_means[-1, agents]
    gram = within_kinds.T @ within_kinds + RIDGE * np.eye(kinds.shape[1])
    return np.linalg.solve(gram, within_kinds.T @ within_total)
