"""Stated confidence: what people's verdicts say of answers that a language model was equally sure of.

A model's own probability is worth nothing before that. Answers are counted in steps of it; where a surer step was right
less often than the one before, both are one, so that surer never counts as worse (isotonic regression by pooling
adjacent violators).
"""

from bisect import bisect_left
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import groupby

from callqa.records import Estimate, StatedRange
from scoring.agreement.trust import share_of

STEPS = (0.6, 0.8, 0.9, 0.95, 0.99, 1.0)
"""Upper bounds of the steps."""
FEWEST = 20
"""Judged answers of a range, below which their share says too little to be shown."""


@dataclass(frozen=True, slots=True)
class JudgedAnswer:
    """An answer of a model that a person judged, too."""

    confidence: float
    """Stated, 0 to 1."""
    violated: bool
    """The model's verdict."""
    right: bool
    """The person agrees that it is violated, or that it is not."""
    weight: float = 1.0
    """Inverse of the chance with which the call was drawn, up to a factor."""


def stated_ranges(answers: Iterable[JudgedAnswer]) -> tuple[StatedRange, ...]:
    """Shares of right answers by stated confidence, violations first, each from the least sure range on."""
    listed = list(answers)
    return tuple(
        stated_range
        for violated in (True, False)
        for stated_range in _ranges([answer for answer in listed if answer.violated is violated], violated)
    )


def range_of(ranges: Iterable[StatedRange], violated: bool, confidence: float) -> StatedRange | None:
    """The range of an answer; ``None`` where nobody judged an answer so sure."""
    mine = (a_range for a_range in ranges if a_range.violated is violated)
    return next((a_range for a_range in mine if a_range.above < confidence <= a_range.upto), None)


def _ranges(answers: Sequence[JudgedAnswer], violated: bool) -> list[StatedRange]:
    pools: list[tuple[int, int, list[JudgedAnswer]]] = []
    for step, group in groupby(sorted(answers, key=_step), key=_step):
        first, members = step, list(group)
        while pools and _share(pools[-1][2]) >= _share(members):
            first, _, before = pools.pop()
            members = before + members
        pools.append((first, step, members))
    return [
        StatedRange(violated, STEPS[first - 1] if first else -1.0, STEPS[last], _estimate(members))
        for first, last, members in pools
    ]


def _step(answer: JudgedAnswer) -> int:
    return min(bisect_left(STEPS, answer.confidence), len(STEPS) - 1)


def _estimate(answers: Sequence[JudgedAnswer]) -> Estimate:
    return share_of([(answer.right, answer.weight) for answer in answers])


def _share(answers: Sequence[JudgedAnswer]) -> float:
    return sum(answer.weight for answer in answers if answer.right) / sum(answer.weight for answer in answers)
