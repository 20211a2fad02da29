"""Skill card: the items in which an agent falls short of their colleagues, and how that changes."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from math import comb

from callqa.scores import CallScore, ItemStatus
from callqa.types import Verdict
from scoring.figures import ItemRate, ShareChange, share_change
from scoring.proportion import share_interval

Tally = Mapping[str, tuple[int, int]]
"""(passed, scored) of each item."""
CHANCE = 0.025
PRIOR_CALLS = 10.0
"""An agent's rate is mixed with so many calls of an average colleague, so that one bad call is no weakness."""
NOTHING = (0, 0)


@dataclass(frozen=True, slots=True)
class Gap:
    """An item of which the agent passes fewer calls than the colleagues do."""

    now: ItemRate
    before: ItemRate
    """In the period before."""
    colleagues: ItemRate
    size: float
    """The colleagues' rate less the agent's, after shrinkage; always above 0."""

    @property
    def certain(self) -> bool:
        """Whether so few passes are beyond chance, the colleagues being as good (Fisher's exact test, 2.5 %)."""
        passed, scored = self.now.passed + self.colleagues.passed, self.now.scored + self.colleagues.scored
        ways = sum(
            comb(passed, mine) * comb(scored - passed, self.now.scored - mine) for mine in range(self.now.passed + 1)
        )
        return ways / comb(scored, self.now.scored) < CHANCE

    @property
    def change(self) -> ShareChange | None:
        """Of the agent's own rate since the period before."""
        return share_change(self.before, self.now)


def tally(sheets: Iterable[tuple[CallScore, int]]) -> dict[str, tuple[int, int]]:
    """How often each item was passed, of the calls in which it was scored. With each sheet: how many calls have it."""
    counts: dict[str, tuple[int, int]] = {}
    for sheet, n in sheets:
        for item in sheet.items:
            if item.status is ItemStatus.SCORED and not item.unconfirmed:
                passed, scored = counts.get(item.item_id, NOTHING)
                counts[item.item_id] = passed + n * (item.verdict is Verdict.MET), scored + n
    return counts


def weakest(tally: Tally, colleagues: Tally, before: Tally, n: int = 3) -> tuple[Gap, ...]:
    """The ``n`` items with the largest gap, the largest first; fewer when there are fewer.

    Gaps are between shrunken rates: the agent's calls are counted together with `PRIOR_CALLS` calls at the
    colleagues' rate (the posterior mean of a beta-binomial model), so few calls make small gaps. An item that no
    colleague was scored on is compared with passing always.
    """
    gaps = []
    for item_id, counts in tally.items():
        now, theirs = _rate(item_id, counts), _rate(item_id, colleagues.get(item_id, NOTHING))
        rate = 1.0 if theirs.rate is None else theirs.rate
        if now.rate is not None and now.rate < rate:
            size = rate - (now.passed + PRIOR_CALLS * rate) / (now.scored + PRIOR_CALLS)
            gaps.append(Gap(now, _rate(item_id, before.get(item_id, NOTHING)), theirs, size))
    return tuple(sorted(gaps, key=lambda gap: (-gap.size, gap.now.item_id))[:n])


def _rate(item_id: str, counts: tuple[int, int]) -> ItemRate:
    passed, scored = counts
    if not scored:
        return ItemRate(item_id, 0, 0, None, None)
    return ItemRate(item_id, passed, scored, *share_interval(passed / scored, scored))
