"""A share with an interval that is honest for few cases and for shares near 0 and 1."""

from math import sqrt

from scipy.special import ndtri

Z = float(ndtri(0.975))
"""Of a two-sided 95 % interval."""


def wilson(part: int, whole: int) -> tuple[float, float] | None:
    """Wilson's 95 % score interval of ``part / whole`` (Wilson 1927); ``None`` of nothing."""
    if not whole:
        return None
    share, weight = part / whole, Z * Z / whole
    middle = share + weight / 2
    reach = Z * sqrt(share * (1 - share) / whole + weight / (4 * whole))
    low, high = (middle - reach) / (1 + weight), (middle + reach) / (1 + weight)
    return (low if part else 0.0), (high if part < whole else 1.0)
