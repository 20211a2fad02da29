"""Ticket facts compared with those of the call: telephone, name, place, time, figures, what is asked for."""

from collections.abc import Iterator, Sequence
from dataclasses import replace

from callqa.types import Conversation, Details, Evidence, FieldMismatch, Ticket, Turn, Verdict
from qa_models.check import Draft, Params, check, precluded
from qa_models.evidence import clauses, in_sentence
from qa_models.facts.amounts import compare_figures, compare_plates
from qa_models.facts.appeals import compare_appeal, missing_appeal
from qa_models.facts.figures import said_figures
from qa_models.facts.names import compare_name
from qa_models.facts.phones import compare_phone
from qa_models.facts.places import compare_places
from qa_models.facts.times import compare_time


class TicketFactsParams(Params):
    may_be_empty: tuple[str, ...] = ()
    """Request types whose tickets need no appeal and no telephone number."""


def ticket_details(conversation: Conversation, params: TicketFactsParams) -> Details:
    """The fields that the call contradicts; also where the check declines to judge them."""
    ticket = conversation.call.ticket
    return Details(tuple(mismatches(conversation, ticket, params)) if ticket else ())


@check("ticket_facts", version=6, needs="speech", details=ticket_details)
def check_ticket_facts(conversation: Conversation, params: TicketFactsParams) -> Draft:
    ticket = conversation.call.ticket
    if ticket is None:
        return Draft(Verdict.NOT_APPLICABLE, "no_ticket")
    # Facts can be compared without knowing who said them, but not with half of the call unheard.
    if (lacking := precluded(conversation, "both")) and lacking.reason != "roles_unknown":
        return lacking
    differing = list(mismatches(conversation, ticket, params))
    sure = [mismatch for mismatch in differing if mismatch.sure]
    evidence = tuple(dict.fromkeys(e for mismatch in sure or differing for e in mismatch.evidence))
    fields = float(len({mismatch.field for mismatch in sure}))
    if sure:
        missing = all(mismatch.reason.endswith("_missing") for mismatch in sure)
        return Draft(Verdict.VIOLATED, sure[0].reason, evidence, fields, absence=not missing)
    if differing:
        return Draft(Verdict.UNSURE, "facts_doubtful", evidence, fields)
    return Draft(Verdict.MET, "facts_agree", value=fields)


def mismatches(conversation: Conversation, ticket: Ticket, params: TicketFactsParams) -> Iterator[FieldMismatch]:
    """Field by field, the weightiest first; what was said is quoted so that it can be understood."""
    for mismatch in _compared(conversation, ticket, params):
        in_context = clauses if mismatch.reason.startswith("appeal_") else _in_context  # a wish is understood by itself
        yield replace(mismatch, evidence=tuple(dict.fromkeys(in_context(mismatch.evidence, conversation.turns))))


def _in_context(places: Sequence[Evidence], turns: Sequence[Turn]) -> Iterator[Evidence]:
    """Each place in its clause; where it is much of it, and would be nothing but asterisks to whom it is masked, in its
    sentence; and where that says no more, after the question before it."""
    for place in clauses(places, turns):
        if place.turn_index is None or not _is_bare(place, places):
            yield place
            continue
        turn = turns[place.turn_index]
        wide = in_sentence(turn, place.char_start, place.char_end)
        before = next((other for other in reversed(turns[: turn.index]) if other.role != turn.role), None)
        if _is_bare(wide, places) and before and before.text.strip():
            yield in_sentence(before, len(before.text.rstrip()) - 1, len(before.text))
        yield wide


def _is_bare(place: Evidence, places: Sequence[Evidence]) -> bool:
    """Whether the places are much of its words, and what is personal around them may be the rest."""
    inside = [
        p for p in places if p.turn_index == place.turn_index and place.char_start <= p.char_start < place.char_end
    ]
    return 3 * sum(len(p.quote) for p in inside) > len(place.quote)


def _compared(conversation: Conversation, ticket: Ticket, params: TicketFactsParams) -> Iterator[FieldMismatch]:
    turns = tuple(turn for turn in conversation.turns if not turn.flags)
    spoken = said_figures(turns)
    today = conversation.call.started_at.date()
    exempt = ticket.request_type in params.may_be_empty
    yield from compare_phone(ticket.contact_phone, turns, expected=not exempt)
    yield from compare_name(ticket.contact_name, turns)
    yield from compare_figures("location", ticket.location, spoken)
    yield from compare_places("location", ticket.location, turns)
    yield from compare_time(ticket.event_time, turns, today)
    for field in ("summary", "appeal"):
        text = getattr(ticket, field)
        yield from compare_figures(field, text, spoken)
        yield from compare_plates(field, text, turns)
        yield from compare_places(field, text, turns)
    if ticket.appeal.strip():
        yield from compare_appeal(ticket.appeal, turns)
    elif not exempt:
        yield from missing_appeal(turns, sure=bool(ticket.request_type))
