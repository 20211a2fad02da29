"""Kappa and AC1 are the published ones, their variances those of the delta method, their intervals cover the truth."""

import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import given
from hypothesis import strategies as st

from callqa.records import Estimate
from scoring.agreement.two_raters import ADDED_PAIRS, ac1_of, cohens_kappa, gwets_ac1, kappa_of
from scoring.proportion import Z

Floats = npt.NDArray[np.float64]

answers = st.sampled_from(["met", "violated", "not_applicable"])
pairs = st.lists(st.tuples(answers, answers), min_size=1, max_size=40)


def pairs_of(table: list[list[int]]) -> list[tuple[int, int]]:
    return [(i, j) for i, row in enumerate(table) for j, n in enumerate(row) for _ in range(n)]


def test_published_example_of_gwet() -> None:
    """The 100 ectopic pregnancies of Gwet's handbook (2014), as his R package irrCAC prints them."""
    table = np.array([[13, 0, 0], [0, 20, 7], [0, 4, 56]], float)
    assert kappa_of(table) == (pytest.approx(0.7964094, abs=1e-7), pytest.approx(0.05891072**2, rel=1e-5))
    assert ac1_of(table) == (pytest.approx(0.8493305, abs=1e-7), pytest.approx(0.04321747**2, rel=1e-5))


def test_published_example_of_fleiss() -> None:
    """Two psychiatrists and 100 patients (Fleiss, Levin and Paik 2003, table 18.1): kappa 0.68."""
    kappa, variance = kappa_of(np.array([[75, 1, 4], [5, 4, 1], [0, 0, 10]], float)) or (None, 0.0)
    assert kappa == pytest.approx(0.23 / 0.34)
    assert variance**0.5 == pytest.approx(0.088, abs=5e-4)


def test_kappa_falls_where_nearly_all_agree_and_ac1_does_not() -> None:
    """The paradox for which AC1 was made (Gwet 2008): 118 of 125 agree, kappa is below zero."""
    table = pairs_of([[118, 5], [2, 0]])
    assert cohens_kappa(table).value == pytest.approx(-0.0234, abs=1e-4)
    assert gwets_ac1(table).value == pytest.approx(0.9408, abs=1e-4)


@pytest.mark.parametrize("figure", [kappa_of, ac1_of])
@pytest.mark.parametrize("table", [[[40, 9], [6, 45]], [[118, 5], [2, 3]], [[20, 3, 2], [4, 30, 1], [5, 2, 33]]])
def test_variance_is_that_of_the_delta_method(figure, table: list[list[int]]) -> None:  # type: ignore[no-untyped-def]
    counts = np.array(table, float)
    n, p = counts.sum(), (counts / counts.sum()).ravel()
    step = 1e-6
    gradient = np.empty(len(p))
    for k in range(len(p)):
        up, down = p.copy(), p.copy()
        up[k] += step
        down[k] -= step
        # The figures are functions of shares, so shares that do not sum to 1 are scaled; multinomial noise sums to 0.
        gradient[k] = (figure(up.reshape(counts.shape))[0] - figure(down.reshape(counts.shape))[0]) / (2 * step)
    covariance = (np.diag(p) - np.outer(p, p)) / n
    assert figure(counts)[1] == pytest.approx(gradient @ covariance @ gradient, rel=1e-4)


@pytest.mark.parametrize(
    ("answers", "kappa", "ac1"),
    [
        ([], Estimate(0, why_not="no_pairs"), None),
        ([("met", "met")] * 5, Estimate(5, why_not="no_variation"), 1.0),
        ([("met", "violated")] * 5, 0.0, -1.0),
        ([("met", "met"), ("met", "violated")] * 3, 0.0, 0.2),
        ([("met", "met"), ("violated", "violated")] * 9, 1.0, 1.0),
    ],
)
def test_what_cannot_be_told_is_none(
    answers: list[tuple[str, str]], kappa: Estimate | float, ac1: float | None
) -> None:
    estimate = cohens_kappa(answers)
    if isinstance(kappa, Estimate):
        assert estimate == kappa
    else:
        assert estimate.value == pytest.approx(kappa)
    assert gwets_ac1(answers).value == (None if ac1 is None else pytest.approx(ac1))


def test_full_agreement_in_few_calls_is_not_certainty() -> None:
    few, many = (cohens_kappa([("met", "met"), ("violated", "violated")] * n) for n in (5, 500))
    assert few.value == many.value == few.high == 1
    assert few.low is not None
    assert many.low is not None
    assert few.low < 0.7 < 0.98 < many.low


