"""A linear classifier, one class against the rest: squared hinge loss, found by L-BFGS. No library but scipy."""

from typing import Any

import numpy as np
import numpy.typing as npt
from scipy import optimize, sparse

Floats = npt.NDArray[np.floating[Any]]
STEPS = 60


def fit_one(
    x: sparse.csr_matrix, positive: npt.NDArray[np.bool_], weights: Floats, cost: float, steps: int = STEPS
) -> tuple[Floats, float]:
    """Weights (columns,) and offset that tell the positive rows of ``x`` from the others.

    ``weights`` (rows,): how much each row counts; ``cost``: how much an error costs against large weights.
    """
    sign = np.where(positive, 1.0, -1.0)
    back = x.T
    used = weights * cost

    def loss(parameters: Floats) -> tuple[float, Floats]:
        w, offset = parameters[:-1], parameters[-1]
        short = np.maximum(0, 1 - sign * (x @ w.astype(x.dtype) + offset))  # of one type, or scipy copies the matrix
        slope = -2 * used * short * sign
        gradient = np.append(w + back @ slope.astype(x.dtype), slope.sum())
        return 0.5 * float(w @ w) + float(used @ (short * short)), gradient

    start = np.zeros(x.shape[1] + 1)
    options = {"maxiter": steps, "maxcor": 6, "ftol": 1e-5}
    minimum = optimize.minimize(loss, start, jac=True, method="L-BFGS-B", options=options)
    return minimum.x[:-1].astype(np.float32), float(minimum.x[-1])
