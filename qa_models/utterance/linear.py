"""Multinomial logistic regression on hashed n-grams: small, quick, and hard to beat on a few thousand lines."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt
from safetensors import SafetensorError
from safetensors.numpy import load, save

from qa_models.utterance.features import N_FEATURES, vectors
from qa_models.utterance.line import Line

Floats = npt.NDArray[np.float32]


@dataclass(frozen=True)
class LinearModel:
    weights: Floats
    """Shape (N_FEATURES, labels)."""
    bias: Floats
    """Shape (labels,)."""

    def logits(self, lines: Sequence[Line]) -> Floats:
        """Shape (lines, labels)."""
        return np.asarray(vectors(lines) @ self.weights + self.bias, dtype=np.float32)

    def save(self, path: Path) -> None:
        path.write_bytes(self.packed())

    def packed(self) -> bytes:
        """In half precision, and only the rows that are not empty: the rest of the table says nothing."""
        used = np.flatnonzero(np.abs(self.weights).max(axis=1) > 1e-3).astype(np.int32)
        rows = self.weights[used].astype(np.float16)
        return save({"rows": rows, "used": used, "bias": self.bias.astype(np.float32)})

    @classmethod
    def load(cls, path: Path) -> "LinearModel":
        return cls.unpacked(path.read_bytes())

    @classmethod
    def unpacked(cls, content: bytes) -> "LinearModel":
        """Raises `ValueError` and `KeyError` for what `packed` did not make."""
        try:
            stored = load(content)
        except SafetensorError as error:
            raise ValueError(str(error)) from error
        weights = np.zeros((N_FEATURES, len(stored["bias"])), dtype=np.float32)
        weights[stored["used"]] = stored["rows"]
        return cls(weights, stored["bias"])
