"""Ranks: few calls do not win, order is kept where it should be, and what cannot be told apart is a tie."""

import random
from dataclasses import replace
from statistics import fmean, variance

import numpy as np
import pytest
from figure_calls import figures_of
from hypothesis import given
from hypothesis import strategies as st

from scoring.figures import rank
from scoring.figures.ranking import REACH, shrink

score = st.sampled_from([100.0, 94.9, 92.3, 82.0, 60.0, 0.0])
records = st.lists(st.lists(score, max_size=10), min_size=1, max_size=9)


def test_a_worked_example() -> None:
    """The analysis of variance of a balanced table, by hand."""
    table = [[90.0, 100.0, 95.0, 99.0], [70.0, 60.0, 80.0, 66.0], [85.0, 95.0, 75.0, 81.0]]
    within = (
        sum(3 * variance(row) for row in table) + 2500
    ) / 10  # one degree of freedom more, of the largest variance
    means = [fmean(row) for row in table]
    between = variance(means) - within / 4
    assert between > within / 4  # else the least that is assumed would hold
    weight = between / (between + within / 4)
    common = fmean(means)
    standings = {
        standing.names[0]: standing for standing in rank([figures_of(str(i), row) for i, row in enumerate(table)])
    }
    for i, mean in enumerate(means):
        assert standings[str(i)].weight == pytest.approx(weight)
        assert standings[str(i)].mean == pytest.approx(weight * mean + (1 - weight) * common)


def test_two_perfect_calls_do_not_beat_a_hundred_good_ones() -> None:
    chance = random.Random(1)
    peers = [
        figures_of(f"peer {i}", [chance.choice((100, 95, 80 + 2 * i, 70 + 2 * i)) for _ in range(100)])
        for i in range(5)
    ]
    proven, lucky = figures_of("proven", [100, 97, 95, 100] * 25), figures_of("lucky", [100, 100])
    standings = {standing.names[0]: standing for standing in rank([*peers, lucky, proven])}
    assert standings["proven"].rank == 1
    assert standings["lucky"].mean < 100
    assert standings["lucky"].low < standings["proven"].low
    assert standings["lucky"].best == 1


def test_what_cannot_be_told_apart_shares_a_rank_and_the_next_ones_skip() -> None:
    records = {"b": [100, 95, 90], "d": [60, 55, 50], "a": [100, 95, 91], "c": [80, 75, 70]}
    standings = rank([figures_of(name, totals * 40) for name, totals in records.items()])
    assert [(standing.names[0], standing.rank, standing.tied) for standing in standings] == [
        ("a", 1, True), ("b", 1, True), ("c", 3, False), ("d", 4, False),
    ]  # fmt: skip
    assert [(standing.best, standing.worst) for standing in standings] == [(1, 2), (1, 2), (3, 3), (4, 4)]


@given(st.integers(1, 8).flatmap(lambda n: st.lists(st.lists(score, min_size=n, max_size=n), min_size=1, max_size=9)))
def test_shrinking_keeps_the_order_of_equally_many_calls(records: list[list[float]]) -> None:
    standings = {
        standing.names[0]: standing.mean
        for standing in rank([figures_of(str(i), row) for i, row in enumerate(records)])
    }
    means = [fmean(row) for row in records]
    for i, mean in enumerate(means):
        for j, other in enumerate(means):
            if mean < other - 1e-9:
                assert standings[str(i)] < standings[str(j)]


@given(records)
def test_shrunken_means_lie_between_the_extremes(records: list[list[float]]) -> None:
    scored = [row for row in records if row]
    for standing in rank([figures_of(str(i), row) for i, row in enumerate(records)]):
        assert min(map(fmean, scored)) - 1e-9 <= standing.mean <= max(map(fmean, scored)) + 1e-9
        assert 0 <= standing.low <= standing.mean <= standing.high <= 100
        assert standing.best <= standing.rank <= len(scored)
        assert standing.rank <= standing.worst
        assert 0 < standing.weight <= 1


