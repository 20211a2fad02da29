"""Calls as they are shown to who need not know whose they are: what is personal becomes asterisks.

A masked text is as long as the text was, so evidence points at the same place of both, and quotes are masked as the
turn is. Masking what is masked changes nothing.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import replace

from callqa.number_rules import HALF_WIDTH
from callqa.personal import MASK, Personal, PersonalSpan, TicketSpan, masked
from callqa.records import Review
from callqa.summary import Summary, SummaryPart
from callqa.types import Conversation, Evidence, Finding, Ticket, Turn, Word
from callqa.words import word_spans

ADDRESS = "［地址］"
PHONE = re.compile(r"(?<![*0-9])[0-9](?:[\s.·\-‐-―]*+[0-9])*+(?!\*)")
"""All digits of a ticket's number, in groups; what the exporter hid already stays as it is.

A stroke does not join them here, for in this field it mostly stands between two numbers; each is hidden either way.
"""
SHOWN_FIRST, SHOWN_LAST, WHOLE = 3, 4, 11  # digits of a mobile number that may be shown: 138****5678


def mask_conversation(
    conversation: Conversation, spans: Iterable[PersonalSpan], ticket_spans: Iterable[TicketSpan] | None = None
) -> Conversation:
    """What was said, and the ticket (`mask_ticket`)."""
    by_turn: dict[int, list[tuple[int, int]]] = {}
    for span in spans:
        by_turn.setdefault(span.turn_index, []).append((span.char_start, span.char_end))
    turns = tuple(_mask_turn(turn, by_turn.get(turn.index, ())) for turn in conversation.turns)
    ticket = conversation.call.ticket
    return Conversation(
        replace(conversation.call, ticket=mask_ticket(ticket, ticket_spans) if ticket else None),
        replace(conversation.transcript, turns=turns),
    )


def mask_ticket(ticket: Ticket, spans: Iterable[TicketSpan] | None = None) -> Ticket:
    """王女士 becomes *女士, 13812345678 becomes 138****5678; of the place only town and street office are left.

    ``spans``: what is personal in its texts; ``None``: nobody looked yet.
    """
    if spans is None:
        spans = _ticket_spans(ticket)
    stretches: dict[str, list[tuple[int, int]]] = {}
    for span in spans:
        stretches.setdefault(span.field, []).append((span.char_start, span.char_end))

    def mask(field: str) -> str:
        return masked(getattr(ticket, field), stretches.get(field, ()))

    return replace(
        ticket,
        contact_name=mask("contact_name"),
        contact_phone=mask_phone(ticket.contact_phone),
        location=_mask_location(ticket.location, stretches.get("location", ())),
        summary=mask("summary"),
        appeal=mask("appeal"),
        event_time=mask("event_time"),
    )


def _mask_location(location: str, stretches: Sequence[tuple[int, int]]) -> str:
    """A word stands for all that is hidden, so that nobody counts its characters."""
    return location[: stretches[0][0]] + ADDRESS if stretches else location


def mask_phone(numbers: str) -> str:
    """
    >>> mask_phone("138-1234-5678"), mask_phone("１３８．１２３４．５６７８"), mask_phone("62345678转801")
    ('138****5678', '138****5678', '********转***')
    """
    return PHONE.sub(lambda match: _mask_digits(re.sub(r"\D", "", match[0])), numbers.translate(HALF_WIDTH))


def mask_text(text: str, ticket: Ticket | None) -> str:
    """What somebody wrote about a call, such as a note."""
    if not text.strip():
        return text
    from qa_models.personal.spans import personal_in  # nobody looked before: it was written after the checks

    return masked(text, personal_in(text, ticket or Ticket()))


def mask_review(review: Review, ticket: Ticket | None) -> Review:
    """What somebody said of a call's sheet."""
    return replace(review, reason=mask_text(review.reason, ticket), title=mask_text(review.title, ticket))


def mask_finding(finding: Finding, spans: Sequence[PersonalSpan]) -> Finding:
    """A finding with its quotes masked as the turns are, those in its details, too."""
    fields = finding.details.fields if finding.details else ()
    masked_fields = tuple(replace(field, evidence=_mask_quotes(field.evidence, spans)) for field in fields)
    return replace(
        finding,
        evidence=_mask_quotes(finding.evidence, spans),
        details=replace(finding.details, fields=masked_fields, personal=None) if finding.details else None,
    )


