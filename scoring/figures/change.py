"""Change of a share from one time to another, with its uncertainty."""

from typing import NamedTuple

from scoring.figures.tally import ItemRate


class ShareChange(NamedTuple):
    """Of the share, -1 to 1, with its 95 % interval."""

    change: float
    low: float
    high: float

    @property
    def sure(self) -> bool:
        """The interval leaves zero out."""
        return self.low > 0 or self.high < 0


def share_change(before: ItemRate, now: ItemRate) -> ShareChange | None:
    """From one rate to the other; ``None`` when the item never counted in one of them.

    The interval is built from the two Wilson intervals (Newcombe 1998, "Interval estimation for the difference between
    independent proportions", method 10).
    """
    if before.rate is None or before.low is None or before.high is None:
        return None
    if now.rate is None or now.low is None or now.high is None:
        return None
    change = now.rate - before.rate
    down = ((now.rate - now.low) ** 2 + (before.high - before.rate) ** 2) ** 0.5
    up = ((now.high - now.rate) ** 2 + (before.rate - before.low) ** 2) ** 0.5
    return ShareChange(change, change - down, change + up)
