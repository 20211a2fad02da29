"""Estimates: textbook cases, and simulations in which the truth is known."""

import random
from statistics import fmean, stdev

import pytest
from scipy import stats

from callqa.records import SampleCall
from scoring.sampling import FrameCall, Observation, SamplePlan, draw, for_reviewed, weighted_mean, weighted_rate
from scoring.sampling.draw import group_of, is_risk

N_DRAWS = 300


def synthetic_frame(n_agents: int = 12, n_calls: int = 40) -> list[FrameCall]:
    """Agents of different skill; a complaint costs points, and so does a call that waits for review."""
    chance = random.Random(7)
    frame = []
    for agent in range(n_agents):
        skill = chance.gauss(85, 4)
        for n in range(n_calls + 3 * agent):
            complaint, waiting = chance.random() < 0.12, chance.random() < 0.15
            total = min(100.0, max(0.0, chance.gauss(skill, 8) - 25 * complaint - 10 * waiting))
            frame.append(
                FrameCall(
                    f"{agent}-{n}",
                    f"30{agent:02}",
                    category=chance.choice(("环保", "交通", "城建")),
                    request_type="投诉" if complaint else "咨询",
                    needs_review=waiting,
                    scored=True,
                    total=total,
                )
            )
    return frame


FRAME = synthetic_frame()
TOTALS = {call.call_id: call.total or 0.0 for call in FRAME}
TRUTH = fmean(TOTALS.values())
RISK = [
    {"when": "request_type", "types": ["投诉"], "share": 1},
    {"when": "needs_review", "share": 0.4},
]
PLANS = {
    "random": {"per_agent": {"n": 3}},
    "share in strata": {"per_agent": {"share": 0.1}, "strata": {"category": True, "allocation": "equal"}},
    "risk": {"per_agent": {"n": 4}, "risk": RISK, "control": 0.5},
}


def plan(fields: dict[str, object]) -> SamplePlan:
    return SamplePlan.model_validate({"id": "p", "title": "p", "every": "week"} | fields)


def observe(drawn: tuple[SampleCall, ...], values: dict[str, float]) -> list[Observation]:
    return [Observation(values[call.call_id], call.probability, group_of(call.stratum)) for call in drawn]


@pytest.mark.slow  # hundreds of draws
@pytest.mark.parametrize("name", PLANS)
def test_weighted_means_are_unbiased_and_their_intervals_hold(name: str) -> None:
    chosen = plan(PLANS[name])
    weighted, naive, covered = [], [], 0
    for seed in range(N_DRAWS):
        observed = observe(draw(FRAME, chosen, str(seed)).calls, TOTALS)
        estimate = weighted_mean(observed)
        assert estimate.value is not None
        assert estimate.low is not None
        assert estimate.high is not None
        weighted.append(estimate.value)
        naive.append(fmean(call.value for call in observed))
        covered += estimate.low <= TRUTH <= estimate.high
    error = stdev(weighted) / N_DRAWS**0.5
    assert abs(fmean(weighted) - TRUTH) < 3 * error
    assert 0.93 <= covered / N_DRAWS <= 0.985
    if name == "risk":  # the plain mean of the same calls is far off
        assert fmean(naive) < TRUTH - 5


@pytest.mark.slow  # hundreds of draws
def test_totals_are_unbiased_exactly() -> None:
    """Horvitz and Thompson's estimator of the number of calls is always right, that of the sum on average."""
    chosen = plan(PLANS["risk"])
    sums = []
    for seed in range(N_DRAWS):
        drawn = draw(FRAME, chosen, str(seed)).calls
        assert sum(1 / call.probability for call in drawn) == pytest.approx(len(FRAME))
        sums.append(sum(TOTALS[call.call_id] / call.probability for call in drawn))
    assert abs(fmean(sums) - sum(TOTALS.values())) < 3 * stdev(sums) / N_DRAWS**0.5


@pytest.mark.slow  # hundreds of draws
def test_rates_are_unbiased_and_their_intervals_hold() -> None:
    chosen = plan(PLANS["risk"])
    passes = {call_id: float(total >= 70) for call_id, total in TOTALS.items()}
    truth = fmean(passes.values())
    rates, covered = [], 0
    for seed in range(N_DRAWS):
        estimate = weighted_rate(observe(draw(FRAME, chosen, str(seed)).calls, passes))
        assert estimate.value is not None
        assert estimate.low is not None
        assert estimate.high is not None
        rates.append(estimate.value)
        covered += estimate.low <= truth <= estimate.high
    assert abs(fmean(rates) - truth) < 3 * stdev(rates) / N_DRAWS**0.5
    assert covered / N_DRAWS >= 0.93


@pytest.mark.slow  # hundreds of draws
def test_calls_that_nobody_heard_leave_the_mean_unbiased() -> None:
    chosen, chance = plan(PLANS["risk"]), random.Random(3)
    means, covered = [], 0
    for seed in range(N_DRAWS):
        drawn = draw(FRAME, chosen, str(seed)).calls
        heard = {call.call_id for call in drawn if chance.random() < (0.9 if is_risk(call.stratum) else 0.4)}
        known = for_reviewed(drawn, heard)
        estimate = weighted_mean([Observation(TOTALS[call_id], *known[call_id]) for call_id in known])
        assert estimate.value is not None
        assert estimate.low is not None
        assert estimate.high is not None
        means.append(estimate.value)
        covered += estimate.low <= TRUTH <= estimate.high
    assert abs(fmean(means) - TRUTH) < 0.25
    assert covered / N_DRAWS >= 0.92


