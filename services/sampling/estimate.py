"""Estimates from a sample: people's verdicts on all its calls, beside the machine's."""

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from statistics import fmean

from callqa.errors import ConfigError
from callqa.records import Estimate, SampleCall
from callqa.scores import ItemStatus
from callqa.types import Verdict
from scoring import score_sheet
from scoring.sampling import Observation, SamplePlan, for_reviewed, weighted_mean, weighted_rate
from services.context import RubricContext, RubricSet
from services.sampling.draw import frame_calls
from store.people import samples

ValueOf = Callable[[samples.Candidate, RubricContext], float | None]
Estimator = Callable[[Sequence[Observation]], Estimate]
EARLIER = "更早的抽检"
"""The group of the calls that earlier samples drew: known for themselves, they stand for no others."""


@dataclass(frozen=True)
class Figure:
    """One figure three ways."""

    machine: float | None
    """Over all calls, the machine's."""
    plain: float | None
    """Over the calls that were heard, people's, without weights: of risky calls there are too many."""
    estimate: Estimate
    """Of all calls, by people."""


@dataclass(frozen=True)
class SampleEstimate:
    n_calls: int
    """That pass the plan's filters now, those of earlier samples with them."""
    n_drawn: int
    n_heard: int
    n_earlier: int
    n_earlier_heard: int
    total: Figure
    difference: Figure
    """People's total minus the machine's, of the same call."""
    items: dict[str, Figure]
    """Share of calls that met the item, by item id."""


def estimate(rubric_set: RubricSet, stored: samples.StoredSample) -> SampleEstimate:
    """Raises `ConfigError` while nobody has heard a call of the sample."""
    machine, known = _look_at_all(rubric_set, stored)
    with rubric_set[0].store.read() as connection:
        drawn = [call.drawn for call in samples.calls_of(connection, stored.pk)]
    calls_heard = {call.call_id: (call, context) for call, context in known if call.heard}
    n_heard = sum(call.call_id in calls_heard for call in drawn)
    if not n_heard:
        raise ConfigError("sampling.nobody_heard", plan=stored.plan_id, period=stored.period)
    earlier = [call for call, _ in known if call.sample_pk != stored.pk]
    certain = [SampleCall(call.call_id, EARLIER, 1.0, EARLIER) for call in earlier]
    chances = for_reviewed(drawn, calls_heard.keys()) | for_reviewed(certain, calls_heard.keys())

    def figure(value_of: ValueOf, of_all: float | None, estimator: Estimator) -> Figure:
        values = ((call_id, value_of(*calls_heard[call_id])) for call_id in chances)
        observed = [Observation(value, *chances[call_id]) for call_id, value in values if value is not None]
        plain = fmean(observation.value for observation in observed) if observed else None
        return Figure(of_all, plain, estimator(observed))

    item_ids = dict.fromkeys(item_id for context in rubric_set for item_id in context.rubric.titles)
    return SampleEstimate(
        n_calls=machine.n_calls,
        n_drawn=len(drawn),
        n_heard=n_heard,
        n_earlier=len(earlier),
        n_earlier_heard=sum(call.heard for call in earlier),
        total=figure(lambda call, _: call.total, machine.mean, _mean_of_totals),
        difference=figure(lambda call, _: _difference(call), None, weighted_mean),
        items={item_id: figure(_met(item_id), machine.rate(item_id), weighted_rate) for item_id in item_ids},
    )


def _look_at_all(
    rubric_set: RubricSet, stored: samples.StoredSample
) -> tuple["_Machine", list[tuple[samples.Candidate, RubricContext]]]:
    """The machine's figures over all calls, and the calls that this sample or an earlier one drew."""
    machine = _Machine()
    known: list[tuple[samples.Candidate, RubricContext]] = []
    for _, call, context in frame_calls(rubric_set, SamplePlan.model_validate(stored.document), stored.period):
        machine.add(call, context)
        if call.sample_pk is not None and call.sample_pk <= stored.pk:
            known.append((call, context))
    return machine, known


class _Machine:
    """The machine's figures over all calls."""

    def __init__(self) -> None:
        self._totals: Counter[float] = Counter()
        self._letters: Counter[tuple[str, str]] = Counter()
        self._runs: dict[str, RubricContext] = {}
        self.n_calls = 0

    def add(self, call: samples.Candidate, context: RubricContext) -> None:
        self.n_calls += 1
        self._runs[context.rubric.key] = context
        if call.machine_verdicts is not None:
            self._letters[context.rubric.key, call.machine_verdicts] += 1
        if call.machine_total is not None:
            self._totals[call.machine_total] += 1

    @property
    def mean(self) -> float | None:
        n = self._totals.total()
        return sum(total * times for total, times in self._totals.items()) / n if n else None

    def rate(self, item_id: str) -> float | None:
        met: Counter[float] = Counter()
        for (rubric_key, verdict_string), times in self._letters.items():
            value = _value(self._runs[rubric_key], item_id, verdict_string)
            if value is not None:
                met[value] += times
        return met[1.0] / met.total() if met else None


def _difference(call: samples.Candidate) -> float | None:
    return None if call.total is None or call.machine_total is None else call.total - call.machine_total


def _met(item_id: str) -> ValueOf:
    return lambda call, context: _value(context, item_id, call.verdicts) if call.verdicts else None


def _value(context: RubricContext, item_id: str, verdict_string: str) -> float | None:
    """1 met, 0 violated, ``None`` when it does not apply, waits for a person, or is of another rubric."""
    items = score_sheet("", verdict_string, context.rubric, context.advisory).items
    item = next((item for item in items if item.item_id == item_id and item.status is ItemStatus.SCORED), None)
    return None if item is None else float(item.verdict is Verdict.MET)


def _mean_of_totals(observed: Sequence[Observation]) -> Estimate:
    mean = weighted_mean(observed)
    if mean.low is None or mean.high is None:
        return mean
    return replace(mean, low=max(0.0, mean.low), high=min(100.0, mean.high))
