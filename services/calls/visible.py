"""A call as one person may see it: whole, or without what tells whose call it is."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from asr.bleep import Bleep
from callqa.personal import Personal, PersonalSpan
from callqa.records import ItemTrust
from callqa.scores import ItemStatus
from callqa.summary import Summary
from callqa.types import Opinion, Ticket
from services.calls.call_file import CallFile, Line, lines, read_call
from services.calls.ticket import Doubt, TicketField, ticket_fields, value_of
from services.context import RubricContext
from services.judge.second_opinion import opinions_on
from services.listening.stretches import Stretch, stretches
from services.privacy.bleep import bleeps_of
from services.privacy.mask import (
    mask_conversation,
    mask_finding,
    mask_quote,
    mask_review,
    mask_summary,
    mask_text,
    mask_ticket,
)
from services.privacy.personal import personal_of
from services.summary.summaries import summary_of
from store import Connection
from store.calls import read, trust
from store.people.appeals import StoredAppeal


@dataclass(frozen=True, slots=True)
class ShownCall:
    """What a page about a call is made of."""

    file: CallFile
    lines: tuple[Line, ...]
    ticket: tuple[TicketField, ...]
    summary: Summary
    opinions: Mapping[str, Opinion]
    """A language model's on findings that are unsure, by the id of the check; empty for whoever does not review."""
    stretches: tuple[Stretch, ...]
    trusts: Mapping[str, ItemTrust]
    """How far the machine's word on an item can be relied on, by its id; without items that were never measured."""
    discreet: bool
    """What tells whose call it is, is masked."""

    def opinion_on(self, line: Line) -> Opinion | None:
        """A language model's, while an item waits for a person because its finding is unsure."""
        waits = line.counts.status is ItemStatus.NEEDS_REVIEW and line.finding is not None
        return self.opinions.get(line.finding.check_id) if waits and line.finding else None


def shown_call(
    context: RubricContext, c: Connection, row: read.CallRow, *, discreet: bool, opinions: bool = False
) -> ShownCall:
    """``discreet``: names, numbers and addresses are masked wherever they stand. ``opinions``: those of a language
    model are for this person, too."""
    file = read_call(context, c, row)
    conversation = file.conversation
    fields = ticket_fields(conversation, tuple(lines(context, file)), context.checks) if conversation else ()
    summary = summary_of(context, c, row.call_pk, row.call, conversation)
    given = (
        opinions_on(context, c, row.call_pk, conversation, file.findings.values()) if opinions and conversation else {}
    )
    if discreet:
        personal = personal_of(context, c, row.call_pk, conversation) if conversation else None
        summary = mask_summary(summary, row.call.ticket, personal)
        fields = _mask_fields(fields, row.call.ticket, personal)
        given = {check_id: _mask_opinion(opinion, row.call.ticket, personal) for check_id, opinion in given.items()}
        file = _mask_file(file, personal)
    return ShownCall(
        file,
        lines=tuple(lines(context, file)),
        ticket=fields,
        summary=summary,
        opinions=given,
        stretches=stretches(conversation, context.checks.values()) if conversation else (),
        trusts=trust.trusts(c, context.rubric.key),
        discreet=discreet,
    )


def bleeps_in(context: RubricContext, c: Connection, row: read.CallRow) -> tuple[Bleep, ...] | None:
    """Where what is personal can be heard; ``None`` where nobody can tell, for want of a transcript or its words."""
    stored = next(read.conversations(c, [row.call_pk], context.keys.engine_key, context.zone), None)
    if stored is None:
        return None
    return bleeps_of(stored.conversation, personal_of(context, c, row.call_pk, stored.conversation).spans)


def _mask_file(file: CallFile, personal: Personal | None) -> CallFile:
    """``personal`` is ``None`` where there is no conversation."""
    ticket = file.row.call.ticket
    spans, in_ticket = (personal.spans, personal.ticket) if personal else ((), None)
    call = replace(file.row.call, ticket=mask_ticket(ticket, in_ticket) if ticket else None)
    return replace(
        file,
        row=file.row._replace(call=call),
        conversation=mask_conversation(file.conversation, spans, in_ticket) if file.conversation else None,
        findings={check_id: mask_finding(finding, spans) for check_id, finding in file.findings.items()},
        reviews=tuple(mask_review(review, ticket) for review in file.reviews),
        appeals=tuple((_mask_appeal(appeal, ticket), state) for appeal, state in file.appeals),
    )


def _mask_appeal(stored: StoredAppeal, ticket: Ticket | None) -> StoredAppeal:
    appeal = replace(stored.appeal, reason=mask_text(stored.appeal.reason, ticket))
    steps = tuple(replace(step, reason=mask_text(step.reason, ticket)) for step in stored.steps)
    return stored._replace(appeal=appeal, steps=steps)


def _mask_fields(
    fields: Sequence[TicketField], ticket: Ticket | None, personal: Personal | None
) -> tuple[TicketField, ...]:
    """There are fields only where there is a ticket and a conversation."""
    if ticket is None or personal is None:
        return ()
    masked = mask_ticket(ticket, personal.ticket)
    return tuple(
        replace(
            field,
            value=value_of(masked, field.name),
            doubts=tuple(_mask_doubt(doubt, personal.spans) for doubt in field.doubts),
        )
        for field in fields
    )


def _mask_opinion(opinion: Opinion, ticket: Ticket | None, personal: Personal | None) -> Opinion:
    spans = personal.spans if personal else ()
    evidence = tuple(mask_quote(place, spans) for place in opinion.evidence)
    return replace(opinion, reason=mask_text(opinion.reason, ticket), evidence=evidence)


def _mask_doubt(doubt: Doubt, spans: Sequence[PersonalSpan]) -> Doubt:
    return replace(doubt, evidence=tuple(mask_quote(place, spans) for place in doubt.evidence))
