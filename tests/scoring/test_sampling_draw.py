"""Drawing: properties of every sample, exact probabilities against many draws, and allocation."""

import random
from collections import Counter
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scoring.sampling import FrameCall, SamplePlan, draw
from scoring.sampling.draw import allocate, group_of


def plan(**fields: object) -> SamplePlan:
    base = {"id": "p", "title": "p", "every": "week", "per_agent": {"n": 3}}
    return SamplePlan.model_validate(base | fields)


def test_one_agent_in_full() -> None:
    frame = [FrameCall(f"c{n}", "3001", category="环保" if n < 3 else "交通", scored=True) for n in range(12)]
    drawn = draw(frame, plan(per_agent={"n": 4}, strata={"category": True}), "seed")
    assert drawn.n_candidates == 12
    assert Counter((call.stratum, round(call.probability, 6), call.why) for call in drawn.calls) == {
        ("3001 | 环保", round(4 / 12, 6), "随机"): 1,
        ("3001 | 交通", round(4 / 12, 6), "随机"): 3,
    }


def test_risk_is_a_stratum_of_its_own_and_the_rest_stays_random() -> None:
    frame = [FrameCall(f"c{n:02}", "3001", scored=True, fatal=n < 2, needs_review=n < 6) for n in range(20)]
    risk = [{"when": "fatal", "share": 1}, {"when": "needs_review", "count": 1}]
    drawn = draw(frame, plan(risk=risk, control=0.5), "seed")
    assert Counter((call.why, call.probability) for call in drawn.calls) == {
        ("一票否决待确认", 1.0): 2,
        ("待复核", 1 / 4): 1,
        ("随机", 2 / 14): 2,  # half of three, rounded up, though two were certain
    }


def test_a_risk_is_not_drawn_more_rarely_than_anything_else() -> None:
    frame = [FrameCall(f"c{n:03}", "3001", scored=True, needs_review=n < 80) for n in range(100)]
    drawn = draw(frame, plan(per_agent={"n": 20}, risk=[{"when": "needs_review", "count": 1}], control=0.5), "seed")
    assert Counter(call.why for call in drawn.calls) == {"待复核": 8, "随机": 20}


@pytest.mark.parametrize("n_bad", [30, 37, 38, 40])
def test_an_agent_with_nearly_nothing_but_risky_calls_gets_their_share_drawn(n_bad: int) -> None:
    frame = [FrameCall(f"b{n:02}", "3001", scored=True, needs_review=n < n_bad) for n in range(40)]
    frame += [FrameCall(f"c{n:02}", "3002", scored=True, needs_review=n < 5) for n in range(40)]
    drawn = draw(frame, plan(risk=[{"when": "needs_review", "share": 0.5}]), "seed")
    of_agent = Counter(call.why for call in drawn.calls if call.call_id.startswith("b"))
    assert n_bad // 2 <= of_agent["待复核"] <= n_bad // 2 + 1
    assert of_agent["随机"] == min(3, 40 - n_bad)


def test_risky_calls_fall_to_agents_in_proportion() -> None:
    frame = [FrameCall(f"c{n:02}", f"300{n % 4}", scored=True, needs_review=n < 32) for n in range(60)]
    for seed in range(20):
        drawn = draw(frame, plan(risk=[{"when": "needs_review", "count": 10}]), str(seed))
        falls_to = Counter(call.stratum for call in drawn.calls if call.why == "待复核")
        assert sorted(falls_to.values()) == [2, 2, 3, 3]


calls = st.builds(
    FrameCall,
    call_id=st.text("abcdef0123456789", min_size=1, max_size=6),
    agent_id=st.sampled_from(["3001", "3002", "3003"]),
    category=st.sampled_from(["", "环保", "交通", "城建"]),
    request_type=st.sampled_from(["咨询", "投诉"]),
    hour=st.integers(0, 23),
    seconds=st.none() | st.floats(1, 1000),
    scored=st.booleans(),
    total=st.none() | st.floats(0, 100),
    needs_review=st.booleans(),
    fatal=st.booleans(),
    tenure_days=st.none() | st.integers(0, 300),
)
frames = st.lists(calls, max_size=60, unique_by=lambda call: call.call_id)
sizes = st.builds(lambda n: {"n": n}, st.integers(1, 12)) | st.builds(
    lambda share, least: {"share": share, "min": least}, st.floats(0.01, 1), st.integers(1, 4)
)
strata = st.fixed_dictionaries(
    {"category": st.just(True), "hour": st.sampled_from([[], [8, 18]]),
     "allocation": st.sampled_from(["proportional", "equal"])}
) | st.sampled_from(
    [{}, {"duration": [60, 300], "allocation": "given", "shares": {"60秒以下": 0.2, "60-300秒": 0.7, "其他": 0.1}}]
)  # fmt: skip
amounts = st.sampled_from([{"share": 1}, {"share": 0.3}, {"count": 1}, {"count": 5}])
triggers = st.builds(
    lambda when, amount: when | amount,
    st.sampled_from(
        [
            {"when": "fatal"},
            {"when": "needs_review"},
            {"when": "total_below", "below": 60},
            {"when": "request_type", "types": ["投诉"]},
        ]
    ),
    amounts,
)
plans = st.builds(
    plan,
    per_agent=sizes,
    strata=strata,
    risk=st.lists(triggers, max_size=3, unique_by=lambda trigger: str(trigger["when"])),
    control=st.floats(0.05, 1),
    filters=st.sampled_from([{}, {"scored_only": False}]),
)
seeds = st.text(max_size=5)


