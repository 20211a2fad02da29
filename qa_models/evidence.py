"""Evidence: the places of a call at which a verdict can be heard."""

import re
from collections.abc import Iterable, Sequence

from callqa.types import Evidence, Seconds, Turn
from callqa.words import word_spans
from qa_models.expression import compiled
from qa_models.match import Hit, spelling_of


def quote(turn: Turn, start: int, end: int) -> Evidence:
    """``turn.text[start:end]`` with its times: those of its words, or in proportion where the engine gives none."""
    begin, finish = _time(turn, start, first=True), _time(turn, end - 1, first=False)
    return Evidence(turn.index, start, end, begin, max(begin, finish), turn.text[start:end])


CLAUSE = re.compile(r"[^。！？!?；;，,、]+[。！？!?；;，,、]*")
SENTENCE = re.compile(r"[^。！？!?；;]+[。！？!?；;]*")
SHORT = 7  # characters with their stroke


def in_clause(turn: Turn, start: int, end: int) -> Evidence:
    """The words with the rest of their clause: as few as can be understood, also where a name in them is masked.

    Of a short one, such as 不知道, the next one of the sentence is part.
    """
    place = _widened(turn, start, end, CLAUSE)
    while len(place.quote) < SHORT and place.char_end < len(turn.text) and place.quote[-1:] in "，,、":
        place = _widened(turn, place.char_start, place.char_end + 1, CLAUSE)
    return place


def in_sentence(turn: Turn, start: int, end: int) -> Evidence:
    """The words with the rest of their sentence."""
    return _widened(turn, start, end, SENTENCE)


def _widened(turn: Turn, start: int, end: int, piece: re.Pattern[str]) -> Evidence:
    touched = [match.span() for match in piece.finditer(turn.text) if match.start() < end and start < match.end()]
    return quote(turn, min([start, *(s for s, _ in touched)]), max([end, *(e for _, e in touched)]))


def clauses(places: Iterable[Evidence], turns: Sequence[Turn]) -> tuple[Evidence, ...]:
    """Each place in its clause; those that touch are one."""
    joined: list[Evidence] = []
    for place in places:
        if place.turn_index is None or not place.quote:
            joined.append(place)
            continue
        turn = turns[place.turn_index]
        wide = in_clause(turn, place.char_start, place.char_end)
        near = next((other for other in joined if other.turn_index == turn.index and _touch(other, wide)), None)
        if near is None:
            joined.append(wide)
        else:
            start, end = min(near.char_start, wide.char_start), max(near.char_end, wide.char_end)
            joined[joined.index(near)] = quote(turn, start, end)
    return tuple(joined)


def _touch(left: Evidence, right: Evidence) -> bool:
    return bool(left.quote) and left.char_start <= right.char_end and right.char_start <= left.char_end


def unsaid(turn: Turn, character: int) -> Evidence:
    """The place before a character of a turn, or behind its last, where words were due."""
    at = _time(turn, character, first=True) if character < len(turn.text) else turn.end
    return Evidence(turn.index, character, character, at, at, "")


def unsaid_before(turn: Turn) -> tuple[Evidence, ...]:
    """Words were due before what the turn begins with, which is quoted."""
    first = SENTENCE.match(turn.text)
    beginning = (quote(turn, 0, first.end()),) if first else ()
    return (unsaid(turn, 0), *beginning)


def unsaid_after(turn: Turn) -> tuple[Evidence, ...]:
    """Words were due behind what the turn ends with, which is quoted."""
    last = [match.span() for match in SENTENCE.finditer(turn.text)][-1:]
    return (*(quote(turn, *span) for span in last), unsaid(turn, len(turn.text)))


def by_time(places: Iterable[Evidence]) -> tuple[Evidence, ...]:
    return tuple(sorted(places, key=lambda place: (place.start, place.end)))


def whole(turns: Iterable[Turn]) -> tuple[Evidence, ...]:
    """Whole turns."""
    return tuple(Evidence(t.index, 0, len(t.text), t.start, t.end, t.text) for t in turns)


def quotes(hits: Iterable[Hit]) -> tuple[Evidence, ...]:
    return tuple(quote(hit.turn, hit.start, hit.end) for hit in hits)


def quiet(before: Turn | None, start: Seconds, end: Seconds) -> Evidence:
    """A stretch of silence after the turn ``before``."""
    place = len(before.text) if before else 0
    return Evidence(before.index if before else None, place, place, start, end, "")


def _time(turn: Turn, character: int, *, first: bool) -> Seconds:
    for word, _, word_end in word_spans(turn):
        if character < word_end:
            return word.start if first else word.end
    share = (character + (0 if first else 1)) / max(len(turn.text), 1)
    return turn.start + share * turn.duration


def spans(turn: Turn, expressions: tuple[str, ...]) -> list[tuple[int, int]]:
    """Where the expressions match, as places in the turn's own text."""
    normal = spelling_of(turn.text)
    return [
        normal.span(*match.span())
        for expression in expressions
        for match in compiled(expression).finditer(normal.text)
        if match.end() > match.start()
    ]
