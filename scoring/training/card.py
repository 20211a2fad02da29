"""What an agent should practise: the items in which they fall short of their colleagues, and how that changes."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from math import sqrt

from scipy.special import bdtr

from callqa.types import CallScore, ItemStatus, Verdict

Tally = Mapping[str, tuple[int, int]]
"""(passed, scored) of each item."""
CHANCE = 0.025
NORMAL = 1.959964  # the 97.5 % point of the normal distribution
PRIOR_CALLS = 10.0
"""An agent's rate is mixed with so many calls of an average colleague, so that one bad call is no weakness."""
NOTHING = (0, 0)


@dataclass(frozen=True, slots=True)
class Gap:
    """An item of which the agent passes fewer calls than the colleagues do."""

    item_id: str
    passed: int
    scored: int
    low: float
    """Bounds of the 95 % interval of the agent's own rate (Wilson)."""
    high: float
    colleagues: float
    """The rate of the colleagues' calls."""
    gap: float
    """The colleagues' rate less the agent's, after shrinkage; always above 0."""
    passed_before: int
    """In the period before; likewise below."""
    scored_before: int
    change: tuple[float, float] | None
    """95 % interval of the rate's change since then; ``None`` where one of the two is not known."""

    @property
    def certain(self) -> bool:
        """Whether so few passes are beyond chance at the colleagues' rate (exact binomial tail, 2.5 %)."""
        return float(bdtr(self.passed, self.scored, self.colleagues)) < CHANCE


def tally(sheets: Iterable[tuple[CallScore, int]]) -> dict[str, tuple[int, int]]:
    """How often each item was passed, of the calls in which it was scored. With each sheet: how many calls have it."""
    counts: dict[str, tuple[int, int]] = {}
    for sheet, n in sheets:
        for item in sheet.items:
            if item.status is ItemStatus.SCORED:
                passed, scored = counts.get(item.item_id, NOTHING)
                counts[item.item_id] = passed + n * (item.verdict is Verdict.MET), scored + n
    return counts


def weakest(own: Tally, colleagues: Tally, before: Tally, n: int = 3) -> tuple[Gap, ...]:
    """The ``n`` items with the largest gap, the largest first; fewer when there are fewer.

    Gaps are between shrunken rates: the agent's calls are counted together with `PRIOR_CALLS` calls at the
    colleagues' rate (the posterior mean of a beta-binomial model), so few calls make small gaps. An item that no
    colleague was scored on is compared with passing always.
    """
    found = []
    for item_id, (passed, scored) in own.items():
        their_passed, their_scored = colleagues.get(item_id, NOTHING)
        rate = their_passed / their_scored if their_scored else 1.0
        gap = rate - (passed + PRIOR_CALLS * rate) / (scored + PRIOR_CALLS)
        if gap > 0:
            earlier = before.get(item_id, NOTHING)
            low, high = wilson(passed, scored)
            found.append(
                Gap(item_id, passed, scored, low, high, rate, gap, *earlier, rate_change(earlier, (passed, scored)))
            )
    return tuple(sorted(found, key=lambda gap: (-gap.gap, gap.item_id))[:n])


def wilson(passed: int, scored: int) -> tuple[float, float]:
    """95 % interval of a rate (Wilson 1927); (0, 1) without calls."""
    if not scored:
        return 0.0, 1.0
    rate, spread = passed / scored, NORMAL**2 / scored
    middle = rate + spread / 2
    reach = NORMAL * sqrt(rate * (1 - rate) / scored + spread / (4 * scored))
    return max(0.0, (middle - reach) / (1 + spread)), min(1.0, (middle + reach) / (1 + spread))


def rate_change(before: tuple[int, int], now: tuple[int, int]) -> tuple[float, float] | None:
    """95 % interval of the difference of two independent rates, later less earlier (Newcombe 1998, method 10)."""
    if not before[1] or not now[1]:
        return None
    early, late = before[0] / before[1], now[0] / now[1]
    early_low, early_high = wilson(*before)
    late_low, late_high = wilson(*now)
    change = late - early
    down = sqrt((late - late_low) ** 2 + (early_high - early) ** 2)
    up = sqrt((late_high - late) ** 2 + (early - early_low) ** 2)
    return max(-1.0, change - down), min(1.0, change + up)
