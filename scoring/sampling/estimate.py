"""Estimates of all calls from a sample of them: weighted means with a 95 % interval.

Means are Hájek's ratio estimator with weights 1 / probability (Horvitz and Thompson 1952; Särndal, Swensson and
Wretman, Model Assisted Survey Sampling, 1992, sections 5.7 and 7.2). Its variance is that of the linearised residuals
in strata; for equal chances within a stratum it is the textbook one of stratified simple random sampling.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence, Set
from dataclasses import dataclass
from math import sqrt

from scipy.special import stdtrit

from callqa.records import Estimate, SampleCall
from scoring.proportion import TAIL, as_many, share_interval
from scoring.sampling.draw import group_of, is_risk

CERTAIN = 1 - 1e-12


@dataclass(frozen=True, slots=True)
class Observation:
    """What was found out about one drawn call."""

    value: float
    probability: float
    group: str
    """The pool it was drawn from; calls of several groups were drawn independently."""


TOO_FEW = "too_few"
"""Why there is no interval, or nothing at all."""


def weighted_mean(observed: Sequence[Observation]) -> Estimate:
    """The mean over all calls, of which ``observed`` are a sample; calls without a value are left out beforehand.

    The interval is Student's. Calls that were certain to be drawn add nothing to its width.
    """
    if not observed:
        return Estimate(0, why_not=TOO_FEW)
    mean, variance, freedom = _mean_and_variance(observed)
    if variance is None:
        return Estimate(len(observed), mean, why_not=TOO_FEW)
    reach = float(stdtrit(freedom, TAIL)) * sqrt(variance) if variance else 0.0
    return Estimate(len(observed), mean, mean - reach, mean + reach)


def weighted_rate(observed: Sequence[Observation]) -> Estimate:
    """The same for a share, whose values are 0 and 1; the interval is Wilson's.

    Its number of calls is the one with which a simple random sample would be as exact (Kish 1965), at most those
    that were observed.
    """
    if not observed:
        return Estimate(0, why_not=TOO_FEW)
    rate, variance, _ = _mean_and_variance(observed)
    if all(call.probability >= CERTAIN for call in observed):
        return Estimate(len(observed), rate, rate, rate)
    n = as_many([1 / call.probability for call in observed])
    if variance:
        n = min(rate * (1 - rate) / variance, len(observed))
    return Estimate(len(observed), rate, *share_interval(rate, n))


def for_reviewed(drawn: Iterable[SampleCall], heard_ids: Set[str]) -> dict[str, tuple[float, str]]:
    """(probability of being drawn and heard, group) of the drawn calls that somebody heard, by call id.

    Within a group, the calls that nobody has heard yet are taken to be like those that were. An agent of whom nobody
    heard any is taken to be like the other agents; a risk of which nobody heard any is left out.
    """
    calls = [(call.call_id, call.probability, group_of(call.stratum)) for call in drawn]
    weight: defaultdict[str, float] = defaultdict(float)
    weight_heard: defaultdict[str, float] = defaultdict(float)
    for call_id, probability, group in calls:
        weight[group] += 1 / probability
        weight_heard[group] += (call_id in heard_ids) / probability
    agents = {group: weight[group] for group in weight if not is_risk(group)}
    known = sum(weight for group, weight in agents.items() if weight_heard[group]) / (sum(agents.values()) or 1)
    return {
        call_id: (probability * weight_heard[group] / weight[group] * (known if group in agents else 1), group)
        for call_id, probability, group in calls
        if call_id in heard_ids
    }


def _mean_and_variance(observed: Sequence[Observation]) -> tuple[float, float | None, float]:
    """The mean, its variance (``None``: too few calls to tell), and the degrees of freedom of the variance.

    Welch's (Biometrika 1947): a few groups with few calls and heavy weights often decide the variance alone.
    """
    n_calls = sum(1 / call.probability for call in observed)
    mean = sum(call.value / call.probability for call in observed) / n_calls
    groups: defaultdict[str, list[tuple[float, float]]] = defaultdict(list)
    for call in observed:
        if call.probability < CERTAIN:
            groups[call.group].append((call.probability, (call.value - mean) / n_calls / call.probability))
    pooled = _collapsed(groups)
    if any(len(group) < 2 for group in pooled):
        return mean, None, 0.0
    variances = [_variance_of(group) for group in pooled]
    variance = sum(variances)
    if not variance:
        return mean, 0.0, 1.0
    spread = sum(variance * variance / (len(group) + 1) for variance, group in zip(variances, pooled, strict=True))
    return mean, variance, max(1.0, variance * variance / spread - 2)


def _collapsed(groups: Mapping[str, list[tuple[float, float]]]) -> list[list[tuple[float, float]]]:
    """The groups; those of one call, which has no variance of its own, together as one. Errs to the wide side."""
    many = [group for group in groups.values() if len(group) > 1]
    alone = [call for group in groups.values() if len(group) == 1 for call in group]
    if len(alone) == 1 and many:
        smallest = min(many, key=len)
        return [group + alone if group is smallest else group for group in many]
    return many + ([alone] if alone else [])


def _variance_of(group: Sequence[tuple[float, float]]) -> float:
    """Of the sum over a group of fixed size (Deville 1999); N^2 (1 - n/N) s^2 / n where all are drawn alike."""
    n = len(group)
    spare = [1 - probability for probability, _ in group]
    centre = sum(weight * value for weight, (_, value) in zip(spare, group, strict=True)) / sum(spare)
    squares = sum(weight * (value - centre) ** 2 for weight, (_, value) in zip(spare, group, strict=True))
    return n / (n - 1) * squares
