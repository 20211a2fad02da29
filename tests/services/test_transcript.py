"""Turns in pieces, as a page shows them."""

from collections.abc import Iterable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from callqa.types import Evidence, Turn, Word
from services.calls.transcript import Quote, Segment, segments

TEXT = "您好，浦东12345"


def turn(*chances: float, text: str = TEXT) -> Turn:
    """Of the words 您好 浦东 12345, as far as they are given."""
    words = zip(("您好", "浦东", "12345"), chances, strict=False)
    return Turn(
        3, "agent", 0.0, 3.0, text, tuple(Word(word, i, i + 1, chance) for i, (word, chance) in enumerate(words))
    )


def quote(name: str, start: int, end: int, of_turn: int | None = 3) -> Quote:
    return Quote(name, Evidence(of_turn, start, end, 0.0, 1.0, TEXT[start:end]))


def written(found: Iterable[Segment]) -> str:
    """``您好，|浦东?:ab``: the second piece is doubtful and belongs to the quotes a and b."""
    pieces = (
        segment.text + ("?" if segment.chance else "") + (f":{''.join(segment.quotes)}" if segment.quotes else "")
        for segment in found
    )
    return "|".join(pieces)


@pytest.mark.parametrize(
    ("said", "quotes", "expected"),
    [
        (turn(), [], "您好，浦东12345"),
        (turn(0.9, 0.9, 0.9), [], "您好，浦东12345"),
        (turn(0.9, 0.4, 0.9), [], "您好，|浦东?|12345"),
        (turn(0.4, 0.4, 0.9), [], "您好?|，|浦东?|12345"),
        (turn(0.9, 0.4, 0.4), [], "您好，|浦东12345?"),
        (turn(), [quote("a", 0, 10)], "您好，浦东12345:a"),
        (turn(), [quote("a", 3, 5)], "您好，|浦东:a|12345"),
        (turn(), [quote("a", 0, 5), quote("b", 3, 10)], "您好，:a|浦东:ab|12345:b"),
        (turn(0.9, 0.4), [quote("a", 4, 10)], "您好，|浦?|东?:a|12345:a"),
        (
            turn(),
            [quote("a", 0, 10, of_turn=2), quote("b", 0, 10, of_turn=None), quote("c", 10, 10)],
            "您好，浦东12345",
        ),
        (turn(text=""), [], ""),
    ],
)
def test_segments(said: Turn, quotes: list[Quote], expected: str) -> None:
    assert written(segments(said, quotes)) == expected


def test_words_that_were_due_have_a_piece_without_text() -> None:
    due = Quote("closing-1", Evidence(3, 3, 3, 1.0, 1.0, ""), "结束语")
    also = Quote("restate-1", Evidence(3, 3, 3, 1.0, 1.0, ""), "复述确认")
    before, here, after = segments(turn(), [due, also])
    assert (before.text, here.text, after.text) == ("您好，", "", "浦东12345")
    assert (here.unsaid, here.quotes) == (("结束语", "复述确认"), ("closing-1", "restate-1"))
    *_, last = segments(turn(), [Quote("a", Evidence(3, 10, 10, 3.0, 3.0, ""), "结束语")])
    assert last.unsaid == ("结束语",), "at the end of a turn, too"


spans = st.tuples(st.integers(0, 10), st.integers(0, 10)).map(sorted)


@given(st.lists(spans, max_size=6), st.lists(st.floats(0, 1), max_size=3))
def test_nothing_is_lost_and_every_character_has_what_is_its_own(found: list[list[int]], chances: list[float]) -> None:
    quotes = [quote(str(i), start, end) for i, (start, end) in enumerate(found)]
    made = segments(turn(*chances), quotes)
    assert "".join(segment.text for segment in made) == TEXT
    assert all(segment.text for segment in made)
    each = [segment.quotes for segment in made for _ in segment.text]
    for i, of_character in enumerate(each):
        assert of_character == tuple(str(n) for n, (start, end) in enumerate(found) if start <= i < end)
