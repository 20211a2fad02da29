"""An agent's figures."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from test_score import RUBRIC, all_met, score

from callqa.types import Verdict
from scoring import aggregate, load_rubric
from scoring.aggregate import mean_interval

totals = st.lists(st.floats(0, 100), min_size=2, max_size=30)


def test_an_agents_sheet() -> None:
    scores = [
        score(all_met()),
        score(all_met(restate=Verdict.VIOLATED)),
        score(all_met(restate=Verdict.UNSURE, attitude=Verdict.VIOLATED)),
        score(dict.fromkeys(RUBRIC.check_ids, Verdict.NOT_APPLICABLE)),
    ]
    agent = aggregate("3028", "early", iter(scores), RUBRIC)
    assert (agent.agent_id, agent.team, agent.rubric_key) == ("3028", "early", RUBRIC.key)
    assert (agent.n_calls, agent.n_scored, agent.n_needs_review, agent.n_fatal) == (4, 3, 1, 1)
    assert agent.mean == pytest.approx((100 + 100 * 11.4 / 19.4 + 100) / 3)
    assert agent.item_passes == (
        ("opening", 3, 3), ("restate", 1, 2), ("speech_rate", 3, 3), ("silence", 3, 3), ("attitude", 2, 3),
    )  # fmt: skip


def test_a_known_interval() -> None:
    low, high = mean_interval([80.0, 90.0, 85.0, 95.0, 75.0])  # mean 85, s 7.9057, t(4) 2.7764
    assert (low, high) == (pytest.approx(75.184, abs=0.005), pytest.approx(94.816, abs=0.005))


@pytest.mark.parametrize(("n_scores", "mean"), [(0, None), (1, 100)])
def test_too_few_calls_have_no_interval(n_scores: int, mean: float | None) -> None:
    agent = aggregate("1", "", [score(all_met())] * n_scores, RUBRIC)
    assert (agent.mean, agent.low, agent.high) == (mean, None, None)
    assert len(agent.item_passes) == len(RUBRIC.items)


@given(totals)
def test_the_interval_is_around_the_mean_and_on_the_scale(values: list[float]) -> None:
    low, high = mean_interval(values)
    assert low is not None
    assert high is not None
    assert 0 <= low <= high <= 100
    assert low <= sum(values) / len(values) + 1e-9
    assert high >= sum(values) / len(values) - 1e-9


@given(totals)
def test_the_order_of_calls_does_not_matter(values: list[float]) -> None:
    assert mean_interval(values) == pytest.approx(mean_interval(values[::-1]))


def test_scores_of_another_rubric_are_refused() -> None:
    with pytest.raises(ValueError, match="call c1 was scored under rubric"):
        aggregate("1", "", [score(all_met())], load_rubric("pudong-12345"))
