"""Intraclass correlation: how far several people give the same calls the same totals."""

from collections.abc import Sequence

import numpy as np
from scipy.special import fdtri

from callqa.records import Estimate

UPPER = 0.975


def icc_agreement(totals: Sequence[Sequence[float]]) -> Estimate:
    """ICC(A,1), which is ICC(2,1) of Shrout and Fleiss (1979): a single rater's total, absolute agreement.

    ``totals``: a row a call, a column a rater, no gaps. Interval by F distributions (McGraw and Wong 1996, table 7).
    ``n`` is the number of calls. Not told with fewer than two calls or raters (``too_few``), or when all totals are
    the same or spread no wider between calls than by chance (``no_variation``). Cut at -1. Raters who give equal totals
    have 1 and no interval, which needs some error (``no_error``).
    """
    table = np.asarray(totals, dtype=np.float64)
    n = len(table)
    if table.ndim != 2 or min(table.shape) < 2:
        return Estimate(n, why_not="too_few")
    if np.ptp(table) == 0:
        return Estimate(n, why_not="no_variation")
    k = table.shape[1]
    between, raters, error = _mean_squares(table)
    whole = between + (k - 1) * error + k * (raters - error) / n
    if whole <= 0:
        return Estimate(n, why_not="no_variation")
    icc = max(-1.0, (between - error) / whole)
    if error == 0 and raters == 0:
        return Estimate(n, icc, why_not="no_error")
    low, high = _bounds(n, k, between, raters, error, icc)
    return Estimate(n, icc, low, high)


def _mean_squares(table: np.ndarray[tuple[int, int], np.dtype[np.float64]]) -> tuple[float, float, float]:
    """Between calls, between raters, and what is left (two-way analysis of variance)."""
    n, k = table.shape
    by_call, by_rater, mean = table.mean(axis=1), table.mean(axis=0), table.mean()
    residual = table - by_call[:, None] - by_rater[None, :] + mean
    # Rounding must not look like error: where raters agree, squares of a part in 10^12 are nothing.
    smallest = (np.abs(table).max() * 1e-12) ** 2
    squares = (
        k * float(((by_call - mean) ** 2).sum()) / (n - 1),
        n * float(((by_rater - mean) ** 2).sum()) / (k - 1),
        float((residual**2).sum()) / ((n - 1) * (k - 1)),
    )
    between, raters, error = (square if square > smallest else 0.0 for square in squares)
    return between, raters, error


def _bounds(
    n: int, k: int, between: float, raters: float, error: float, icc: float
) -> tuple[float | None, float | None]:
    if icc >= 1:
        return None, None
    a = k * icc / (n * (1 - icc))
    b = 1 + k * icc * (n - 1) / (n * (1 - icc))
    freedom = (a * raters) ** 2 / (k - 1) + (b * error) ** 2 / ((n - 1) * (k - 1))
    if freedom == 0 or a * raters + b * error == 0:
        return None, None
    v = (a * raters + b * error) ** 2 / freedom
    over, under = float(fdtri(n - 1, v, UPPER)), float(fdtri(v, n - 1, UPPER))
    noise = k * raters + (k * n - k - n) * error
    low = n * (between - over * error) / (over * noise + n * between)
    high = n * (under * between - error) / (noise + n * under * between)
    return max(-1.0, min(icc, low)), min(1.0, max(icc, high))
