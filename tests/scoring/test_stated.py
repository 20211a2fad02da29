"""A model's stated confidence is worth what people found of answers that were as sure."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scoring.agreement.stated import STEPS, JudgedAnswer, range_of, stated_ranges


def answers(confidence: float, n_right: int, n_wrong: int, violated: bool = True) -> list[JudgedAnswer]:
    return [JudgedAnswer(confidence, violated, n < n_right) for n in range(n_right + n_wrong)]


def test_a_share_for_each_step() -> None:
    unsure, sure = stated_ranges([*answers(0.7, 5, 15), *answers(0.97, 18, 6)])
    assert (unsure.above, unsure.upto, unsure.right.n, unsure.right.value) == (0.6, 0.8, 20, 0.25)
    assert (sure.above, sure.upto, sure.right.n, sure.right.value) == (0.95, 0.99, 24, 0.75)
    assert (sure.right.low, sure.right.high) == pytest.approx((0.5510, 0.8800), abs=1e-4)  # Wilson


def test_surer_never_counts_as_worse() -> None:
    """Of a 1.5B model's answers with p >= 0.95, 6 of 11 were right."""
    (pooled,) = stated_ranges([*answers(0.7, 8, 2), *answers(0.97, 6, 5)])
    assert (pooled.above, pooled.upto, pooled.right.n, pooled.right.value) == (0.6, 0.99, 21, 14 / 21)


def test_violations_and_the_others_are_apart() -> None:
    ranges = stated_ranges([*answers(0.97, 1, 9), *answers(0.97, 9, 1, violated=False)])
    violated, other = range_of(ranges, True, 0.96), range_of(ranges, False, 0.96)
    assert violated is not None
    assert other is not None
    assert (violated.right.value, other.right.value) == (0.1, 0.9)


def test_nothing_is_known_of_answers_that_nobody_judged() -> None:
    ranges = stated_ranges(answers(0.97, 20, 0))
    assert range_of(ranges, True, 0.7) is None
    assert range_of(ranges, False, 0.97) is None
    assert stated_ranges([]) == ()


def test_answers_of_drawn_calls_have_weights() -> None:
    drawn = [JudgedAnswer(0.9, False, True, 1.0)] * 10 + [JudgedAnswer(0.9, False, False, 2.0)] * 10
    (one_range,) = stated_ranges(drawn)
    assert one_range.right.value == pytest.approx(1 / 3)
    assert one_range.right.n == 20


@given(st.lists(st.builds(JudgedAnswer, st.floats(0, 1), st.booleans(), st.booleans(), st.floats(0.1, 10))))
def test_ranges_rise_and_hold_every_answer(listed: list[JudgedAnswer]) -> None:
    ranges = stated_ranges(listed)
    assert sum(stated.right.n for stated in ranges) == len(listed)
    for violated in (True, False):
        mine = [stated for stated in ranges if stated.violated is violated]
        shares = [stated.right.value or 0.0 for stated in mine]
        assert shares == sorted(shares)
        assert all(before.upto <= after.above for before, after in zip(mine, mine[1:], strict=False))
        assert all(stated.upto in STEPS for stated in mine)
    for answer in listed:
        assert range_of(ranges, answer.violated, answer.confidence) is not None
