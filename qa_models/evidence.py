"""Evidence: the places of a call at which a verdict can be heard."""

from collections.abc import Iterable

from callqa.types import Evidence, Seconds, Turn
from callqa.words import word_spans
from qa_models.expression import compiled
from qa_models.match import Hit, spelling_of


def quote(turn: Turn, start: int, end: int) -> Evidence:
    """``turn.text[start:end]`` with its times: those of its words, or in proportion where the engine gives none."""
    begin, finish = _time(turn, start, first=True), _time(turn, end - 1, first=False)
    return Evidence(turn.index, start, end, begin, max(begin, finish), turn.text[start:end])


def whole(turns: Iterable[Turn]) -> tuple[Evidence, ...]:
    """Whole turns: what was searched, where the verdict is that something was not said."""
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