@given(records, st.randoms(use_true_random=False))
def test_the_order_of_agents_does_not_matter(records: list[list[float]], chance: random.Random) -> None:
    figures = [figures_of(str(i), row) for i, row in enumerate(records)]
    standings = rank(figures)
    chance.shuffle(figures)
    assert rank(figures) == standings


@given(records)
def test_an_agent_without_calls_changes_nothing(records: list[list[float]]) -> None:
    figures = [figures_of(str(i), row) for i, row in enumerate(records)]
    assert rank([*figures, figures_of("idle", [])]) == rank(figures)


@given(records, st.integers(2, 5))
def test_equal_records_have_equal_ranks(records: list[list[float]], n: int) -> None:
    figures = [figures_of(str(i), row) for i, row in enumerate(records)]
    twins = [replace(figures_of("", records[0]), names=(f"twin {i}",)) for i in range(n)]
    ranks = {standing.rank for standing in rank([*figures, *twins]) if standing.names[0].startswith("twin")}
    assert len(ranks) <= 1


def test_a_single_agent_is_compared_with_nobody() -> None:
    (standing,) = rank([figures_of("1", [90, 80])])
    assert (standing.mean, standing.weight, standing.rank, standing.tied, standing.best, standing.worst) == (
        85,
        1,
        1,
        False,
        1,
        1,
    )
    assert rank([]) == rank([figures_of("1", [])]) == []


@pytest.mark.parametrize("spread", [0.0, 2.0, 8.0])
def test_the_shrunken_interval_covers_the_truth_and_is_nearer_to_it(spread: float) -> None:
    """Agents with 2 to 40 calls, whose true means differ by nothing, a little, or a lot."""
    rng = np.random.default_rng(7)
    n = np.array([2, 3, 5, 8, 12, 20, 40] * 5)
    inside, nearer, raw = [], [], []
    for _ in range(150):
        truth = rng.normal(85, spread, len(n))
        totals = [np.clip(rng.normal(mean, 9, count), 0, 100) for mean, count in zip(truth, n, strict=True)]
        truth = np.array([np.clip(rng.normal(mean, 9, 4000), 0, 100).mean() for mean in truth])
        mean = np.array([values.mean() for values in totals])
        squares = np.array([((values - values.mean()) ** 2).sum() for values in totals])
        drawn, error, _ = shrink(n, mean, squares)
        inside.append(np.abs(drawn - truth) <= REACH * error)
        nearer.append((drawn - truth) ** 2)
        raw.append((mean - truth) ** 2)
    assert np.mean(inside) >= 0.95
    assert np.mean(nearer) < np.mean(raw)


@given(st.lists(st.lists(score, min_size=1, max_size=30), min_size=1, max_size=9))
def test_who_is_of_a_better_band_is_surely_above_who_is_of_the_last(groups: list[list[float]]) -> None:
    standings = rank([figures_of(str(n), totals) for n, totals in enumerate(groups)])
    high = [standing for standing in standings if standing.band == "high"]
    low = [standing for standing in standings if standing.band == "low"]
    for better in high:
        assert all(better.low > worse.high for worse in low)
        assert all(better.worst < worse.best or better.rank < worse.rank for worse in low)


def test_bands_say_who_is_surely_above_and_below_the_rest() -> None:
    chance = random.Random(5)
    means = {"好": 95, "中": 85, "差": 70}
    groups = [
        figures_of(f"{name}{n}", [min(100.0, chance.gauss(mean, 4)) for _ in range(40)])
        for name, mean in means.items()
        for n in range(3)
    ]
    assert {standing.names[0][0]: standing.band for standing in rank(groups)} == {
        "好": "high", "中": "middle", "差": "low",
    }  # fmt: skip
    alike = [figures_of(str(n), [chance.gauss(85, 6) for _ in range(20)]) for n in range(6)]
    assert {standing.band for standing in rank(alike)} == {"middle"}, "chance makes nobody excellent"
    assert [standing.band for standing in rank(groups[:1])] == ["middle"], "there is nobody to be above"
