"""Refitting of one label of a linear utterance classifier: it learns from examples and stays near what it was.

The label is a logistic regression that is regularised towards its known weights instead of towards zero. Two things
more hold it: on other words of the same hotline it is to answer as before, for examples are chosen by people and mostly
of what the machine got wrong; and its intercept is lowered until no more of those words are above the limit than were.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
from scipy.optimize import minimize
from scipy.sparse import csr_matrix, vstack

from qa_models.utterance.linear import LinearModel

Floats = npt.NDArray[np.float64]
PULL = 0.03  # strength of the known weights against the examples; this and the next are chosen by leaving authors out
KEPT = 0.1  # as how many rows each other line counts
TAUGHT = 2.0  # and each line of an example
ITERATIONS = 100
TOLERANCE = 1e-7  # relative, of the loss


@dataclass(frozen=True)
class TaughtLines:
    """Lines to learn a label from."""

    rows: csr_matrix
    """Lines of examples, shape (lines, N_FEATURES)."""
    wanted: Floats
    """1 where a line is of the label and 0 where it is not, shape (lines,)."""
    others: csr_matrix
    """Lines of the hotline of which nobody said anything, shape (others, N_FEATURES)."""


def refitted(known: LinearModel, column: int, taught: TaughtLines, limit: float) -> LinearModel:
    """The model with one label learnt anew. ``limit``: probability from which a line is noticed."""
    weights, bias = known.weights.copy(), known.bias.copy()
    scores = taught.others @ known.weights[:, column] + known.bias[column]
    weights[:, column] = _weights(known, column, taught, _share(scores))
    new_scores = taught.others @ weights[:, column] + bias[column]
    bias[column] += _lowered(scores, new_scores, float(np.log(limit / (1 - limit))) if limit < 1 else np.inf)
    return LinearModel(weights, bias)


def _weights(known: LinearModel, column: int, taught: TaughtLines, others: Floats) -> Floats:
    """Of the label, shape (N_FEATURES,)."""
    every = vstack([taught.rows, taught.others]).tocsr()
    wanted = np.concatenate([taught.wanted, others])
    counts = np.concatenate([np.full(taught.rows.shape[0], TAUGHT), np.full(taught.others.shape[0], KEPT)])
    used = np.unique(taught.rows.indices)  # what no example holds stays as it is
    table = every[:, used].tocsr()
    back = table.T.tocsr()
    offset = every @ known.weights[:, column].astype(np.float64) + float(known.bias[column])

    def loss(step: Floats) -> tuple[float, Any]:
        scores = offset + table @ step
        misfit = counts * (np.logaddexp(0, scores) - wanted * scores)
        off = counts * (_share(scores) - wanted)
        return float(misfit.sum() + PULL / 2 * (step**2).sum()), back @ off + PULL * step

    options = {"maxiter": ITERATIONS, "ftol": TOLERANCE, "maxcor": 6}
    weights = known.weights[:, column].astype(np.float64)
    weights[used] += minimize(loss, np.zeros(len(used)), jac=True, method="L-BFGS-B", options=options).x
    return weights


def _share(scores: Any) -> Floats:
    return np.asarray(1 / (1 + np.exp(-np.asarray(scores, dtype=np.float64))), dtype=np.float64)


def _lowered(before: Floats, after: Floats, limit: float) -> float:
    """What is added to the intercept, 0 or less, so that no more scores reach the limit than before."""
    n_noticed = int((before >= limit).sum())
    if n_noticed >= len(after):
        return 0.0
    first_to_pass_over = float(np.sort(after)[::-1][n_noticed])
    return min(0.0, limit - first_to_pass_over - 1e-3) if np.isfinite(limit) else 0.0
