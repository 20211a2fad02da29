"""The reviews of an agent's calls, as whoever looks may read them."""

from collections.abc import Sequence

from callqa.records import Review
from services.privacy.mask import mask_review
from store import Connection
from store.calls import read
from store.calls.call_list import ListedCall
from store.people import calibration, reviews
from web.access.request_context import RequestContext
from web.access.roles import Permission


def last_reviews(context: RequestContext, c: Connection, calls: Sequence[ListedCall], most: int) -> list[Review]:
    """The newest first. Masked for people who need not know whose calls they are; nothing of a calibration's calls."""
    if not context.may(Permission.CALLS):
        return []
    hidden = calibration.open_calls(c)
    last = reviews.about(c, [call.call_pk for call in calls if call.call_id not in hidden], most)
    if context.may(Permission.PERSONAL):
        return last
    tickets = {row.call.call_id: row.call.ticket for review in last if (row := read.call_row(c, review.call_id))}
    return [mask_review(review, tickets[review.call_id]) for review in last]
