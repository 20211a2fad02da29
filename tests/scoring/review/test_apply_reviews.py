"""People's reviews over the machine's verdict string: a table of cases, and properties for any reviews."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from small_rubric import RUBRIC

from callqa.records import Action, Purpose, Review
from callqa.types import Verdict
from scoring import score_sheet
from scoring.review.apply import apply_reviews, standing_reviews

NAMES = ("opening", "closing", "attitude")
START = datetime(2026, 11, 2, 9, tzinfo=UTC)


def review(
    minute: int,
    action: Action,
    verdict: Verdict | None = None,
    item: str = "opening",
    author: str = "王丽",
    purpose: Purpose = "review",
    points: float | None = None,
) -> Review:
    at = START + timedelta(minutes=minute)
    return Review(f"{minute}{author}{item}", "c1", item, action, author, at, verdict, points, purpose=purpose)


def over(minute: int, verdict: Verdict, **facts: str) -> Review:
    return review(minute, "override", verdict, **facts)  # type: ignore[arg-type]


MET, VIOLATED, NA = Verdict.MET, Verdict.VIOLATED, Verdict.NOT_APPLICABLE


@pytest.mark.parametrize(
    ("reviews", "verdict_string"),
    [
        pytest.param([], "VMM", id="nobody spoke"),
        pytest.param([review(1, "confirm", VIOLATED)], "vMM", id="confirmed"),
        pytest.param([over(1, MET)], "mMM", id="overridden"),
        pytest.param([over(1, MET), over(2, NA, author="李明")], "nMM", id="the last review counts"),
        pytest.param([over(2, MET), over(1, NA, author="李明")], "mMM", id="by time, not by the order they come in"),
        pytest.param([over(1, MET), review(2, "withdraw")], "VMM", id="taken back"),
        pytest.param([over(1, NA), over(2, MET), review(3, "withdraw")], "VMM", id="a person has one review of it"),
        pytest.param([over(1, NA), over(2, MET, author="李明"), review(3, "withdraw", author="李明")], "nMM",
                     id="the review before counts again"),
        pytest.param([over(1, MET), review(2, "withdraw", author="李明")], "mMM", id="nobody takes back another's"),
        pytest.param([over(1, MET), review(2, "withdraw"), over(3, NA)], "nMM", id="and spoken again"),
        pytest.param([over(1, MET, purpose="calibration")], "VMM", id="a calibration never counts"),
        pytest.param([over(1, VIOLATED), over(2, MET, purpose="appeal", author="张主管")], "mMM", id="an appeal"),
        pytest.param([over(1, MET, purpose="appeal", author="张主管"), over(2, VIOLATED)], "mMM", id="is final"),
        pytest.param([over(1, MET, purpose="appeal"), review(2, "withdraw")], "mMM", id="and is not taken back"),
        pytest.param([over(1, MET, item="of_another_rubric")], "VMM", id="an item that this rubric has not"),
        pytest.param([over(1, VIOLATED, item="attitude"), over(2, MET)], "mMv", id="each item by itself"),
    ],
)  # fmt: skip
def test_the_review_that_counts(reviews: list[Review], verdict_string: str) -> None:
    assert apply_reviews("VMM", reviews, RUBRIC) == (verdict_string, 0)


def test_words_on_unknown_items_are_kept() -> None:
    assert [review.item_id for review in standing_reviews([over(1, MET, item="gone")])] == ["gone"]


def test_manual_items_are_added_up() -> None:
    reviews = [
        review(1, "manual", item="主动安抚", points=5),
        review(2, "manual", item="主动安抚", author="李明", points=3),
        review(3, "manual", item="方言服务", points=2.5),
        review(4, "manual", item="错字", points=-1),
        review(5, "manual", item="撤回", points=50),
        review(6, "withdraw", item="撤回"),
    ]
    assert apply_reviews("VMM", reviews, RUBRIC) == ("VMM", 4.5)


def test_manual_points_stay_within_the_scale() -> None:
    reviews = [review(n, "manual", item=str(n), points=-60) for n in range(3)]
    verdict_string, points = apply_reviews("MMM", reviews, RUBRIC)
    assert points == -100
    assert score_sheet("c1", verdict_string, RUBRIC, manual_points=points).total == 0


def test_a_confirmed_fatal_item_takes_the_whole_score() -> None:
    machine = score_sheet("c1", "MMV", RUBRIC)
    assert (machine.total, machine.needs_review) == (100, True)
    verdict_string, _ = apply_reviews("MMV", [review(1, "confirm", VIOLATED, item="attitude")], RUBRIC)
    confirmed = score_sheet("c1", verdict_string, RUBRIC)
    assert (confirmed.total, confirmed.needs_review) == (0, False)


actions = st.sampled_from(["confirm", "override", "manual", "withdraw"])
some_words = st.lists(
    st.builds(
        lambda minute, action, verdict, item, author, purpose, points: review(
            minute,
            action,
            verdict if action in ("confirm", "override") else None,
            item if action != "manual" else "extra",
            author,
            purpose,
            points if action == "manual" else None,
        ),
        st.integers(0, 5),
        actions,
        st.sampled_from([MET, VIOLATED, NA]),
        st.sampled_from((*NAMES, "elsewhere")),
        st.sampled_from(["王丽", "李明"]),
        st.sampled_from(["review", "appeal", "calibration"]),
        st.floats(-200, 200),
    ),
    max_size=12,
).map(lambda reviews: [replace(review, review_key=str(n)) for n, review in enumerate(reviews)])
some_letters = st.text("MVNUE", min_size=3, max_size=3)


@given(some_letters, some_words)
def test_reviews_applied_twice_change_nothing(verdict_string: str, reviews: list[Review]) -> None:
    once, points = apply_reviews(verdict_string, reviews, RUBRIC)
    assert apply_reviews(once, reviews, RUBRIC) == (once, points)
    assert apply_reviews(verdict_string, reviews + reviews, RUBRIC) == (once, points)
    assert apply_reviews(verdict_string, standing_reviews(reviews), RUBRIC) == (once, points)


@given(some_letters, some_words, st.randoms(use_true_random=False))
def test_the_order_they_come_in_does_not_matter(verdict_string: str, reviews: list[Review], random: object) -> None:
    shuffled = list(reviews)
    random.shuffle(shuffled)  # type: ignore[attr-defined]
    assert apply_reviews(verdict_string, shuffled, RUBRIC) == apply_reviews(verdict_string, reviews, RUBRIC)


@given(some_letters, some_words)
def test_only_items_somebody_spoke_of_change(verdict_string: str, reviews: list[Review]) -> None:
    judged, points = apply_reviews(verdict_string, reviews, RUBRIC)
    spoken = {review.item_id for review in reviews if review.purpose != "calibration"}
    for name, before, after in zip(NAMES, verdict_string, judged, strict=True):
        assert after == before or (name in spoken and after.islower())
    assert -100 <= points <= 100
