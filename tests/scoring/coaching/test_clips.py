"""Clips that can be understood: the turn around the evidence, neither a word nor the whole call."""

import pytest

from callqa.types import Evidence, Turn
from scoring.coaching import clip_span

TURNS = (
    Turn(0, "agent", 2.0, 6.0, "您好"),
    Turn(1, "citizen", 7.0, 30.0, "小区停水"),
    Turn(2, "agent", 60.0, 64.0, "请稍等"),
    Turn(3, "citizen", 66.0, 70.0, "好"),
)


def at(turn: int | None, start: float, end: float) -> Evidence:
    return Evidence(turn, 0, 1, start, end, "字")


@pytest.mark.parametrize(
    ("evidence", "span"),
    [
        ([at(0, 3, 4)], (1, 7)),  # the turn, and a second on both sides
        ([at(0, 2, 6), at(1, 7, 9)], (1, 18)),  # near each other: one clip; of a long turn 8 s more
        ([at(2, 60, 64), at(0, 3, 4)], (59, 65)),  # far from each other: the one that is named first
        ([at(2, 64, 66), at(1, 7, 9), at(3, 66, 70)], (59, 71)),  # a silence, and of what is named besides what is near
        ([at(None, 31, 55), at(1, 20, 30), at(2, 60, 64)], (11, 65)),  # a silence between two turns
        ([at(2, 64, 66)], (59, 67)),  # a silence, with what was said before it
        ([at(2, 64, 200)], (59, 121)),  # no more than a minute of it
        ([at(None, 0, 2)], (0, 3)),
        ([at(3, 66, 70)], (65, 71)),
        ([at(3, 299.5, 299.9)], (290.5, 300)),  # the recording ends
        ([], (0, 300)),
    ],
)
def test_spans(evidence: list[Evidence], span: tuple[float, float]) -> None:
    assert clip_span(evidence, TURNS, 300.0) == span


def test_what_was_looked_for_everywhere_is_the_whole_call() -> None:
    turns = tuple(Turn(n, "citizen" if n % 2 else "agent", 10.0 * n, 10.0 * n + 8, "好") for n in range(12))
    everywhere = [at(n, 10.0 * n, 10.0 * n + 8) for n in range(0, 12, 2)]
    assert clip_span(everywhere, turns, 130.0) == (0, 130)
    assert clip_span(everywhere[:4], turns, 130.0) == (0, 9)  # of six turns four: a place
