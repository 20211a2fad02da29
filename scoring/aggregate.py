"""An agent's figures over a period, with how far the mean can be trusted."""

from collections import Counter
from collections.abc import Iterable, Sequence
from math import sqrt
from statistics import fmean, stdev

from scipy.special import stdtrit

from callqa.types import AgentAggregate, CallScore, ItemStatus, Verdict
from scoring.rubric import Rubric

CONFIDENCE = 0.95
LOWEST, HIGHEST = 0.0, 100.0


def aggregate(agent_id: str, team: str, scores: Iterable[CallScore], rubric: Rubric) -> AgentAggregate:
    """Mean total, its interval, and how often each item was passed.

    Calls of which nothing could be scored are counted, but not averaged. The total of a call that waits for a person
    is averaged as it stands, without the undecided items; ``n_needs_review`` says how many those are. Raises
    `ValueError` for a score made under another rubric.
    """
    totals: list[float] = []
    n_calls = n_needs_review = n_fatal = 0
    passed: Counter[str] = Counter()
    scored: Counter[str] = Counter()
    for score in scores:
        if score.rubric_key != rubric.key:
            raise ValueError(f"call {score.call_id} was scored under rubric {score.rubric_key}, not {rubric.key}")
        n_calls += 1
        n_needs_review += score.needs_review
        n_fatal += any(item.fatal for item in score.items)
        if score.total is not None:
            totals.append(score.total)
        for item in score.items:
            if item.status is ItemStatus.SCORED:
                scored[item.item_id] += 1
                passed[item.item_id] += item.verdict is Verdict.MET
    low, high = mean_interval(totals)
    return AgentAggregate(
        agent_id=agent_id,
        team=team,
        rubric_key=rubric.key,
        n_calls=n_calls,
        n_scored=len(totals),
        n_needs_review=n_needs_review,
        n_fatal=n_fatal,
        mean=fmean(totals) if totals else None,
        low=low,
        high=high,
        item_passes=tuple((item.id, passed[item.id], scored[item.id]) for item in rubric.items),
    )


def mean_interval(totals: Sequence[float]) -> tuple[float | None, float | None]:
    """Student's t interval of the mean, cut at 0 and 100; no bounds for fewer than two totals.

    Equal totals give an interval of no width: with few calls, read it together with their number.
    """
    if len(totals) < 2:
        return None, None
    mean = fmean(totals)
    reach = float(stdtrit(len(totals) - 1, (1 + CONFIDENCE) / 2)) * stdev(totals, mean) / sqrt(len(totals))
    return max(LOWEST, mean - reach), min(HIGHEST, mean + reach)
