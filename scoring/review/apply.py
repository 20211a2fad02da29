"""People's verdicts put over the machine's verdict string."""

from collections.abc import Iterable

from callqa.records import Review
from callqa.types import LETTERS
from scoring.rubric import Rubric

MOST_POINTS = 100.0
"""What manual items together may add or take away: the whole scale."""


def apply_reviews(verdict_string: str, reviews: Iterable[Review], rubric: Rubric) -> tuple[str, float]:
    """The verdict string with people's verdicts in it, and the sum of the manual items' points.

    Of several reviews of an item the last one counts. A verdict on an appeal counts more than any ordinary review,
    whenever that was made. Reviews of items the rubric has not, and answers of a calibration, change nothing. Applying
    reviews twice, or the same ones in another order, gives the same. ``verdict_string`` has one letter an item.
    """
    standing = {review.item_id: review for review in standing_reviews(reviews)}
    judged = "".join(
        LETTERS[review.verdict].lower() if (review := standing.get(item.id)) and review.verdict else letter
        for item, letter in zip(rubric.items, verdict_string, strict=True)
    )
    points = sum(review.points for _, review in sorted(standing.items()) if review.action == "manual" and review.points)
    return judged, min(max(points, -MOST_POINTS), MOST_POINTS)


def standing_reviews(reviews: Iterable[Review]) -> list[Review]:
    """The review that counts for each item, in the order of time; items whose reviews were all taken back have none.

    A person has one ordinary review of an item, the last; ``withdraw`` takes it back, and an earlier one of somebody
    else counts again.
    """
    last_by_author: dict[tuple[str, bool, str], Review] = {}
    for review in in_order(reviews):
        if review.purpose != "calibration":
            last_by_author[review.item_id, review.purpose == "appeal", review.author] = review
    standing: dict[str, Review] = {}
    for review in sorted(last_by_author.values(), key=_weight):
        if review.action != "withdraw":
            standing[review.item_id] = review
    return in_order(standing.values())


def in_order(reviews: Iterable[Review]) -> list[Review]:
    """In the order of time; the key decides between reviews of the same moment."""
    return sorted(reviews, key=lambda review: (review.at, review.review_key))


def _weight(review: Review) -> tuple[bool, object, str]:
    return review.purpose == "appeal", review.at, review.review_key
