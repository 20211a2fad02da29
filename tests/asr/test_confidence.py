"""A probability should come true as often as it says."""

import numpy as np
import pytest

from asr.confidence import (
    Calibration,
    calibrated,
    calibration_error,
    fit,
    judge_syllables,
    mean_probability,
    reliability,
)
from callqa.types import Word


def words(*pairs: tuple[str, float]) -> list[Word]:
    return [Word(text, 0.0, 1.0, probability) for text, probability in pairs]


def test_a_homophone_is_right_and_a_wrong_sound_is_wrong() -> None:
    heard = words(("公号", 0.9), ("三零", 0.8), ("二把", 0.7), ("啊", 0.1))
    judged = judge_syllables("工号三零二八", heard)
    assert judged == [(0.9, True), (0.9, True), (0.8, True), (0.8, True), (0.7, True), (0.7, True), (0.1, False)]
    assert judge_syllables("", words(("喂", 0.4))) == [(0.4, False)]
    assert judge_syllables("喂", []) == []


def test_a_fitted_curve_makes_an_overconfident_engine_honest() -> None:
    random = np.random.default_rng(0)
    odds = random.normal(2, 2, 20_000)
    promised = 1 / (1 + np.exp(-odds))
    right = random.random(odds.size) < 1 / (1 + np.exp(-(0.5 * odds - 0.4)))
    judged = list(zip(promised.tolist(), right.tolist(), strict=True))
    calibration = fit(judged)
    assert calibration.slope == pytest.approx(0.5, abs=0.03)
    assert calibration.offset == pytest.approx(-0.4, abs=0.06)
    before = calibration_error(reliability(judged))
    after = calibration_error(reliability([(calibration(p), r) for p, r in judged]))
    assert before is not None
    assert after is not None
    assert after < 0.01 < before


@pytest.mark.parametrize("judged", [[], [(0.5, True)], [(0.5, False), (0.1, False)]])
def test_nothing_can_be_fitted_to_one_kind_of_outcome(judged: list[tuple[float, bool]]) -> None:
    with pytest.raises(ValueError, match="right and others"):
        fit(judged)


def test_a_curve_keeps_the_order_and_the_bounds() -> None:
    curve = Calibration(0.46, 1.4)
    values = [curve(p) for p in (0.0, 0.2, 0.5, 0.9, 1.0)]
    assert values == sorted(values)
    assert 0 < values[0] < values[-1] < 1
    assert Calibration()(0.3) == pytest.approx(0.3)


def test_a_turn_is_as_sure_as_its_syllables() -> None:
    assert mean_probability(words(("您好", 0.9), ("，", 0.1), ("喂", 0.6))) == pytest.approx(0.8)
    assert mean_probability(words(("，", 0.1))) is None
    assert mean_probability([]) is None
    assert [w.probability for w in calibrated(words(("好", 0.5)), Calibration(1.0, 1.0))] == [0.7311]


def test_reliability_counts_promises_and_outcomes() -> None:
    (low, high) = reliability([(0.05, 0), (0.15, 1), (1.0, 1), (0.95, 1)], n_bins=5)
    assert (low.n, low.low, low.promised, low.right) == (2, 0.0, pytest.approx(0.1), 0.5)
    assert (high.n, high.high, high.right) == (2, 1.0, 1.0)
    assert reliability([]) == ()
    assert calibration_error(()) is None
