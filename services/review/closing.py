"""Calls that a supervisor closes: nobody will hear them, so what is open on them is not assessed, and costs nothing."""

from collections.abc import Iterable
from dataclasses import dataclass

from callqa.errors import StoreError
from callqa.types import Verdict
from scoring.review.queue import items_to_decide
from services.appeals.states import open_appeals
from services.context import RubricContext, RubricSet
from services.review.reviews import new_review, review_whole
from store.calls import read


@dataclass(frozen=True, slots=True)
class Closed:
    """What became of the calls that were to be closed."""

    calls: tuple[str, ...]
    kept: tuple[str, ...]
    """A missed emergency, a possible fatal fault or an appeal has to be decided, a sample drew it for people to hear as
    a whole, or it is the closer's own."""


def close_calls(rubric_set: RubricSet, call_ids: Iterable[str], author: str, reason: str) -> Closed:
    """Says of the open items of each call that they are not assessed. Each may be judged later nevertheless."""
    names = list(dict.fromkeys(call_ids))
    closed = [call_id for call_id in names if any(_close(context, call_id, author, reason) for context in rubric_set)]
    return Closed(tuple(closed), tuple(call_id for call_id in names if call_id not in closed))


def _close(context: RubricContext, call_id: str, author: str, reason: str) -> bool:
    with context.store.read() as c:
        stored = read.score_of(c, call_id, context.keys)
        appealed = bool(open_appeals(c, call_id).get(call_id))
    if stored is None or appealed:
        return False
    to_decide = items_to_decide(context.sheet(stored))
    items = (*to_decide["suggested"], *to_decide["undecided"])
    if to_decide["emergency"] or to_decide["fatal"] or not items:
        return False
    verdicts = [
        new_review(call_id, item, "override", author, verdict=Verdict.NOT_ASSESSED, reason=reason) for item in items
    ]
    try:
        review_whole(context, verdicts)
    except StoreError:  # the closer's own call, or one that an appeal has decided meanwhile
        return False
    return True