@given(pairs)
def test_the_raters_may_change_places_and_the_answers_their_names(found: list[tuple[str, str]]) -> None:
    other_names = {"met": "violated", "violated": "not_applicable", "not_applicable": "met"}
    for figure in (cohens_kappa, gwets_ac1):
        was = figure(found)
        for changed in ([(b, a) for a, b in found], [(other_names[a], other_names[b]) for a, b in found], found[::-1]):
            now = figure(changed)
            assert (now.n, now.why_not) == (was.n, was.why_not)
            assert (now.value, now.low, now.high) == pytest.approx((was.value, was.low, was.high), abs=1e-9)


@given(pairs)
def test_figures_lie_between_their_bounds(found: list[tuple[str, str]]) -> None:
    for estimate in (cohens_kappa(found), gwets_ac1(found)):
        if estimate.value is None:
            assert (estimate.low, estimate.high) == (None, None)
            assert estimate.why_not
        else:
            assert estimate.low is not None
            assert estimate.high is not None
            assert -1 <= estimate.low <= estimate.value <= estimate.high <= 1


@given(pairs)
def test_a_rater_agrees_fully_with_itself(found: list[tuple[str, str]]) -> None:
    same = [(a, a) for a, _ in found]
    assert gwets_ac1(same).value == pytest.approx(1)
    assert cohens_kappa(same).value in (None, pytest.approx(1))


def shares(prevalence: float, kappa: float) -> Floats:
    """Two raters who find a violation equally often and agree with this kappa, shape (2, 2)."""
    once = np.array([prevalence, 1 - prevalence])
    table: Floats = kappa * np.diag(once) + (1 - kappa) * np.outer(once, once)
    return table


def covered(figure, truth: float, shares: Floats, n: int, added: float) -> float:  # type: ignore[no-untyped-def]
    """The share of simulated tables whose interval covers the truth, of those that have one."""
    drawn, seen = np.random.default_rng(5).multinomial(n, shares.ravel(), 4000), 0
    hits = 0
    tables, counts = np.unique(drawn, axis=0, return_counts=True)
    for table, count in zip(tables.reshape(-1, 2, 2), counts, strict=True):
        exact, smoothed = figure(table.astype(float)), figure(table + added / 4)
        if exact and smoothed:
            seen += count
            reach = Z * smoothed[1] ** 0.5
            low, high = min(exact[0], smoothed[0] - reach), max(exact[0], smoothed[0] + reach)
            hits += count * (low - 1e-9 <= truth <= high + 1e-9)
    return hits / seen


@pytest.mark.parametrize("n", [20, 50, 150])
@pytest.mark.parametrize("prevalence", [0.05, 0.1, 0.3, 0.5])
@pytest.mark.parametrize("kappa", [0.4, 0.7, 0.9])
def test_intervals_cover_the_truth(n: int, prevalence: float, kappa: float) -> None:
    table = shares(prevalence, kappa)
    ac1, _ = ac1_of(table)
    assert covered(kappa_of, kappa, table, n, ADDED_PAIRS) >= 0.90
    assert covered(ac1_of, ac1, table, n, ADDED_PAIRS) >= 0.93


def test_without_the_added_pairs_they_would_not() -> None:
    assert covered(kappa_of, 0.7, shares(0.05, 0.7), 20, 1e-9) < 0.5


def test_weights_undo_a_sample_that_prefers_calls() -> None:
    """Every second of a hundred pairs that disagree was drawn, and every tenth of nine hundred that agree."""
    drawn = (
        [("met", "violated")] * 25
        + [("violated", "met")] * 25
        + [("met", "met")] * 60
        + [("violated", "violated")] * 30
    )
    weights = [2.0] * 50 + [10.0] * 90
    everything = [pair for pair, weight in zip(drawn, weights, strict=True) for _ in range(int(weight))]
    for figure in (cohens_kappa, gwets_ac1):
        weighted, whole, blind = figure(drawn, weights), figure(everything), figure(drawn)
        assert weighted.value == pytest.approx(whole.value)
        assert weighted.value != pytest.approx(blind.value, abs=0.1)
        assert weighted.low is not None
        assert whole.low is not None
        assert weighted.low < whole.low


@given(pairs)
def test_equal_weights_are_none(found: list[tuple[str, str]]) -> None:
    for figure in (cohens_kappa, gwets_ac1):
        same = figure(found, [7.0] * len(found))
        assert (same.value, same.low) == pytest.approx((figure(found).value, figure(found).low), abs=1e-9)
