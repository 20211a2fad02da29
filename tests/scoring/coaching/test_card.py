"""Skill-gap cards: weaknesses that are more than chance, and how they change."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import fisher_exact

from scoring import load_rubric, score_sheet
from scoring.coaching import tally, weakest

tallies = st.dictionaries(
    st.sampled_from(["opening", "closing", "restate", "courtesy", "speech_rate"]),
    st.integers(1, 40).flatmap(lambda scored: st.tuples(st.integers(0, scored), st.just(scored))),
)


def test_one_bad_call_is_no_weakness_beside_many() -> None:
    tally = {"opening": (0, 1), "closing": (10, 20), "restate": (19, 20)}
    colleagues = {"opening": (95, 100), "closing": (90, 100), "restate": (90, 100)}
    gaps = weakest(tally, colleagues, {})
    assert [gap.now.item_id for gap in gaps] == ["closing", "opening"]
    assert gaps[0].size == pytest.approx(0.9 - (10 + 9) / (20 + 10))
    assert (gaps[0].certain, gaps[1].certain) == (True, False)


def test_what_colleagues_fail_as_often_is_no_gap() -> None:
    assert weakest({"restate": (2, 10)}, {"restate": (20, 100)}, {}) == ()


def test_without_colleagues_every_failure_counts() -> None:
    assert [gap.now.item_id for gap in weakest({"opening": (3, 4), "closing": (4, 4)}, {}, {})] == ["opening"]


@given(tallies, tallies, tallies)
def test_gaps_are_the_largest_and_in_order(
    own: dict[str, tuple[int, int]], colleagues: dict[str, tuple[int, int]], before: dict[str, tuple[int, int]]
) -> None:
    gaps = weakest(own, colleagues, before)
    assert all(gap.size > 0 and own[gap.now.item_id] == (gap.now.passed, gap.now.scored) for gap in gaps)
    assert [gap.size for gap in gaps] == sorted((gap.size for gap in gaps), reverse=True)
    assert gaps == weakest(own, colleagues, before, n=len(own) or 1)[:3]


@given(st.integers(1, 60), st.data())
def test_shrinkage_keeps_the_order_of_equally_many_calls(scored: int, data: st.DataObject) -> None:
    fewer, more = sorted(data.draw(st.lists(st.integers(0, scored), min_size=2, max_size=2, unique=True)))
    gaps = weakest({"a": (fewer, scored), "b": (more, scored)}, {"a": (99, 100), "b": (99, 100)}, {})
    assert gaps[0].now.item_id == "a"


def test_trend() -> None:
    tally, colleagues = {"opening": (20, 40)}, {"opening": (95, 100)}
    (better,) = weakest(tally, colleagues, {"opening": (4, 40)})
    (unknown,) = weakest(tally, colleagues, {"closing": (4, 40)})
    assert better.change is not None
    assert better.change.low > 0
    assert (unknown.change, unknown.before.scored) == (None, 0)


@given(st.integers(1, 30), st.integers(1, 60), st.data())
def test_certainty_is_fishers(scored: int, their_scored: int, data: st.DataObject) -> None:
    passed, their_passed = data.draw(st.integers(0, scored)), data.draw(st.integers(0, their_scored))
    for gap in weakest({"a": (passed, scored)}, {"a": (their_passed, their_scored)}, {}):
        table = [[passed, scored - passed], [their_passed, their_scored - their_passed]]
        assert gap.certain == (fisher_exact(table, alternative="less").pvalue < 0.025)


def test_only_scored_items_are_tallied() -> None:
    rubric = load_rubric("pudong-12345")
    sheet = score_sheet("c", "MVNUE" + "M" * 17, rubric)
    suggested = score_sheet("c", "MVNUE" + "M" * 17, rubric, frozenset({"closing"}))
    counts = tally([(sheet, 2), (suggested, 1)])
    ids = [item.id for item in rubric.items]
    assert counts[ids[0]] == (3, 3)
    assert counts["closing"] == (0, 2)  # a suggestion is no failure yet
    assert not {ids[2], ids[3], ids[4]} & set(counts)
