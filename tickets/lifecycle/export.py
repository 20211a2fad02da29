"""Export of life cycles: one row a ticket, with the columns of the Shanghai hotline, read as events."""

from collections.abc import Iterator, Mapping
from datetime import datetime, time, timedelta

from tickets.lifecycle.event import Kind, TicketEvent

COLUMNS = (
    "工单编号",
    "派单时间",
    "首派单位",
    "退单时间",
    "退单理由",
    "改派单位",
    "先行联系时间",
    "应办结时间",
    "办结时间",
    "承办认定解决",
    "市民认定解决",
    "回访日期",
    "回访结果",
    "二次回访结果",
)
NOT_REACHED = "未接通"
YES_NO = {"是": "yes", "否": "no"}
AFTER_RETURN = timedelta(seconds=1)
"""The export does not tell when a returned ticket went on; it went on after it came back."""


class UnreadableTimeError(ValueError):
    """A cell that is no time."""

    def __init__(self, column: str, value: str) -> None:
        super().__init__(column, value)
        self.column, self.value = column, value


def events_of(row: Mapping[str, str], filed_at: datetime | None, unit: str | None) -> Iterator[TicketEvent]:
    """The events of a row. ``unit``: that closed it, where another table tells. Raises `UnreadableTimeError`."""
    ticket_id = row["工单编号"]

    def event(kind: Kind, at: datetime, by: str | None = None, **detail: str) -> TicketEvent:
        return TicketEvent(ticket_id, kind, at, by, None, tuple(sorted(pair for pair in detail.items() if pair[1])))

    first, second = row["首派单位"] or None, row["改派单位"] or None
    if filed_at is not None:
        yield event("filed", filed_at)
    if (dispatched_at := _time(row, "派单时间")) is not None:
        due_at = _time(row, "应办结时间")
        yield event("dispatched", dispatched_at, first, due=due_at.isoformat() if due_at else "")
    if (returned_at := _time(row, "退单时间")) is not None:
        yield event("returned", returned_at, first, reason=row["退单理由"])
        if second is not None:
            yield event("dispatched", returned_at + AFTER_RETURN, second)
    if (contacted_at := _time(row, "先行联系时间")) is not None:
        yield event("contacted", contacted_at)
    if (closed_at := _time(row, "办结时间")) is not None:
        yield event("closed", closed_at, unit, solved=YES_NO.get(row["承办认定解决"], ""))
    if (asked_on := _time(row, "回访日期")) is not None:
        asked_at = datetime.combine(asked_on, time(23, 59))  # only the day is told; the ticket was closed by then
        solved = YES_NO.get(row["市民认定解决"], "")
        for kind, answer in (("called_back", row["回访结果"]), ("second_call_back", row["二次回访结果"])):
            if answer:
                reached = "no" if answer == NOT_REACHED else "yes"
                satisfied = "" if answer == NOT_REACHED else answer
                yield event(kind, asked_at, solved=solved, satisfied=satisfied, reached=reached)  # type: ignore[arg-type]


def _time(row: Mapping[str, str], column: str) -> datetime | None:
    try:
        return datetime.fromisoformat(row[column]) if row[column] else None
    except ValueError as error:
        raise UnreadableTimeError(column, row[column]) from error
