"""Lines as sparse vectors: hashed n-grams of their characters and of their syllables, and pairs across the two lines.

Syllables survive the misspellings of speech recognition, characters tell homophones apart; a model weighs both. All
n-grams of a batch are hashed at once in numpy.
"""

from collections.abc import Sequence
from functools import lru_cache

import numpy as np
import numpy.typing as npt
from scipy.sparse import csr_matrix

from qa_models.match import sounds_of, spelling_of
from qa_models.utterance.line import Line

BITS = 18
N_FEATURES = 1 << BITS
Ints = npt.NDArray[np.uint64]
MULTIPLIER = np.uint64(0x9E3779B97F4A7C15)
FIRST, LAST = 1, 2  # marks of a line's beginning and end
CHARACTER_ORDERS, SOUND_ORDERS, BEFORE_ORDERS = (1, 2, 3), (2, 3, 4), (1, 2)
DAMPING = 10  # n-grams; a line of one or two syllables says little, whatever they are
MAX_LENGTH = 120  # sounds of a line that are read: both ends of a longer one


def vectors(lines: Sequence[Line]) -> csr_matrix:
    """Shape (len(lines), N_FEATURES); the longer a line, the less each of its n-grams weighs."""
    parts = [_features(line) for line in lines]
    sizes = [len(columns) for columns, _ in parts]
    columns = np.concatenate([columns for columns, _ in parts]) if parts else np.zeros(0, np.int32)
    values = np.concatenate([values for _, values in parts]) if parts else np.zeros(0, np.float32)
    starts = np.concatenate([[0], np.cumsum(sizes)]).astype(np.int32)
    return csr_matrix((values, columns, starts), shape=(len(lines), N_FEATURES))


@lru_cache(maxsize=8192)
def _features(line: Line) -> tuple[npt.NDArray[np.int32], npt.NDArray[np.float32]]:
    line_grams = (*_grams(_characters(line.text), CHARACTER_ORDERS, 1), *_grams(_sounds(line.text), SOUND_ORDERS, 2))
    before_grams = (
        *_grams(_characters(line.before), BEFORE_ORDERS, 3),
        *_grams(_sounds(line.before), BEFORE_ORDERS, 4),
    )
    groups = [np.concatenate(line_grams), np.concatenate(before_grams)]
    weights = (1.0, 0.5)
    columns, values = [], []
    for hashes, weight in zip(groups, weights, strict=True):
        if len(hashes):
            buckets = np.unique((hashes >> np.uint64(64 - BITS)).astype(np.int32))
            columns.append(buckets)
            values.append(np.full(len(buckets), weight / np.sqrt(len(buckets) + DAMPING), dtype=np.float32))
    if not columns:
        return np.zeros(0, np.int32), np.zeros(0, np.float32)
    return np.concatenate(columns), np.concatenate(values)


def _characters(text: str) -> Ints:
    return _shortened(np.array([ord(c) for c in spelling_of(text).text], dtype=np.uint64))


def _sounds(text: str) -> Ints:
    return _shortened(sounds_of(text).sounds.astype(np.uint64) + np.uint64(16))


def _shortened(tokens: Ints) -> Ints:
    if len(tokens) > MAX_LENGTH:
        tokens = np.concatenate([tokens[: MAX_LENGTH // 2], tokens[-MAX_LENGTH // 2 :]])
    return np.concatenate([[np.uint64(FIRST)], tokens, [np.uint64(LAST)]]) if len(tokens) else tokens


def _grams(tokens: Ints, orders: tuple[int, ...], kind: int) -> list[Ints]:
    """The hashes of the n-grams of each order, 64 bits; only the upper ones are well mixed."""
    grams = []
    for order in orders:
        n = len(tokens) - order + 1
        if n < 1:
            grams.append(np.zeros(0, np.uint64))
            continue
        state = np.full(n, kind * 31 + order, dtype=np.uint64)
        for i in range(order):
            state = (state ^ tokens[i : i + n]) * MULTIPLIER
            state ^= state >> np.uint64(29)
        grams.append(state * MULTIPLIER)
    return grams
