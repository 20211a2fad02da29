"""Multinomial logistic regression on hashed n-grams: small, quick, and hard to beat on a few thousand lines."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt
from safetensors.numpy import load_file, save_file
from scipy.optimize import minimize
from scipy.sparse import csr_matrix

from qa_models.utterance.example import Line
from qa_models.utterance.features import N_FEATURES, vectors

Floats = npt.NDArray[np.float32]
STRENGTH = 30.0  # of the data against the pull to zero, per example; chosen by leaving authors out
SEEN = 2  # lines that must hold an n-gram before it says anything
ITERATIONS = 100
TOLERANCE = 1e-5  # relative, of the loss


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
        """In half precision, and only the rows that are not empty: the rest of the table says nothing."""
        used = np.flatnonzero(np.abs(self.weights).max(axis=1) > 1e-3).astype(np.int32)
        rows = self.weights[used].astype(np.float16)
        save_file({"rows": rows, "used": used, "bias": self.bias.astype(np.float32)}, path)

    @classmethod
    def load(cls, path: Path) -> "LinearModel":
        stored = load_file(path)
        weights = np.zeros((N_FEATURES, len(stored["bias"])), dtype=np.float32)
        weights[stored["used"]] = stored["rows"]
        return cls(weights, stored["bias"])


def fit_linear(lines: Sequence[Line], labels: npt.NDArray[np.int64], n_labels: int) -> LinearModel:
    """The same on every run. ``labels`` are indices, shape (lines,)."""
    table = vectors(lines)
    used = np.flatnonzero(np.bincount(table.indices, minlength=N_FEATURES) >= SEEN)
    found = _minimum(table[:, used].tocsr(), labels, n_labels)
    weights = np.zeros((N_FEATURES, n_labels), dtype=np.float32)
    weights[used] = found[:-1]
    return LinearModel(weights, found[-1].astype(np.float32))


def _minimum(table: csr_matrix, labels: npt.NDArray[np.int64], n_labels: int) -> npt.NDArray[np.float64]:
    """Weights with the bias as the last row."""
    n, width = table.shape
    wanted = np.eye(n_labels)[labels]
    back = table.T.tocsr()
    pull = 1.0 / STRENGTH

    def loss(flat: npt.NDArray[np.float64]) -> tuple[float, npt.NDArray[np.float64]]:
        both = flat.reshape(width + 1, n_labels)
        scores = table @ both[:-1] + both[-1]
        scores -= scores.max(axis=1, keepdims=True)
        shares = np.exp(scores)
        sums = shares.sum(axis=1, keepdims=True)
        value = float((np.log(sums[:, 0]) - scores[np.arange(n), labels]).sum() + pull / 2 * (both[:-1] ** 2).sum())
        off = shares / sums - wanted
        slope = np.vstack([back @ off + pull * both[:-1], off.sum(axis=0)])
        return value / n, slope.ravel() / n

    start = np.zeros((width + 1) * n_labels)
    options = {"maxiter": ITERATIONS, "ftol": TOLERANCE, "maxcor": 6}
    best = minimize(loss, start, jac=True, method="L-BFGS-B", options=options).x
    return np.asarray(best, dtype=np.float64).reshape(width + 1, n_labels)
