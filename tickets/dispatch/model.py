"""Model of dispatch: the probability that each unit is responsible, learnt from where tickets ended.

A multinomial logistic regression over `features`; older tickets weigh less, since duties change. Of a type of matter
whose duty has changed, tickets of before do not teach at all.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import numpy as np
from scipy.special import softmax

from tickets.dispatch.duties import LocalUnits, local_units
from tickets.dispatch.features import Vocabulary, features, vocabulary
from tickets.dispatch.matter import Experience, Matter

HALF_LIFE = timedelta(days=30)
"""After which a ticket teaches half as much; without forgetting, two changed duties cost 1.5 points of accuracy. Where
`ENOUGH` tickets take longer than that, the time they take: few tickets are not forgotten."""
ENOUGH = 8_000
PENALTY = 0.5
"""Of large weights (L2), in units of one ticket."""
STEPS = 100
N_SHOWN = 3


@dataclass(frozen=True, slots=True)
class Suggestion:
    """The likeliest units of a ticket, the likeliest first, with their probabilities."""

    units: tuple[tuple[str, float], ...]

    @property
    def unit(self) -> str | None:
        return self.units[0][0] if self.units else None

    @property
    def confidence(self) -> float:
        return self.units[0][1] if self.units else 0.0


@dataclass(frozen=True, slots=True)
class DispatchModel:
    """Made by `learn`."""

    words: Vocabulary
    offices: LocalUnits
    duties: tuple[str, ...]
    weights: np.ndarray
    """(duties, columns)"""
    biases: np.ndarray
    """(duties,)"""

    def suggest(self, matters: Sequence[Matter]) -> list[Suggestion]:
        """For each of these; an office of a place that is not known is not among the units."""
        logits = features(matters, self.words) @ self.weights.T + self.biases
        return [self._named(matter, row) for matter, row in zip(matters, softmax(logits, axis=1), strict=True)]

    def _named(self, matter: Matter, probabilities: np.ndarray) -> Suggestion:
        units: dict[str, float] = {}
        for place in np.argsort(-probabilities)[: N_SHOWN + 1]:
            if (unit := self.offices.unit(matter.street, self.duties[place])) is not None:
                units[unit] = units.get(unit, 0.0) + float(probabilities[place])
        likeliest = sorted(units.items(), key=lambda named: -named[1])
        return Suggestion(tuple(likeliest[:N_SHOWN]))


def learn(past: Sequence[Experience], now: datetime, changed: Mapping[str, datetime] | None = None) -> DispatchModel:
    """A model of what is known now. ``changed``: since when another unit is responsible, by type of matter.

    Raises `ValueError` where the past knows fewer than two units.
    """
    from sklearn.linear_model import LogisticRegression  # a second to import, for those who learn

    since = changed or {}
    known = [each for each in past if _is_known(each, now) and not _is_outdated(each, since)]
    offices = local_units((each.matter.street, each.outcome.unit) for each in known)
    words = vocabulary([each.matter for each in known])
    duties = [offices.duty(each.matter.street, each.outcome.unit) for each in known]
    ages = np.array([(now - each.matter.filed_at) / timedelta(days=1) for each in known])
    half_life = max(HALF_LIFE / timedelta(days=1), float(ages.max(initial=0.0)) * ENOUGH / max(1, len(known)))
    regression = LogisticRegression(C=1 / PENALTY, max_iter=STEPS, tol=1e-3)
    regression.fit(features([each.matter for each in known], words), duties, sample_weight=0.5 ** (ages / half_life))
    weights, biases = regression.coef_, regression.intercept_
    if len(regression.classes_) == 2:  # told by one row
        weights, biases = np.vstack([-weights / 2, weights / 2]), np.concatenate([-biases / 2, biases / 2])
    return DispatchModel(words, offices, tuple(map(str, regression.classes_)), weights, biases)


def _is_known(each: Experience, now: datetime) -> bool:
    return each.outcome.known_at is not None and each.outcome.known_at <= now


def _is_outdated(each: Experience, since: Mapping[str, datetime]) -> bool:
    return each.matter.leaf in since and each.matter.filed_at < since[each.matter.leaf]