@pytest.mark.slow  # hundreds of draws
def test_calls_drawn_by_an_earlier_sample_count_for_themselves() -> None:
    """However the earlier ones were picked: here the worst, which would spoil any mean without them."""
    worst = set(sorted(TOTALS, key=TOTALS.__getitem__)[:60])
    left = [call for call in FRAME if call.call_id not in worst]
    known = [Observation(TOTALS[call_id], 1.0, "earlier") for call_id in worst]
    means = []
    for seed in range(N_DRAWS):
        estimate = weighted_mean(known + observe(draw(left, plan(PLANS["random"]), str(seed)).calls, TOTALS))
        assert estimate.value is not None
        means.append(estimate.value)
    assert abs(fmean(means) - TRUTH) < 3 * stdev(means) / N_DRAWS**0.5


def test_a_simple_random_sample_is_the_textbook_case() -> None:
    values = [82.0, 91.0, 77.5, 88.0, 95.0]
    estimate = weighted_mean([Observation(value, 5 / 40, "3001") for value in values])
    reach = stats.t.ppf(0.975, 4) * stdev(values) * ((1 - 5 / 40) / 5) ** 0.5
    assert estimate.value == pytest.approx(fmean(values))
    assert (estimate.low, estimate.high) == pytest.approx((fmean(values) - reach, fmean(values) + reach))


def test_two_strata_are_the_textbook_case() -> None:
    """Cochran, Sampling Techniques (1977), 5.4: variance of a stratified mean, here W = 0.75 and 0.25."""
    first, second = [80.0, 84.0, 88.0], [60.0, 70.0]
    observed = [Observation(value, 3 / 30, "a") for value in first] + [
        Observation(value, 2 / 10, "b") for value in second
    ]
    estimate = weighted_mean(observed)
    parts = 0.75**2 * (1 - 0.1) * stdev(first) ** 2 / 3, 0.25**2 * (1 - 0.2) * stdev(second) ** 2 / 2
    variance = sum(parts)
    freedom = variance**2 / (parts[0] ** 2 / 4 + parts[1] ** 2 / 3) - 2  # Welch 1947
    assert estimate.value == pytest.approx(0.75 * 84 + 0.25 * 65)
    assert estimate.high is not None
    assert estimate.value is not None
    assert estimate.high - estimate.value == pytest.approx(stats.t.ppf(0.975, freedom) * variance**0.5)


@pytest.mark.parametrize(
    ("observed", "expected"),
    [
        ([], (0, None, None, None)),
        ([Observation(80, 0.5, "a")], (1, 80, None, None)),
        ([Observation(80, 1.0, "a")], (1, 80, 80, 80)),
        ([Observation(80, 1.0, "a"), Observation(60, 1.0, "a")], (2, 70, 70, 70)),
        ([Observation(80, 0.5, "a"), Observation(80, 0.5, "a")], (2, 80, 80, 80)),
        ([Observation(80, 1.0, "a"), Observation(60, 0.25, "b")], (2, 64, None, None)),
    ],
)
def test_few_calls(observed: list[Observation], expected: tuple[float | None, ...]) -> None:
    estimate = weighted_mean(observed)
    assert (estimate.n, estimate.value, estimate.low, estimate.high) == pytest.approx(expected)


def test_agents_of_one_call_are_taken_together() -> None:
    values = [82.0, 91.0, 77.5, 88.0]
    together = weighted_mean([Observation(value, 0.1, "all") for value in values])
    alone = weighted_mean([Observation(value, 0.1, f"agent {n}") for n, value in enumerate(values)])
    assert alone == together


def test_a_rate_of_a_simple_random_sample_is_wilsons() -> None:
    observed = [Observation(float(n < 19), 1e-9, "a") for n in range(20)]
    estimate = weighted_rate(observed)
    expected = stats.binomtest(19, 20).proportion_ci(method="wilson")
    assert (estimate.low, estimate.high) == pytest.approx((expected.low, expected.high), abs=0.01)
    perfect = weighted_rate([Observation(1.0, 0.01, "a")] * 20)
    assert perfect.low == pytest.approx(stats.binomtest(20, 20).proportion_ci(method="wilson").low)
    assert weighted_rate([Observation(1.0, 1.0, "a")] * 20).low == 1.0
    assert weighted_rate([]).value is None


def test_the_calls_that_were_heard_stand_for_those_that_were_not() -> None:
    drawn = [SampleCall(f"c{n}", "3001 | 环保", 0.2, "随机") for n in range(4)] + [
        SampleCall("r", "风险 | 投诉 | 3001", 1.0, "投诉")
    ]
    assert for_reviewed(drawn, {"c0", "c1", "r"}) == {
        "c0": (0.1, "3001"),
        "c1": (0.1, "3001"),
        "r": (1.0, "风险 | 投诉"),
    }
    assert for_reviewed(drawn, {"r"}) == {"r": (1.0, "风险 | 投诉")}
    assert for_reviewed(drawn, set()) == {}