@given(frames, plans, seeds)
def test_every_sample(frame: list[FrameCall], chosen: SamplePlan, seed: str) -> None:
    drawn = draw(frame, chosen, seed)
    ids = [call.call_id for call in drawn.calls]
    kept = {call.call_id: call for call in frame if chosen.filters.keep(call)}
    assert len(set(ids)) == len(ids)  # no call twice
    assert set(ids) <= set(kept)
    assert drawn.n_candidates == len(kept)
    assert all(0 < call.probability <= 1 for call in drawn.calls)
    # Each candidate is in one stratum, the probabilities add up to the number of calls, and each of them is above 0.
    members = Counter(call_id for pool in drawn.pools for ids in pool.strata.values() for call_id in ids)
    assert all(members[call_id] <= 1 for call_id in kept)
    assert set(members) == set(kept)
    assert all(pool.expected[name] > 0 for pool in drawn.pools for name in pool.strata)
    assert all(0 < pool.expected[name] <= len(ids) for pool in drawn.pools for name, ids in pool.strata.items())
    assert sum(sum(pool.expected.values()) for pool in drawn.pools) == len(drawn.calls)
    for agent_id, n_calls in Counter(call.agent_id for call in kept.values()).items():
        asked = chosen.per_agent.of(n_calls)
        assert sum(kept[call_id].agent_id == agent_id for call_id in ids) >= asked >= min(chosen.per_agent.min, n_calls)


@given(frames, plans, seeds, st.randoms(use_true_random=False))
def test_only_frame_plan_and_seed_matter(
    frame: list[FrameCall], chosen: SamplePlan, seed: str, chance: random.Random
) -> None:
    shuffled = list(frame)
    chance.shuffle(shuffled)
    assert draw(shuffled, chosen, seed).calls == draw(iter(frame), chosen, seed).calls


def test_another_seed_is_another_sample() -> None:
    frame = [FrameCall(f"c{n}", "3001", scored=True) for n in range(50)]
    samples = {draw(frame, plan(), str(seed)).calls for seed in range(20)}
    assert len(samples) > 15


def test_a_sample_does_not_change_with_the_machine() -> None:
    frame = [FrameCall(f"c{n}", "3001", scored=True) for n in range(50)]
    assert [call.call_id for call in draw(frame, plan(), "2026").calls] == ["c25", "c48", "c8"]


def test_a_grown_frame_keeps_most_of_the_sample() -> None:
    frame = [FrameCall(f"c{n}", "3001", scored=True) for n in range(100)]
    before, after = (
        {call.call_id for call in draw(frame[:size], plan(per_agent={"n": 20}), "seed").calls} for size in (95, 100)
    )
    assert len(before & after) >= 17


CROWDED = [
    FrameCall(
        f"c{n:02}",
        f"300{n % 3}",
        category=("环保", "交通", "城建", "民政")[n % 7 % 4],
        request_type="投诉" if n % 5 == 0 else "咨询",
        needs_review=n % 4 == 0,
        scored=True,
        tenure_days=(10, 500, None)[n % 3],
    )
    for n in range(60)
]


@pytest.mark.slow  # hundreds of draws
@pytest.mark.parametrize("allocation", ["proportional", "equal"])
def test_calls_are_drawn_as_often_as_their_probability_says(allocation: str) -> None:
    chosen = plan(
        per_agent={"n": 3, "tenure": [{"below_days": 90, "n": 6}]},
        strata={"category": True, "allocation": allocation},
        risk=[{"when": "request_type", "types": ["投诉"], "share": 0.5}, {"when": "needs_review", "count": 4}],
    )
    n_draws = 1500
    often: Counter[str] = Counter()
    stated: dict[str, float] = {}
    for seed in range(n_draws):
        for call in draw(CROWDED, chosen, str(seed)).calls:
            often[call.call_id] += 1
            assert stated.setdefault(call.call_id, call.probability) == call.probability
    assert set(stated) == {call.call_id for call in CROWDED}
    for call_id, probability in stated.items():
        spread = (probability * (1 - probability) / n_draws) ** 0.5
        assert abs(often[call_id] / n_draws - probability) < 4.5 * spread + 1e-9


@pytest.mark.parametrize(
    ("n", "sizes", "weights", "expected"),
    [
        (4, {"a": 3, "b": 9}, {"a": 3, "b": 9}, {"a": 1, "b": 3}),
        (4, {"a": 3, "b": 9}, {"a": 1, "b": 1}, {"a": 2, "b": 2}),
        (8, {"a": 3, "b": 9}, {"a": 1, "b": 1}, {"a": 3, "b": 5}),  # what a cannot give comes from b
        (12, {"a": 3, "b": 9}, {"a": 1, "b": 5}, {"a": 3, "b": 9}),
        (1, {"a": 3, "b": 9, "c": 1}, {"a": 1, "b": 1, "c": 2}, {"a": Fraction("1/4"), "b": Fraction("1/4"), "c": 0.5}),
        (5, {"a": 1, "b": 2, "c": 9}, {"a": 6, "b": 3, "c": 1}, {"a": 1, "b": 2, "c": 2}),
        (0, {}, {}, {}),
    ],
)  # fmt: skip
def test_allocation(n: int, sizes: dict[str, int], weights: dict[str, int], expected: dict[str, object]) -> None:
    assert allocate(n, sizes, {name: Fraction(weight) for name, weight in weights.items()}) == expected


def test_the_group_of_a_stratum() -> None:
    assert group_of("3001 | 环保 | 08-18点") == "3001"
    assert group_of("3001") == "3001"
    assert group_of("风险 | 投诉 | 3001") == "风险 | 投诉"
