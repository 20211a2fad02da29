"""Calls as they are shown to who need not know whose they are: what is personal becomes asterisks.

A masked text is as long as the text was, so evidence points at the same place of both, and quotes are masked as the
turn is. Masking what is masked changes nothing.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import replace

from callqa.number_rules import HALF_WIDTH
from callqa.personal import PersonalSpan
from callqa.records import Review
from callqa.types import Conversation, Evidence, Finding, Ticket, Turn, Word
from qa_models.facts.names import NEUTRAL, TITLE
from qa_models.facts.places import ADDED, names_in
from qa_models.match import word_spans
from qa_models.personal.spans import personal_in

MASK = "*"
ADDRESS = "［地址］"
PHONE = re.compile(r"(?<![*0-9])[0-9](?:[\s.·\-‐-―]*+[0-9])*+(?!\*)")
"""All digits of a ticket's number, in groups; what the exporter hid already stays as it is.

A stroke does not join them here, for in this field it mostly stands between two numbers; each is hidden either way.
"""
SHOWN_FIRST, SHOWN_LAST, WHOLE = 3, 4, 11  # digits of a mobile number that may be shown: 138****5678
TITLED = re.compile(f"(?:{TITLE}|{NEUTRAL}|同学)$|[（(][男女][）)]$")


def mask_conversation(conversation: Conversation, spans: Iterable[PersonalSpan]) -> Conversation:
    """What was said and the ticket."""
    by_turn: dict[int, list[tuple[int, int]]] = {}
    for span in spans:
        by_turn.setdefault(span.turn_index, []).append((span.char_start, span.char_end))
    turns = tuple(_mask_turn(turn, by_turn.get(turn.index, ())) for turn in conversation.turns)
    ticket = conversation.call.ticket
    return Conversation(
        replace(conversation.call, ticket=mask_ticket(ticket) if ticket else None),
        replace(conversation.transcript, turns=turns),
    )


def mask_ticket(ticket: Ticket) -> Ticket:
    """王女士 becomes *女士, 13812345678 becomes 138****5678; of the place only town and street office are left."""
    return replace(
        ticket,
        contact_name=mask_name(ticket.contact_name),
        contact_phone=mask_phone(ticket.contact_phone),
        location=mask_location(ticket.location),
        summary=mask_text(ticket.summary, ticket),
        appeal=mask_text(ticket.appeal, ticket),
        event_time=mask_text(ticket.event_time, ticket),
    )


def mask_name(name: str) -> str:
    """
    >>> mask_name("王女士"), mask_name("汤慧敏（女）")
    ('*女士', '***（女）')
    """
    title = TITLED.search(name)
    end = title.start() if title else len(name)
    return masked(name, [(0, end)])


def mask_phone(numbers: str) -> str:
    """
    >>> mask_phone("138-1234-5678"), mask_phone("１３８．１２３４．５６７８"), mask_phone("62345678转801")
    ('138****5678', '138****5678', '********转***')
    """
    return PHONE.sub(lambda found: _mask_digits(re.sub(r"\D", "", found[0])), numbers.translate(HALF_WIDTH))


def mask_location(location: str) -> str:
    """
    >>> mask_location("惠南镇荷汀路268弄"), mask_location("")
    ('惠南镇［地址］', '')
    """
    end = 0
    for name in names_in(location):
        if name.suffix not in ADDED or name.start != end:
            break
        end = name.end
    return location[:end] + ADDRESS if location[end:].strip() else location


def mask_text(text: str, ticket: Ticket | None) -> str:
    """What somebody wrote about a call, such as a note."""
    return masked(text, personal_in(text, ticket or Ticket()))


def mask_review(review: Review, ticket: Ticket | None) -> Review:
    """What somebody said of a call's sheet."""
    return replace(review, reason=mask_text(review.reason, ticket), title=mask_text(review.title, ticket))


def mask_finding(finding: Finding, spans: Sequence[PersonalSpan]) -> Finding:
    """A finding with its quotes masked as the turns are."""
    return replace(finding, evidence=tuple(mask_quote(place, spans) for place in finding.evidence))


def mask_quote(place: Evidence, spans: Iterable[PersonalSpan]) -> Evidence:
    """The evidence with what is personal in its quote masked."""
    own = [span for span in spans if span.turn_index == place.turn_index]
    inside = [(span.char_start - place.char_start, span.char_end - place.char_start) for span in own]
    return replace(place, quote=masked(place.quote, inside))


def masked(text: str, stretches: Iterable[tuple[int, int]]) -> str:
    """The text with asterisks for the letters and digits of these stretches."""
    characters = list(text)
    for start, end in stretches:
        for i in range(max(start, 0), min(end, len(characters))):
            if characters[i].isalnum():
                characters[i] = MASK
    return "".join(characters)


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
