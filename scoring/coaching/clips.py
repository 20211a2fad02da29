"""From evidence to a stretch of sound that can be understood without the rest of the call."""

from collections.abc import Iterable, Sequence

from callqa.types import Evidence, Seconds, Turn

MARGIN: Seconds = 1.0
LEAD: Seconds = 8.0
"""Of the turn around the evidence, so much before and after it is heard, too."""
PAUSE: Seconds = 5.0
"""Places with no more than this between them are heard together."""
LONGEST: Seconds = 60.0
EVERYWHERE = 0.75
"""Evidence in so large a share of a speaker's turns, and in more than `FEW` of them, is no place: the call is."""
FEW = 3


def clip_span(evidence: Iterable[Evidence], turns: Sequence[Turn], duration: Seconds) -> tuple[Seconds, Seconds]:
    """(start, end) of the first place of the evidence, with what was said around it and a margin.

    Without evidence (nothing happened that should not), or where the whole call is the evidence (it was looked for
    everywhere), the whole recording is the example.
    """
    evidence = tuple(evidence)
    places = [_around(place, turns) for place in evidence]
    if not places or _everywhere(evidence, turns):
        return 0.0, duration
    start, end = places[0]
    for other_start, other_end in (
        *sorted(places, reverse=True),
        *sorted(places),
    ):  # what came before, what comes after
        first, last = min(start, other_start), max(end, other_end)
        near = other_start - end <= PAUSE and start - other_end <= PAUSE
        if near and last - first <= LONGEST:
            start, end = first, last
    return max(0.0, start - MARGIN), min(duration, min(end, start + LONGEST) + MARGIN)


def _around(place: Evidence, turns: Sequence[Turn]) -> tuple[Seconds, Seconds]:
    if place.turn_index is None:
        return place.start, place.end
    turn = turns[place.turn_index]
    start = min(place.start, max(turn.start, place.start - LEAD))
    return start, max(place.end, min(turn.end, place.end + LEAD))


def _everywhere(evidence: Iterable[Evidence], turns: Sequence[Turn]) -> bool:
    indices = {place.turn_index for place in evidence if place.turn_index is not None}
    speakers = {turns[index].role for index in indices}
    spoken = sum(turn.role in speakers for turn in turns)
    return len(indices) > FEW and len(indices) >= EVERYWHERE * spoken
