"""Differences that are called sure: against textbook values, and how often chance alone is called one."""

from dataclasses import replace

import numpy as np
import pytest
from figure_calls import figures_of
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import fisher_exact

from scoring.figures import ItemRate, beyond_chance, item_contrasts, mean_changes, rates_without
from scoring.figures.contrast import BY_CHANCE, _fisher


def rate(passed: int, scored: int, item_id: str = "greeting") -> ItemRate:
    return ItemRate(item_id, passed, scored, None, None)


@given(st.integers(0, 30), st.integers(0, 30), st.integers(0, 60), st.integers(0, 60))
def test_the_exact_test_is_fishers(passed: int, failed: int, others_passed: int, others_failed: int) -> None:
    tails = [
        fisher_exact([[passed, failed], [others_passed, others_failed]], alternative=side).pvalue
        for side in ("less", "greater")
    ]
    ours = _fisher(rate(passed, passed + failed), rate(others_passed, others_passed + others_failed))
    assert ours == pytest.approx(min(1.0, 2 * min(tails)), abs=1e-9)


def test_the_example_of_benjamini_and_hochberg() -> None:
    """Section 4 of their paper: 15 endpoints, of which the procedure rejects the first four."""
    p = [
        0.0001, 0.0004, 0.0019, 0.0095, 0.0201, 0.0278, 0.0298, 0.0344, 0.0459, 0.3240, 0.4262, 0.5719, 0.6528, 0.7590,
        1.0,
    ]  # fmt: skip
    assert beyond_chance(p) == [True] * 4 + [False] * 11
    assert beyond_chance([]) == []


@given(st.lists(st.floats(0, 1), min_size=1), st.randoms())
def test_order_does_not_matter_and_smaller_ones_are_believed_first(p: list[float], chance: object) -> None:
    believed = dict(zip(p, beyond_chance(p), strict=True))
    assert believed == dict(zip(reversed(p), beyond_chance(p[::-1]), strict=True))
    assert all(believed[lower] or not believed[higher] for lower in p for higher in p if lower <= higher)


def test_strengths_and_gaps_are_told_from_chance() -> None:
    rates = [rate(99, 100, "a"), rate(60, 100, "b"), rate(88, 100, "c"), rate(0, 0, "d")]
    everyone = [rate(8100, 9000, "a"), rate(8100, 9000, "b"), rate(8100, 9000, "c"), rate(0, 0, "d")]
    contrasts = item_contrasts(rates, rates_without(everyone, rates))
    assert [contrast.sure for contrast in contrasts] == [True, True, False, False]
    assert [round(contrast.gap, 3) for contrast in contrasts] == [0.091, -0.303, -0.02, 0.0]
    assert (contrasts[0].others.passed, contrasts[0].others.scored) == (8001, 8900)
    assert contrasts[3].others == rate(0, 0, "d")


def test_a_fall_is_told_from_chance() -> None:
    rng = np.random.default_rng(5)
    before = [figures_of(f"{i}", rng.normal(85, 8, 80)) for i in range(40)]
    now = [figures_of(f"{i}", rng.normal(85 - 12 * (i == 7), 8, 80)) for i in range(40)]
    changes = mean_changes(before, [*now, figures_of("new", [80.0, 90.0])])
    assert len(changes) == 40
    (fallen,) = (change for change in changes if change.sure)
    assert fallen.now.names == ("7",)
    assert fallen.low < fallen.change < fallen.high < 0
    assert mean_changes([], now) == []


def test_of_agents_who_did_not_change_few_are_named() -> None:
    """Where nobody changed, all that is found is chance: in 1 of 20 months may anybody be named."""
    rng = np.random.default_rng(6)
    months = 200
    named = 0
    for _ in range(months):
        totals = rng.normal(85, 8, (2, 50, 20))
        changes = mean_changes(*([figures_of(f"{i}", agent) for i, agent in enumerate(time)] for time in totals))
        named += any(change.sure for change in changes)
    assert named <= 2 * BY_CHANCE * months


def test_the_change_of_equal_means_holds_nothing() -> None:
    group = figures_of("1", [80.0, 90.0, 100.0])
    (change,) = mean_changes([group], [replace(group)])
    assert change.change == 0
    assert change.low == pytest.approx(-change.high)
    assert not change.sure
