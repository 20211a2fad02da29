"""A character n-gram language model of Chinese: how likely one character is after the three before it.

The shipped model is made by ``python -m training.language_model``; `models/zh_characters.md` says from what, and how
good it is. It is stored as a trie: the children of the n-grams of one order, in order, are the next order.
"""

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import numpy as np
import numpy.typing as npt

ORDER = 4
BITS = 13  # of an n-gram's key belong to each character, so that four fit into 64 bits
BREAK, UNKNOWN, DIGIT, LETTER = range(4)
N_SPECIAL = 4
LOG_STEP = 1 / 14  # nats; a byte reaches down to -18.2
BACKOFF_STEP = 1 / 12  # nats; a signed byte reaches +-10.6
MODEL = Path(__file__).parent / "models" / "zh_characters.npz"

Keys = npt.NDArray[np.uint64]
Logs = npt.NDArray[np.float32]


@dataclass(frozen=True)
class Level:
    """All stored n-grams of one length."""

    keys: Keys
    """Shape (n,), ascending: the characters' ids, the earliest in the highest bits."""
    logs: Logs
    """Shape (n,), nats: of the last character after the others."""
    backoffs: Logs
    """Shape (n,), nats: added when what follows this n-gram was never stored."""

    def find(self, keys: Keys) -> tuple[npt.NDArray[np.intp], npt.NDArray[np.bool_]]:
        """Where the keys stand, and which of them are there at all."""
        at = self.keys.searchsorted(keys)
        at[at == len(self.keys)] = 0
        return at, self.keys[at] == keys


class LanguageModel:
    """See the module. Immutable and cheap to share; looking up many characters at once is what is fast."""

    def __init__(self, characters: str, levels: Sequence[Level]) -> None:
        """``characters[i]`` has the id ``N_SPECIAL + i``; the first level holds every id once."""
        self.characters = characters
        self.levels = tuple(levels)
        self._ids = {character: N_SPECIAL + i for i, character in enumerate(characters)}

    def ids(self, text: str) -> list[int]:
        """One id for each character of ``text``."""
        return [self._ids.get(character) or special_id(character) for character in text]

    def character(self, id_: int) -> str:
        """The character of an id of the vocabulary."""
        return self.characters[id_ - N_SPECIAL]

    def log_probabilities(self, histories: Keys, ids: npt.NDArray[np.int64]) -> Logs:
        """Nats; of each of ``ids`` (shape (k,)) after each history (shape (h,), keys of three ids): shape (h, k)."""
        following = ids.astype(np.uint64)
        logs = np.repeat(self.levels[0].logs[ids][None, :], len(histories), axis=0)
        for length, level in enumerate(self.levels[1:], start=1):
            contexts = histories & np.uint64((1 << BITS * length) - 1)
            at, known = self.levels[length - 1].find(contexts)
            rows = np.flatnonzero(known)  # after an unknown context, nothing longer is stored
            backed_off = logs[rows] + self.levels[length - 1].backoffs[at[rows], None]
            at, stored = level.find(contexts[rows, None] << np.uint64(BITS) | following)
            logs[rows] = np.where(stored, level.logs[at], backed_off)
        return logs


def next_history(histories: Keys, ids: Keys) -> Keys:
    """The last ``ORDER - 1`` ids after ``ids`` were said."""
    return (histories << np.uint64(BITS) | ids) & np.uint64((1 << BITS * (ORDER - 1)) - 1)


def special_id(character: str) -> int:
    """Id of a character outside the vocabulary: a digit, a letter, a break, or simply unknown."""
    if character.isascii():
        return DIGIT if character.isdigit() else LETTER if character.isalpha() else BREAK
    return UNKNOWN if unicodedata.category(character)[0] == "L" else BREAK


def save(model: LanguageModel, path: Path) -> None:
    """Write the model as a compressed trie (npz)."""
    arrays = {"characters": np.array(model.characters)}
    for order, level in enumerate(model.levels, start=1):
        ids = (level.keys & np.uint64((1 << BITS) - 1)).astype(np.uint16)
        arrays[f"ids_high_{order}"] = (ids >> 8).astype(np.uint8)
        arrays[f"ids_low_{order}"] = ids.astype(np.uint8)
        arrays[f"logs_{order}"] = np.clip(np.round(-level.logs / LOG_STEP), 0, 255).astype(np.uint8)
        if order < len(model.levels):
            arrays[f"backoffs_{order}"] = np.clip(np.round(level.backoffs / BACKOFF_STEP), -127, 127).astype(np.int8)
            parents = model.levels[order].keys >> np.uint64(BITS)
            children = np.searchsorted(parents, level.keys, "right") - np.searchsorted(parents, level.keys)
            arrays[f"children_{order}"] = children.astype(np.uint16)
    np.savez_compressed(path, **arrays)  # type: ignore[arg-type]  # its stub takes allow_pickle for any keyword


def load(path: Path) -> LanguageModel:
    """Read a model written by `save`."""
    levels: list[Level] = []
    parents = np.zeros(1, dtype=np.uint64)
    with np.load(path, allow_pickle=False) as arrays:
        n_levels = sum(name.startswith("logs_") for name in arrays.files)
        for order in range(1, n_levels + 1):
            ids = arrays[f"ids_high_{order}"].astype(np.uint64) << np.uint64(8) | arrays[f"ids_low_{order}"]
            keys = ids if order == 1 else parents << np.uint64(BITS) | ids
            logs = arrays[f"logs_{order}"] * np.float32(-LOG_STEP)
            last = order == n_levels
            backoffs = logs[:0] if last else arrays[f"backoffs_{order}"] * np.float32(BACKOFF_STEP)
            levels.append(Level(keys, logs, backoffs))
            if not last:
                parents = np.repeat(keys, arrays[f"children_{order}"])
        return LanguageModel(str(arrays["characters"]), levels)


@lru_cache(maxsize=1)
def shipped_model() -> LanguageModel:
    """The model that comes with the package; loaded once."""
    return load(MODEL)
