"""ICC(A,1) and its interval are the published ones; what cannot be told is None."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from callqa.records import Estimate
from scoring.agreement.icc import icc_agreement

SHROUT_FLEISS = [[9, 2, 5, 8], [6, 1, 3, 2], [8, 4, 6, 8], [7, 1, 2, 6], [10, 5, 6, 9], [6, 2, 4, 7]]
"""Six people rated by four judges (Shrout and Fleiss 1979, table 2)."""

totals = st.floats(0, 100).map(lambda x: round(x, 1))
tables = st.integers(2, 4).flatmap(
    lambda k: st.lists(st.lists(totals, min_size=k, max_size=k), min_size=2, max_size=12)
)


def test_published_example() -> None:
    """Shrout and Fleiss print ICC(2,1) = 0.29; R's psych package gives the interval 0.019 to 0.761."""
    icc = icc_agreement(SHROUT_FLEISS)
    assert (icc.value, icc.low, icc.high) == pytest.approx((0.2898, 0.0188, 0.7611), abs=1e-4)
    assert icc.n == 6


@pytest.mark.parametrize(
    ("totals", "expected"),
    [
        ([], Estimate(0, why_not="too_few")),
        ([[90, 80]], Estimate(1, why_not="too_few")),
        ([[90], [80]], Estimate(2, why_not="too_few")),
        ([[90, 90], [90, 90]], Estimate(2, why_not="no_variation")),
        ([[90, 90], [80, 80]], Estimate(2, 1.0, why_not="no_error")),
    ],
)
def test_what_cannot_be_told_is_none(totals: list[list[float]], expected: Estimate) -> None:
    assert icc_agreement(totals) == expected


def test_a_strict_rater_lowers_agreement() -> None:
    """Raters who rank alike, one of them 20 points lower: consistent, but no agreement."""
    same = [[x, x + (x % 3)] for x in range(60, 90, 3)]
    strict = [[a, b - 20] for a, b in same]
    close, far = icc_agreement(same).value, icc_agreement(strict).value
    assert close is not None
    assert far is not None
    assert close > 0.95 > 0.5 > far


@given(tables)
def test_never_nan_and_between_its_bounds(table: list[list[float]]) -> None:
    icc = icc_agreement(table)
    known = [figure for figure in (icc.low, icc.value, icc.high) if figure is not None]
    assert known == sorted(known)
    assert all(-1 - 1e-9 <= figure <= 1 + 1e-9 for figure in known)
    assert (icc.value is None) <= bool(icc.why_not)


def test_interval_covers_the_truth() -> None:
    chance, truth, hits = np.random.default_rng(7), 25 / (25 + 4 + 16), 0
    for _ in range(1000):
        calls, raters = chance.normal(0, 5, (15, 1)), chance.normal(0, 2, (1, 4))
        icc = icc_agreement((80 + calls + raters + chance.normal(0, 4, (15, 4))).tolist())
        hits += icc.low is not None and icc.high is not None and icc.low <= truth <= icc.high
    assert hits / 1000 > 0.93
