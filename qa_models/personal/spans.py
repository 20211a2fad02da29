"""Every stretch of a call that tells who or where somebody is, with the sound in which it is said."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from functools import lru_cache
from itertools import chain

from callqa.personal import PersonalKind, PersonalSpan
from callqa.types import Conversation, Seconds, Ticket, Turn
from callqa.words import word_spans
from qa_models.facts.mismatch import Place
from qa_models.facts.places import Speech
from qa_models.personal.addresses import addresses
from qa_models.personal.digits import numbers
from qa_models.personal.people import names

MARGIN: Seconds = 0.15  # the times of an engine's words are so exact


def personal_spans(conversation: Conversation) -> tuple[PersonalSpan, ...]:
    """In the order of the call, none overlapping. A name too many is found rather than one too few."""
    call = conversation.call
    places = _places(conversation.turns, call.agent_id, call.ticket or Ticket())
    return tuple(span for turn in conversation.turns for span in timed_spans(turn, _merged(places.get(turn.index, ()))))


@lru_cache(maxsize=1024)  # a call's evidence quotes the same words for several items
def personal_in(text: str, ticket: Ticket) -> tuple[tuple[int, int], ...]:
    """(first character, one past the last) of what is personal in a text that was written about a call."""
    places = _places([Turn(0, "unknown", 0.0, 0.0, text)], "", ticket)
    return tuple((start, end) for start, end, _ in _merged(places.get(0, ())))


Found = tuple[int, int, PersonalKind]


def _places(turns: Sequence[Turn], agent_id: str, ticket: Ticket) -> dict[int, list[Found]]:
    """By turn. Flags do not count: whatever is shown has to be masked."""
    turns = [replace(turn, flags=()) for turn in turns]
    speech = Speech.of(turns)
    personal: Iterable[tuple[PersonalKind, Place]] = chain(
        numbers(turns, agent_id, ticket.contact_phone),
        (("address", place) for place in addresses(turns, speech, agent_id, ticket.location)),
        (("name", place) for place in names(turns, speech, ticket.contact_name)),
    )
    places: dict[int, list[Found]] = {}
    for kind, place in personal:
        if place.start < place.end:
            places.setdefault(place.turn.index, []).append((place.start, place.end, kind))
    return places


def _merged(places: Sequence[Found]) -> Iterator[Found]:
    """Without overlaps; what overlaps is of the kind that begins first and is longest."""
    last: Found | None = None
    for start, end, kind in sorted(places, key=lambda place: (place[0], -place[1])):
        if last and (start < last[1] or (start == last[1] and kind == last[2])):
            last = last[0], max(end, last[1]), last[2]
        else:
            if last:
                yield last
            last = start, end, kind
    if last:
        yield last


def timed_spans(turn: Turn, places: Iterable[Found]) -> Iterator[PersonalSpan]:
    """Spans of these places of a turn, with the sound of their words and a margin."""
    words = list(word_spans(turn))
    covered = words[-1][2] if words else 0
    for start, end, kind in places:
        within = [word for word, first, last in words if first < end and start < last]
        if within and end <= covered:
            begin, finish = max(within[0].start - MARGIN, 0.0), within[-1].end + MARGIN
        else:
            begin, finish = turn.start, turn.end
        yield PersonalSpan(turn.index, start, end, kind, begin, finish)
