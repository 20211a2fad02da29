"""People who judge synthetic calls: as the machine did, or otherwise."""

from collections.abc import Callable, Iterable
from datetime import UTC, datetime

from callqa.records import CalibrationSession
from callqa.types import VERDICT_OF, Verdict
from services.context import RubricContext
from services.review.reviews import new_review
from store.calls import read
from store.people import calibration, reviews

OTHER = {Verdict.MET: Verdict.VIOLATED, Verdict.VIOLATED: Verdict.MET, Verdict.NOT_APPLICABLE: Verdict.MET}
NOW = datetime(2026, 11, 23, 3, tzinfo=UTC)

Judgement = Callable[[int, Verdict], Verdict]
"""What a person says of the n-th call, given what the machine says."""


def machine_says(context: RubricContext, item_id: str) -> dict[str, Verdict]:
    """The machine's verdict on an item of each call in which it decided it, in the order of calls."""
    index = list(context.rubric.titles).index(item_id)
    with context.store.read() as c:
        rows = sorted(read.scores(c, context.keys), key=lambda row: row.call_id)
    verdicts = {row.call_id: VERDICT_OF[row.verdicts[index].upper()] for row in rows}
    return {call_id: verdict for call_id, verdict in verdicts.items() if verdict in OTHER}


def open_session(
    context: RubricContext, name: str, calls: Iterable[str], items: Iterable[str], drawn: bool = True
) -> None:
    session = CalibrationSession(name, tuple(calls), ("甲", "乙"), tuple(items), 60 if drawn else None, "主管", NOW)
    with context.store.write() as c:
        calibration.open_session(c, session)


def answer(context: RubricContext, name: str, author: str, call_id: str, item_id: str, verdict: Verdict) -> None:
    review = new_review(call_id, item_id, "override", author, verdict=verdict, purpose="calibration", session=name)
    with context.store.write() as c:
        reviews.put_review(c, review)


def calibrate(context: RubricContext, name: str, item_id: str, judge: Judgement, drawn: bool = True) -> None:
    """A closed session over all calls in which the machine decided the item; both reviewers say what ``judge`` says."""
    verdicts = machine_says(context, item_id)
    open_session(context, name, verdicts, [item_id], drawn)
    with context.store.write() as c:
        for n, (call_id, verdict) in enumerate(verdicts.items()):
            for author in ("甲", "乙"):
                review = new_review(
                    call_id,
                    item_id,
                    "override",
                    author,
                    verdict=judge(n, verdict),
                    purpose="calibration",
                    session=name,
                )
                reviews.put_review(c, review)
        calibration.close_session(c, name, "主管", NOW)
