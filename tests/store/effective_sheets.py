"""Reviews stored together with the sheets that count because of them, which are made up."""

from collections.abc import Callable, Iterable

from callqa.records import Review
from callqa.scores import CallScore
from store import Connection
from store.people import reviews

Resheet = Callable[[reviews.MachineSheet], CallScore | None]
"""The sheet with people's words on it; ``None``: it cannot be told."""


def put_reviewed(c: Connection, review: Review, resheet: Resheet) -> bool:
    """Whether the review is new."""
    pk = reviews.put_review(c, review)
    if pk is not None and review.purpose != "calibration":
        write_effective(c, [pk], resheet)
    return pk is not None


def write_effective(c: Connection, call_pks: Iterable[int], resheet: Resheet) -> None:
    sheets = list(reviews.reviewed_sheets(c, call_pks))
    scores = ((sheet, resheet(sheet)) for sheet in sheets)
    reviews.put_effective(
        c, [reviews.EffectiveSheet(sheet.score_id, sheet.last_review_id, score) for sheet, score in scores if score]
    )
