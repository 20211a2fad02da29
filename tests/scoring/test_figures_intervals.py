"""Intervals hold what they promise, also for two calls and when all totals are equal."""

import numpy as np
import pytest
from figure_calls import sheet_totals
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import binomtest

from scoring.figures.intervals import mean_intervals
from scoring.proportion import Floats, wilson

totals = st.lists(st.sampled_from([100.0, 94.9, 82.0, 60.0, 0.0]), min_size=1, max_size=12)


def moments_of(groups: list[list[float]]) -> tuple[Floats, Floats, Floats]:
    values = [np.array(group) for group in groups]
    n, mean = np.array([len(v) for v in values]), np.array([v.mean() for v in values])
    return n, mean, np.array([((v - v.mean()) ** 2).sum() for v in values])


AGENTS = (0.01, 0.01, 0.03, 0.03, 0.05, 0.05, 0.05, 0.08, 0.08, 0.12, 0.12, 0.2)
"""Chance of a fault in an item, of twelve agents: the best has 100 in nine calls of ten, the worst hardly ever."""


@pytest.mark.parametrize("n", [2, 3, 5, 10, 20, 50])
def test_the_coverage_is_what_it_says(n: int) -> None:
    """Of the agents' true means 95 % lie inside, and no single agent is covered much less often."""
    rng = np.random.default_rng(12345)
    truth = np.array([sheet_totals(rng, faults, (20_000,)).mean() for faults in AGENTS])
    worlds = 400
    inside = np.zeros(len(AGENTS))
    student = 0.0
    scores = np.stack([sheet_totals(rng, faults, (worlds, n)) for faults in AGENTS], axis=1)
    for world in scores:
        mean, squares = world.mean(axis=1), ((world - world.mean(axis=1, keepdims=True)) ** 2).sum(axis=1)
        means = mean_intervals(np.full(len(AGENTS), n), mean, squares)
        inside += (means.low <= truth) & (truth <= means.high)
        reach = 1.96 * np.sqrt(squares / (n - 1) / n)
        student += float(np.mean(np.abs(truth - mean) <= reach))
    assert inside.mean() / worlds >= 0.945
    assert inside.min() / worlds >= 0.88
    assert inside.mean() >= student  # never worse than the textbook's


@given(st.lists(totals, min_size=1, max_size=6))
def test_the_interval_is_around_the_mean_on_the_scale_and_has_a_width(groups: list[list[float]]) -> None:
    n, mean, squares = moments_of(groups)
    means = mean_intervals(n, mean, squares)
    assert np.all((means.low >= 0) & (means.high <= 100))
    assert np.all((means.low <= mean) & (mean <= means.high))
    assert np.all(means.high - means.low > 0)


@given(st.lists(totals, min_size=2, max_size=6), st.randoms())
def test_the_order_of_groups_does_not_matter(groups: list[list[float]], chance: st.DataObject) -> None:
    order = list(range(len(groups)))
    chance.shuffle(order)  # type: ignore[attr-defined]
    intervals = mean_intervals(*moments_of(groups))
    other = mean_intervals(*moments_of([groups[i] for i in order]))
    assert intervals.low[order] == pytest.approx(other.low)


def test_equal_totals_claim_less_the_fewer_they_are() -> None:
    lows = [float(mean_intervals(np.array([n]), np.array([100.0]), np.array([0.0])).low[0]) for n in (1, 2, 5, 20, 100)]
    assert lows == sorted(lows)
    assert lows[0] == 0
    assert 40 < lows[1] < 60
    assert lows[-1] > 99


def test_peers_narrow_the_interval_of_a_few_calls() -> None:
    alone = mean_intervals(np.array([2]), np.array([90.0]), np.array([50.0]))
    among = mean_intervals(np.array([2, 500]), np.array([90.0, 92.0]), np.array([50.0, 500 * 100.0]))
    assert among.high[0] - among.low[0] < alone.high[0] - alone.low[0]


@given(st.integers(0, 300).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n))))
def test_wilson_is_scipys(case: tuple[int, int]) -> None:
    passed, n = case
    (low,), (high,) = wilson(np.array([passed]), np.array([n]))
    if n == 0:
        assert np.isnan(low)
        assert np.isnan(high)
        return
    expected = binomtest(passed, n).proportion_ci(method="wilson")
    assert (low, high) == (pytest.approx(expected.low, abs=1e-9), pytest.approx(expected.high, abs=1e-9))
