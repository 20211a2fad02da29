"""Trends: two periods are compared, more have a line, and chance is not taken for a change."""

import numpy as np
import pytest
from figure_calls import figures_of
from hypothesis import given
from hypothesis import strategies as st

from scoring.figures import Figures, trends

MONTHS = ("2026-09", "2026-10", "2026-11", "2026-12", "2027-01", "2027-02")


def around(mean: float, n: int = 30) -> list[float]:
    return [mean - 6, mean, mean + 6] * (n // 3)


def of_months(*means: float | None) -> list[Figures]:
    return [
        figures_of("1", [] if mean is None else around(mean), month) for mean, month in zip(means, MONTHS, strict=False)
    ]


@pytest.mark.parametrize(
    ("means", "slope", "direction"),
    [
        ((80, 90), 10, "up"),
        ((90, 80), -10, "down"),
        ((85, 85.5), 0.5, "unclear"),
        ((80, 84, 88, 92), 4, "up"),
        ((80, None, 88), 4, "up"),
        ((90, 86, 82, 78, 74), -4, "down"),
        ((80, 92, 78, 93, 81), None, "unclear"),
    ],
)
def test_a_direction(means: tuple[float | None, ...], slope: float | None, direction: str) -> None:
    (trend,) = trends(of_months(*means))
    assert slope is None or trend.slope == pytest.approx(slope)
    assert trend.direction == direction
    assert trend.low < trend.slope < trend.high
    assert trend.n_periods == sum(mean is not None for mean in means)


def test_one_period_has_no_trend() -> None:
    assert trends(of_months(80)) == trends(of_months(None, 80)) == trends([]) == []


@pytest.mark.parametrize("periods", [("2026-W53", "2027-W01", "2027-W02"), ("2026-12-31", "2027-01-01", "2027-01-02")])
def test_weeks_and_days_follow_each_other_over_the_year(periods: tuple[str, ...]) -> None:
    figures = [figures_of("1", around(mean), period) for mean, period in zip((80, 82, 84), periods, strict=True)]
    (trend,) = trends(figures)
    assert trend.slope == pytest.approx(2)


def test_each_agent_has_a_trend_of_its_own() -> None:
    figures = [figures_of(name, around(mean), month) for name, mean, month in (
        ("up", 80, "2026-10"), ("down", 90, "2026-10"), ("up", 90, "2026-11"), ("down", 80, "2026-11"),
    )]  # fmt: skip
    assert {trend.names[0]: trend.direction for trend in trends(figures)} == {"up": "up", "down": "down"}


@pytest.mark.parametrize("n_periods", [2, 4])
def test_chance_is_seldom_taken_for_a_change(n_periods: int) -> None:
    """Skewed scores of ten calls a month, with no change at all."""
    rng = np.random.default_rng(5)
    figures = [
        figures_of(f"{agent:03}", 100 - rng.exponential(8, 10).round(1), month)
        for agent in range(400)
        for month in MONTHS[:n_periods]
    ]
    sure = [trend.direction != "unclear" for trend in trends(figures)]
    assert np.mean(sure) <= 0.06


@given(st.lists(st.lists(st.floats(0, 100), min_size=1, max_size=5), min_size=2, max_size=6))
def test_time_turned_round_turns_the_trend_round(records: list[list[float]]) -> None:
    forth = [figures_of("1", totals, month) for totals, month in zip(records, MONTHS, strict=False)]
    back = [figures_of("1", totals, month) for totals, month in zip(records[::-1], MONTHS, strict=False)]
    (rising,), (falling,) = trends(forth), trends(back)
    assert rising.slope == pytest.approx(-falling.slope, abs=1e-6)
    assert rising.low == pytest.approx(-falling.high, abs=1e-6)
