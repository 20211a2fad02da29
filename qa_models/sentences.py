"""The sentences of a turn, with their places."""

import re
from dataclasses import dataclass

from callqa.types import Turn

SENTENCE = re.compile(r"[^。！？!?；;，,]+[。！？!?；;，,]*")
SHORT = 6  # characters; a shorter piece goes with the next one


@dataclass(frozen=True, slots=True)
class Sentence:
    """``turn.text[start:end]``."""

    turn: Turn
    start: int
    end: int

    @property
    def text(self) -> str:
        return self.turn.text[self.start : self.end]


def sentences(turn: Turn) -> tuple[Sentence, ...]:
    """The turn cut at its punctuation, which engines set loosely; pieces too short to mean anything are joined."""
    found: list[Sentence] = []
    start = 0
    for piece in SENTENCE.finditer(turn.text):
        ends = turn.text[piece.end() - 1] in "。！？!?；;"
        if ends or piece.end() - start >= SHORT:
            found.append(Sentence(turn, start, piece.end()))
            start = piece.end()
    if turn.text[start:].strip():
        found.append(Sentence(turn, start, len(turn.text)))
    return tuple(found)
