"""Query of a list of calls: which of them, by whom, in which order."""

from dataclasses import dataclass
from datetime import tzinfo
from typing import NamedTuple

from callqa.call_filter import CallFilter, Sort
from callqa.visibility import EVERYTHING, Visibility


class Order(NamedTuple):
    columns: tuple[str, ...]
    """Of the call list; the last one tells any two calls apart."""
    down: bool


ORDERS: dict[Sort, Order] = {
    "newest": Order(("started_at", "call_id"), True),
    "oldest": Order(("started_at", "call_id"), False),
    "lowest": Order(("total", "started_at", "call_id"), False),
    "highest": Order(("total", "started_at", "call_id"), True),
}
"""Calls without a total have no place in an order of totals."""


@dataclass(frozen=True, slots=True)
class CallQuery:
    """One question. The days of the filter begin and end in ``zone``, where the hotline is."""

    zone: tzinfo
    filter: CallFilter = CallFilter()
    visibility: Visibility = EVERYTHING
    sort: Sort = "newest"

    @property
    def order(self) -> Order:
        return ORDERS[self.sort]

    @property
    def by_total(self) -> bool:
        return "total" in self.order.columns

    @property
    def by_verdict(self) -> bool:
        """What is asked tells what the machine or people think of a call that is found."""
        asked = self.filter
        bounds = asked.low is not None or asked.high is not None
        marks = asked.failed or asked.undecided or asked.review or asked.fatal or asked.appeal
        return self.by_total or bounds or bool(marks)
