"""Case mix: harder calls are seen, weaker agents are not excused."""

import numpy as np
import pytest
from figure_calls import Scored, columns
from hypothesis import given
from hypothesis import strategies as st
from test_score import RUBRIC

from callqa.scores import ScoredCalls
from scoring.figures import CaseMix, case_mix


def made(rng: np.random.Generator, skills: dict[str, float], shares: dict[str, float], hard: float) -> ScoredCalls:
    """Four hundred calls an agent, of which a share is of a category that costs ``hard`` points."""
    agent, category, total = [], [], []
    for name, skill in skills.items():
        for _ in range(400):
            difficult = rng.random() < shares[name]
            agent.append(name)
            category.append("疑难" if difficult else "一般")
            total.append(float(np.clip(rng.normal(skill - hard * difficult, 5), 0, 100)))
    n = len(agent)
    return ScoredCalls(
        tuple(agent), ("A",) * n, tuple(category), ("",) * n, ("2026-11-02",) * n, (200.0,) * n, (0.9,) * n,
        tuple(total), (False,) * n, ("MMMMM",) * n, (0.0,) * n,
    )  # fmt: skip


def of(calls: ScoredCalls) -> dict[str, CaseMix]:
    return {mix.names[0]: mix for mix in case_mix(calls)}


def test_equal_agents_with_unequal_calls_are_equal_after_adjustment() -> None:
    shares = {"easy": 0.1, "usual": 0.3, "hard": 0.8}
    mixes = of(made(np.random.default_rng(1), dict.fromkeys(shares, 85.0), shares, hard=20))
    assert mixes["easy"].mean - mixes["hard"].mean > 10
    adjusted = [mix.adjusted for mix in mixes.values()]
    assert max(adjusted) - min(adjusted) < 1.5
    assert mixes["hard"].like < mixes["usual"].like < mixes["easy"].like


def test_a_weak_agent_does_not_make_their_category_a_hard_one() -> None:
    """The weak one has most of the category's calls, which are as easy as any."""
    shares = {"a": 0.1, "b": 0.1, "weak": 0.9}
    mixes = of(made(np.random.default_rng(2), {"a": 90.0, "b": 90.0, "weak": 70.0}, shares, hard=0))
    for mix in mixes.values():
        assert mix.adjusted == pytest.approx(mix.mean, abs=1)


def test_so_does_an_agent_who_alone_has_a_category() -> None:
    shares = {"a": 0.0, "b": 0.0, "weak": 1.0}
    mixes = of(made(np.random.default_rng(3), {"a": 90.0, "b": 90.0, "weak": 70.0}, shares, hard=0))
    assert mixes["weak"].adjusted == pytest.approx(mixes["weak"].mean, abs=1e-6)


verdict_strings = st.text("MVU", min_size=5, max_size=5)


@given(st.lists(verdict_strings, min_size=3, max_size=3), st.lists(verdict_strings, min_size=3, max_size=3))
def test_the_average_mix_has_no_adjustment(one: list[str], other: list[str]) -> None:
    kinds = (("交通", 60.0, 0.9), ("环境", 400.0, 0.6), ("环境", 1000.0, None))
    calls = [
        Scored("MMMM" + sheet[4], agent=agent, category=category, seconds=seconds, confidence=confidence)
        for agent, record in (("1", one), ("2", other))
        for sheet, (category, seconds, confidence) in zip(record, kinds, strict=True)
    ]
    for mix in case_mix(columns(calls, RUBRIC)):
        assert mix.adjusted == pytest.approx(mix.mean, abs=1e-9)


def test_agents_without_scores_are_left_out() -> None:
    mixes = case_mix(columns([Scored("NNNNN"), Scored("MMMMM", agent="2")], RUBRIC))
    assert [(mix.names, mix.n_scored, mix.mean, mix.adjusted) for mix in mixes] == [(("2",), 1, 100, 100)]
    assert case_mix(columns([], RUBRIC)) == case_mix(columns([Scored("NNNNN")], RUBRIC)) == []


def test_other_groups_than_agents_can_be_looked_at() -> None:
    calls = made(np.random.default_rng(4), {"a": 85.0, "b": 85.0}, {"a": 0.2, "b": 0.7}, hard=20)
    (team,) = case_mix(calls, by=("team",))
    assert team.adjusted == pytest.approx(team.mean)