def _mask_quotes(places: Iterable[Evidence], spans: Sequence[PersonalSpan]) -> tuple[Evidence, ...]:
    return tuple(mask_quote(place, spans) for place in places)


def mask_quote(place: Evidence, spans: Iterable[PersonalSpan]) -> Evidence:
    """The evidence with what is personal in its quote masked."""
    turn_spans = [span for span in spans if span.turn_index == place.turn_index]
    inside = [(span.char_start - place.char_start, span.char_end - place.char_start) for span in turn_spans]
    return replace(place, quote=masked(place.quote, inside))


def mask_summary(summary: Summary, ticket: Ticket | None, personal: Personal | None) -> Summary:
    """A summary with its words masked as their sources are. ``personal``: of the call; ``None``: nobody looked yet."""

    def mask(parts: Iterable[SummaryPart]) -> tuple[SummaryPart, ...]:
        return tuple(_mask_part(part, ticket or Ticket(), personal) for part in parts)

    return Summary(mask(summary.wanted), mask(summary.outcome))


def _mask_part(part: SummaryPart, ticket: Ticket, personal: Personal | None) -> SummaryPart:
    if part.field in ("request_type", "category"):
        return part
    if part.by_model and part.evidence:  # it read masked words
        place = mask_quote(part.evidence, personal.spans) if personal else _mask_unknown(part.evidence, ticket)
        return replace(part, words=mask_text(part.words, ticket), evidence=place)
    if part.field == "location":
        stretches = [
            (span.char_start, span.char_end)
            for span in (personal.ticket if personal else _ticket_spans(ticket))
            if span.field == "location"
        ]
        return replace(part, words=_mask_location(ticket.location, stretches).strip())
    if personal is None:
        return replace(part, words=mask_text(part.words, ticket), evidence=_mask_unknown(part.evidence, ticket))
    if part.evidence is None:
        inside = [
            (span.char_start - part.char_start, span.char_end - part.char_start)
            for span in personal.ticket
            if span.field == part.field
        ]
        return replace(part, words=masked(part.words, inside))
    place = mask_quote(part.evidence, personal.spans)
    hidden = [
        i for i, (before, after) in enumerate(zip(part.evidence.quote, place.quote, strict=True)) if before != after
    ]
    verbatim = part.words.startswith(part.evidence.quote)
    places = [(i, i + 1) for i in hidden] if verbatim else [(0, len(part.words))] if hidden else []
    return replace(part, words=masked(part.words, places), evidence=place)


def _mask_unknown(place: Evidence | None, ticket: Ticket) -> Evidence | None:
    return replace(place, quote=mask_text(place.quote, ticket)) if place else None


def _ticket_spans(ticket: Ticket) -> Iterable[TicketSpan]:
    from qa_models.personal.ticket import ticket_spans

    return ticket_spans(ticket)


def _mask_digits(digits: str) -> str:
    if len(digits) < WHOLE:
        return MASK * len(digits)
    hidden = len(digits) - SHOWN_FIRST - SHOWN_LAST
    return digits[:SHOWN_FIRST] + MASK * hidden + digits[-SHOWN_LAST:]


def _mask_turn(turn: Turn, stretches: Sequence[tuple[int, int]]) -> Turn:
    """What the engine wrote before it was mended is left out: it is another text, in which nobody looked."""
    if not stretches:
        return replace(turn, rewritten_from=None)
    text = masked(turn.text, stretches)
    return replace(turn, text=text, rewritten_from=None, words=_words(turn, text))


def _words(turn: Turn, text: str) -> tuple[Word, ...]:
    """The words of the masked text; those that the text does not hold are masked whole."""
    placed = {id(word): text[start:end] for word, start, end in word_spans(turn)}
    return tuple(
        replace(word, text=word.text.replace(word.text.strip(), placed[id(word)]))
        if id(word) in placed
        else replace(word, text=masked(word.text, [(0, len(word.text))]))
        for word in turn.words
    )
