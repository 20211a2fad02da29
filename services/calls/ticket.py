"""The ticket of a call beside what was said: its fields, and which of them the checks found wrong."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from callqa.types import Conversation, Evidence, Finding, Ticket, Verdict
from services.calls.call_file import Line

if TYPE_CHECKING:
    from qa_models import Check

TITLES = {
    "request_type": "诉求类型",
    "category": "分类",
    "contact_name": "联系人",
    "contact_phone": "联系电话",
    "event_time": "事发时间",
    "location": "诉求地址",
    "district": "诉求区域",
    "summary": "内容描述",
    "appeal": "诉求",
}
"""In the order people read a ticket."""
FIELD_OF_KIND = {"request_type": "request_type", "category": "category"}
"""Kinds of check that look at one field only."""
WRONG = (Verdict.VIOLATED, Verdict.UNSURE)


@dataclass(frozen=True, slots=True)
class Doubt:
    """Why a field may be wrong, and where in the call it can be heard."""

    item_id: str
    """The item of the sheet that it belongs to."""
    reason: str
    """A slug of `callqa.reasons`."""
    sure: bool
    evidence: tuple[Evidence, ...]


@dataclass(frozen=True, slots=True)
class TicketField:
    name: str
    """As in `Ticket`."""
    title: str
    value: str
    doubts: tuple[Doubt, ...]


def ticket_fields(
    conversation: Conversation, lines: Sequence[Line], checks: Mapping[str, "Check"]
) -> tuple[TicketField, ...]:
    """The fields that are filled, and empty ones that should not be; none for a call without a ticket.

    What a person judged otherwise is no doubt any more.
    """
    ticket = conversation.call.ticket
    if ticket is None:
        return ()
    doubts = [doubt for line in lines if _stands(line) for doubt in _doubts(conversation, line, checks)]
    fields = (
        TicketField(name, title, value_of(ticket, name), tuple(doubt for field, doubt in doubts if field == name))
        for name, title in TITLES.items()
    )
    return tuple(field for field in fields if field.value or field.doubts)


def value_of(ticket: Ticket, name: str) -> str:
    return " › ".join(ticket.category) if name == "category" else str(getattr(ticket, name)).strip()


def _stands(line: Line) -> bool:
    """Whether a person has not said that nothing is wrong."""
    return not line.counts.by_person or line.counts.verdict in WRONG


def _doubts(conversation: Conversation, line: Line, checks: Mapping[str, "Check"]) -> Iterator[tuple[str, Doubt]]:
    """(field, doubt) of the finding behind a line, from its details; a finding that was stored without details is
    looked into now."""
    finding = line.finding
    if finding is None or finding.verdict not in WRONG or finding.check_id not in checks:
        return
    check = checks[finding.check_id]
    if check.kind.name in FIELD_OF_KIND:
        yield FIELD_OF_KIND[check.kind.name], _doubt(line, finding)
    elif details := finding.details or check.details(conversation, finding.verdict):
        for mismatch in details.fields:
            yield mismatch.field, Doubt(line.item.id, mismatch.reason, mismatch.sure, mismatch.evidence)


def _doubt(line: Line, finding: Finding) -> Doubt:
    return Doubt(line.item.id, finding.reason, finding.verdict is Verdict.VIOLATED, finding.evidence)
