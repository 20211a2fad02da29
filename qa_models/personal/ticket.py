"""Parts of a ticket's texts that tell who or where somebody is."""

import re
from collections.abc import Iterator
from typing import get_args

from callqa.personal import TicketSpan, TicketText
from callqa.types import Ticket
from qa_models.facts.names import NEUTRAL, TITLE
from qa_models.facts.places import ADDED, names_in
from qa_models.personal.spans import personal_in

TITLED = re.compile(f"(?:{TITLE}|{NEUTRAL}|同学)$|[（(][男女][）)]$")


def ticket_spans(ticket: Ticket) -> tuple[TicketSpan, ...]:
    """In the order of the ticket's texts, none overlapping."""
    return tuple(
        TicketSpan(field, start, end)
        for field in get_args(TicketText)
        for start, end in _stretches(field, getattr(ticket, field), ticket)
        if start < end
    )


def _stretches(field: TicketText, text: str, ticket: Ticket) -> Iterator[tuple[int, int]]:
    if field == "contact_name":
        yield 0, _end_of_name(text)
    elif field == "location":
        start = _end_of_town(text)
        yield start, len(text) if text[start:].strip() else start
    else:
        yield from personal_in(text, ticket)


def _end_of_name(name: str) -> int:
    """Where the title begins: 王女士, 汤慧敏（女）."""
    title = TITLED.search(name)
    return title.start() if title else len(name)


def _end_of_town(location: str) -> int:
    """Behind town and street office, where the place begins with them."""
    end = 0
    for name in names_in(location):
        if name.suffix not in ADDED or name.start != end:
            break
        end = name.end
    return end
