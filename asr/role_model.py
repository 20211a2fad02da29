"""Role model: tells an agent's text from a citizen's by its syllables, a linear model of single syllables and pairs.

It knows no spelling, so a recogniser's homophones do not disturb it. The shipped model is made by
``python -m training.role_model``; `models/roles.md` says from what, and how good it is.
"""

from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import numpy as np
import numpy.typing as npt

from callqa.syllables import N_SOUNDS, syllables

MODEL = Path(__file__).parent / "models" / "roles.npz"
NOTHING, START, END = range(N_SOUNDS, N_SOUNDS + 3)
BASE = N_SOUNDS + 3

Keys = npt.NDArray[np.uint32]


@dataclass(frozen=True)
class RoleModel:
    """See the module. Immutable and cheap to share."""

    keys: Keys
    """Shape (n,), ascending: the syllables and pairs it knows (`syllable_keys`)."""
    weights: npt.NDArray[np.float32]
    """Shape (n,): towards an agent."""
    bias: float

    def log_odds(self, text: str) -> float:
        """Agent against citizen; 0 where nothing is said."""
        keys = syllable_keys(text)
        at = np.minimum(self.keys.searchsorted(keys), len(self.keys) - 1)
        known = at[self.keys[at] == keys]
        return self.bias + float(self.weights[known].sum()) / len(known) ** 0.5 if len(known) else 0.0


def syllable_keys(text: str) -> Keys:
    """The different syllables and pairs of neighbours of ``text``, its start and end included; shape (n,), ascending.

    >>> len(syllable_keys("")), len(syllable_keys("您好您好"))
    (0, 8)
    """
    sounds = syllables(text).sounds
    if not len(sounds):
        return np.zeros(0, dtype=np.uint32)
    ordered = np.concatenate([[START], sounds, [END]]).astype(np.uint32)
    return np.unique(np.concatenate([ordered * BASE + NOTHING, ordered[:-1] * BASE + ordered[1:]]))


def save(model: RoleModel, path: Path) -> None:
    np.savez_compressed(path, keys=model.keys, weights=model.weights.astype(np.float16), bias=np.float32(model.bias))


def load(path: Path) -> RoleModel:
    """Read a model written by `save`."""
    with np.load(path, allow_pickle=False) as arrays:
        return RoleModel(arrays["keys"], arrays["weights"].astype(np.float32), float(arrays["bias"]))


@lru_cache(maxsize=1)
def shipped_role_model() -> RoleModel:
    """The model that comes with the package; loaded once."""
    return load(MODEL)
