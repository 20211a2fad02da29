"""The change of a share, by published examples."""

import numpy as np
import pytest

from scoring.figures import ItemRate, share_change
from scoring.proportion import wilson


def rate(passed: int, scored: int) -> ItemRate:
    low, high = wilson(np.array([passed]), np.array([scored]))
    return ItemRate("item", passed, scored, float(low[0]), float(high[0]))


@pytest.mark.parametrize(
    ("now", "before", "low", "high"),
    [
        ((56, 70), (48, 80), 0.0524, 0.3339),
        ((9, 10), (3, 10), 0.1705, 0.8090),
        ((10, 10), (0, 10), 0.6075, 1.0),
        ((0, 10), (0, 20), -0.1611, 0.2775),
    ],
)
def test_newcombe_1998_table_ii_method_10(
    now: tuple[int, int], before: tuple[int, int], low: float, high: float
) -> None:
    change = share_change(rate(*before), rate(*now))
    assert change is not None
    assert change.change == pytest.approx(now[0] / now[1] - before[0] / before[1])
    assert (change.low, change.high) == pytest.approx((low, high), abs=5e-5)
    assert change.sure == (low > 0)


def test_an_item_that_never_counted_did_not_move() -> None:
    never = ItemRate("item", 0, 0, None, None)
    assert share_change(never, rate(1, 2)) is None
    assert share_change(rate(1, 2), never) is None
