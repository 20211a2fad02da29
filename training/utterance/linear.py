"""Fitting of the linear part of an utterance classifier: multinomial logistic regression, found by L-BFGS."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
from scipy.optimize import minimize
from scipy.sparse import csr_matrix, hstack

from qa_models.utterance.features import N_FEATURES, vectors
from qa_models.utterance.line import Line
from qa_models.utterance.linear import LinearModel
from training.meaning import Meaning

STRENGTH = 30.0  # of the data against the pull to zero, per example; chosen by leaving authors out
SEEN = 2  # lines that must hold an n-gram before it says anything
ITERATIONS = 100
TOLERANCE = 1e-5  # relative, of the loss


def fit_linear(lines: Sequence[Line], labels: npt.NDArray[np.int64], n_labels: int) -> LinearModel:
    """The same on every run. ``labels`` are indices, shape (lines,)."""
    table = vectors(lines)
    used = np.flatnonzero(np.bincount(table.indices, minlength=N_FEATURES) >= SEEN)
    solution = fit_multinomial(table[:, used].tocsr(), labels, n_labels, STRENGTH)
    weights = np.zeros((N_FEATURES, n_labels), dtype=np.float32)
    weights[used] = solution[:-1]
    return LinearModel(weights, solution[-1].astype(np.float32))


def fit_independent(
    table: csr_matrix,
    wanted: npt.NDArray[np.float64],
    counts: npt.NDArray[np.float64],
    meaning: Meaning | None = None,
    share: float = 0.0,
) -> LinearModel:
    """A logistic regression for each label.

    ``wanted``: 1 where a row is of a label, shape (rows, labels). ``counts``: as how many rows each one counts.
    ``meaning``: learnt from beside the n-grams, ``share`` times; its part is folded into their weights.
    """
    used = np.flatnonzero(np.bincount(table.indices, minlength=N_FEATURES) >= SEEN)
    columns = table[:, used].tocsr()
    if meaning is not None:
        columns = hstack([columns, share * meaning.of(table)]).tocsr()
    solution = _minimum_independent(columns, wanted, counts)
    weights = np.zeros((N_FEATURES, wanted.shape[1]), dtype=np.float32)
    weights[used] = solution[: len(used)]
    if meaning is not None:
        weights += share * meaning.folded(solution[len(used) : -1])
    return LinearModel(weights, solution[-1].astype(np.float32))


def _minimum_independent(
    table: csr_matrix, wanted: npt.NDArray[np.float64], counts: npt.NDArray[np.float64]
) -> npt.NDArray[np.float64]:
    """Weights with the bias as the last row; labels share nothing, so each is found by itself."""
    n, width = counts.sum(), table.shape[1]
    back = table.T.tocsr()
    pull = 1.0 / STRENGTH
    columns = []
    for column in wanted.T:

        def loss(flat: npt.NDArray[np.float64], truth: npt.NDArray[np.float64] = column) -> tuple[float, Any]:
            scores = table @ flat[:-1] + flat[-1]
            misfit = counts * (np.logaddexp(0, scores) - truth * scores)
            value = float(misfit.sum() + pull / 2 * (flat[:-1] ** 2).sum())
            off = counts * (1 / (1 + np.exp(-scores)) - truth)
            return value / n, np.append(back @ off + pull * flat[:-1], off.sum()) / n

        options = {"maxiter": ITERATIONS, "ftol": TOLERANCE, "maxcor": 6}
        columns.append(minimize(loss, np.zeros(width + 1), jac=True, method="L-BFGS-B", options=options).x)
    return np.stack(columns, axis=1)


def fit_multinomial(
    table: csr_matrix, labels: npt.NDArray[np.int64], n_labels: int, strength: float
) -> npt.NDArray[np.float64]:
    """Weights with the bias as the last row, shape (columns + 1, labels). ``strength``: of the data, as `STRENGTH`."""
    n, width = table.shape
    wanted = np.eye(n_labels)[labels]
    back = table.T.tocsr()
    pull = 1.0 / strength

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
