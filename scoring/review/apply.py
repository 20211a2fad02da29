"""People's verdicts put over the machine's verdict string."""

from collections.abc import Iterable

from callqa.records import Review
from callqa.types import LETTERS
from scoring.rubric import Rubric

MOST_POINTS = 100.0
"""What manual items together may add or take away: the whole scale."""


def apply_reviews(verdict_string: str, reviews: Iterable[Review], rubric: Rubric) -> tuple[str, float]:
    """The verdict string with people's verdicts in it, and the sum of the manual items' points.

    Of several words on an item the last one counts. A verdict on an appeal counts more than any ordinary word,
    whenever that was said. Words on items the rubric has not, and answers of a calibration, change nothing. Applying
    reviews twice, or the same ones in another order, gives the same. ``verdict_string`` has one letter an item.
    """
    words = {review.item_id: review for review in standing_words(reviews)}
    judged = "".join(
        LETTERS[word.verdict].lower() if (word := words.get(item.id)) and word.verdict else letter
        for item, letter in zip(rubric.items, verdict_string, strict=True)
    )
    points = sum(word.points for _, word in sorted(words.items()) if word.action == "manual" and word.points)
    return judged, min(max(points, -MOST_POINTS), MOST_POINTS)


def standing_words(reviews: Iterable[Review]) -> list[Review]:
    """The word that counts on each item, in the order they were said; items whose words were all taken back have none.

    A person has one ordinary word on an item, the last; ``withdraw`` takes it back, and an earlier word of somebody
    else counts again.
    """
    own: dict[tuple[str, bool, str], Review] = {}
    for review in in_order(reviews):
        if review.purpose != "calibration":
            own[review.item_id, review.purpose == "appeal", review.author] = review
    standing: dict[str, Review] = {}
    for review in sorted(own.values(), key=_weight):
        if review.action != "withdraw":
            standing[review.item_id] = review
    return in_order(standing.values())


def in_order(reviews: Iterable[Review]) -> list[Review]:
    """As they were said; the key decides between words of the same moment."""
    return sorted(reviews, key=lambda review: (review.at, review.review_key))


def _weight(review: Review) -> tuple[bool, object, str]:
    return review.purpose == "appeal", review.at, review.review_key
