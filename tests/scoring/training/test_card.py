"""Skill-gap cards: weaknesses that are more than chance, and how they change."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import binomtest

from scoring import load_rubric, score_sheet
from scoring.training import rate_change, tally, weakest, wilson

tallies = st.dictionaries(
    st.sampled_from(["opening", "closing", "restate", "courtesy", "speech_rate"]),
    st.integers(0, 40).flatmap(lambda scored: st.tuples(st.integers(0, scored), st.just(scored))),
)


def test_one_bad_call_is_no_weakness_beside_many() -> None:
    own = {"opening": (0, 1), "closing": (10, 20), "restate": (19, 20)}
    colleagues = {"opening": (95, 100), "closing": (90, 100), "restate": (90, 100)}
    gaps = weakest(own, colleagues, {})
    assert [gap.item_id for gap in gaps] == ["closing", "opening"]
    assert gaps[0].gap == pytest.approx(0.9 - (10 + 9) / (20 + 10))
    assert (gaps[0].certain, gaps[1].certain) == (True, False)


def test_what_colleagues_fail_as_often_is_no_gap() -> None:
    assert weakest({"restate": (2, 10)}, {"restate": (20, 100)}, {}) == ()


def test_without_colleagues_every_failure_counts() -> None:
    assert [gap.item_id for gap in weakest({"opening": (3, 4), "closing": (4, 4)}, {}, {})] == ["opening"]


@given(tallies, tallies, tallies)
def test_gaps_are_the_largest_and_in_order(
    own: dict[str, tuple[int, int]], colleagues: dict[str, tuple[int, int]], before: dict[str, tuple[int, int]]
) -> None:
    gaps = weakest(own, colleagues, before)
    assert all(gap.gap > 0 and gap.passed <= gap.scored for gap in gaps)
    assert [gap.gap for gap in gaps] == sorted((gap.gap for gap in gaps), reverse=True)
    assert gaps == weakest(own, colleagues, before, n=len(own) or 1)[:3]
    assert all(gap.low <= gap.passed / gap.scored <= gap.high for gap in gaps if gap.scored)


@given(st.integers(1, 60), st.data())
def test_shrinkage_keeps_the_order_of_equally_many_calls(scored: int, data: st.DataObject) -> None:
    one, other = sorted(data.draw(st.lists(st.integers(0, scored), min_size=2, max_size=2, unique=True)))
    gaps = weakest({"a": (one, scored), "b": (other, scored)}, {"a": (99, 100), "b": (99, 100)}, {})
    assert gaps[0].item_id == "a"


@given(st.integers(0, 200), st.integers(1, 200))
def test_wilson_is_scipys(passed: int, scored: int) -> None:
    passed = min(passed, scored)
    known = binomtest(passed, scored).proportion_ci(method="wilson")
    assert wilson(passed, scored) == pytest.approx((known.low, known.high), abs=1e-6)


def test_change_of_a_rate_as_published() -> None:
    """Newcombe (1998), table II, example (a): 56/70 against 48/80 gives 0.2 (0.0524 to 0.3339)."""
    assert rate_change((48, 80), (56, 70)) == pytest.approx((0.0524, 0.3339), abs=5e-5)


@pytest.mark.parametrize(("before", "now"), [((0, 0), (1, 2)), ((1, 2), (0, 0))])
def test_no_change_without_calls(before: tuple[int, int], now: tuple[int, int]) -> None:
    assert rate_change(before, now) is None


def test_only_scored_items_are_tallied() -> None:
    rubric = load_rubric("pudong-12345")
    sheet = score_sheet("c", "MVNUE" + "M" * 17, rubric)
    suggested = score_sheet("c", "MVNUE" + "M" * 17, rubric, frozenset({"closing"}))
    counts = tally([(sheet, 2), (suggested, 1)])
    ids = [item.id for item in rubric.items]
    assert counts[ids[0]] == (3, 3)
    assert counts["closing"] == (0, 2)  # a suggestion is no failure yet
    assert not {ids[2], ids[3], ids[4]} & set(counts)
