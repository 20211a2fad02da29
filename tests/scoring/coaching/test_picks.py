"""Picks for a lesson: the right kind of call, spread over agents and categories."""

import random
from collections import Counter
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from callqa.coaching import Candidate
from callqa.types import Verdict
from scoring.coaching import Kind, limit_between, pick
from scoring.coaching.picks import WELL_HEARD, suits

PLAIN = Candidate(1, "c1", "3001", "住房", "M", "M", 90.0, 0.9, None, None, True)
KINDS: tuple[Kind, ...] = ("best", "worst", "borderline")


@pytest.mark.parametrize(
    ("changes", "kinds"),
    [
        ({}, {"best"}),
        ({"letter": "m"}, {"best"}),
        ({"letter": "M", "has_evidence": False}, {"best"}),  # nothing forbidden was said: the whole call shows it
        ({"letter": "V"}, {"worst"}),
        ({"letter": "v"}, {"worst"}),
        ({"letter": "V", "has_evidence": False}, set()),
        ({"letter": "U"}, {"borderline"}),
        ({"letter": "N"}, set()),
        ({"letter": "E"}, set()),
        ({"letter": "V", "confidence": 0.6}, {"worst", "borderline"}),
        ({"letter": "v", "confidence": 0.6}, {"worst"}),  # a person has decided
        ({"letter": "V", "confidence": 0.9}, {"worst"}),
        ({"letter": "M", "value": 350.0}, {"best", "borderline"}),  # the limit is 355
        ({"letter": "M", "value": 300.0}, {"best"}),
        ({"heard": WELL_HEARD - 0.01}, set()),
        ({"heard": None}, set()),
    ],
)
def test_kinds(changes: dict[str, object], kinds: set[str]) -> None:
    candidate = replace(PLAIN, **changes)  # type: ignore[arg-type]
    assert {kind for kind in KINDS if suits(candidate, kind, limit=355.0)} == kinds


@pytest.mark.parametrize(
    ("kind", "better", "worse"),
    [
        ("best", {"total": 95.0}, {"total": 60.0}),
        ("best", {"heard": 0.95}, {"heard": 0.8}),
        ("best", {"letter": "m", "total": 60.0}, {"letter": "M", "total": 100.0}),
        ("best", {"total": 50.0}, {"total": 100.0, "has_evidence": False}),
        ("worst", {"letter": "V", "total": 40.0}, {"letter": "V", "total": 90.0}),
        ("worst", {"letter": "V", "confidence": 0.99}, {"letter": "V", "confidence": 0.75}),
        ("borderline", {"letter": "U"}, {"letter": "V", "confidence": 0.5}),
        ("borderline", {"letter": "V", "confidence": 0.4}, {"letter": "V", "confidence": 0.6}),
        ("borderline", {"letter": "V", "value": 356.0}, {"letter": "V", "value": 370.0}),
    ],
)
def test_the_better_example_is_picked(kind: Kind, better: dict[str, object], worse: dict[str, object]) -> None:
    strong = replace(PLAIN, call_id="z", **better)  # type: ignore[arg-type]
    weak = replace(PLAIN, call_id="a", **worse)  # type: ignore[arg-type]
    assert pick([weak, strong], kind, 1, limit=355.0) == [strong]


candidates = st.lists(
    st.builds(
        Candidate,
        call_pk=st.integers(1, 1000),
        call_id=st.integers(1, 1000).map(str),
        agent_id=st.sampled_from("ABCDE"),
        category=st.sampled_from(["住房", "交通", ""]),
        letter=st.sampled_from("MmVvUNE"),
        verdicts=st.just(""),
        total=st.none() | st.floats(0, 100),
        heard=st.none() | st.floats(0.7, 1),
        value=st.none() | st.floats(300, 400),
        confidence=st.none() | st.floats(0, 1),
        has_evidence=st.booleans(),
    ),
    max_size=40,
    unique_by=lambda candidate: candidate.call_id,
)


@given(candidates, st.sampled_from(KINDS), st.integers(1, 8), st.randoms(use_true_random=False))
def test_no_agent_has_two_while_another_has_none(
    calls: list[Candidate], kind: Kind, n: int, chance: random.Random
) -> None:
    chosen = pick(calls, kind, n, limit=355.0)
    fit = [candidate for candidate in calls if suits(candidate, kind, 355.0)]
    assert len(chosen) == min(n, len(fit))
    assert all(candidate in fit for candidate in chosen)
    counts = Counter(candidate.agent_id for candidate in chosen)
    if any(count > 1 for count in counts.values()):
        assert set(counts) == {candidate.agent_id for candidate in fit}
    chance.shuffle(calls)
    assert pick(calls, kind, n, limit=355.0) == chosen


def test_of_one_agents_calls_each_is_of_another_category() -> None:
    calls = [replace(PLAIN, call_id=f"{n}", category="住房", total=100.0) for n in range(5)]
    calls += [replace(PLAIN, call_id=f"{n}", category=f"其他{n}", total=50.0) for n in range(5, 9)]
    assert len({candidate.category for candidate in pick(calls, "best", 5)}) == 5


def test_a_call_that_cannot_be_used_gives_its_place_to_the_next() -> None:
    calls = [replace(PLAIN, call_id=f"{n}", agent_id=agent) for n, agent in enumerate("AAB")]
    chosen = pick(calls, "best", 2, usable=lambda candidate: candidate.call_id != "0")
    assert [candidate.call_id for candidate in chosen] == ["1", "2"]


def test_few_candidates_of_many_are_kept_and_they_are_the_strongest() -> None:
    calls = [replace(PLAIN, call_id=f"{n:05}", total=n % 101) for n in range(5000)]
    assert {candidate.total for candidate in pick(calls, "best", 10)} == {100.0}


@pytest.mark.parametrize(
    ("met", "violated", "limit"),
    [
        ((200.0, 350.0), (360.0, 400.0), 355.0),
        ((10.0, 20.0), (1.0, 4.0), 7.0),
        ((1.0, 5.0), (0.0, 2.0), None),  # other things decide, too
        ((1.0, 5.0), None, None),
    ],
)
def test_the_limit_lies_between_the_verdicts(
    met: tuple[float, float], violated: tuple[float, float] | None, limit: float | None
) -> None:
    ranges = {Verdict.MET: met} | ({Verdict.VIOLATED: violated} if violated else {})
    assert limit_between(ranges) == limit
