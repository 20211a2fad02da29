"""A challenger: a version of a model learnt from examples, and how it does beside the version in use.

It is measured on examples that it has not learnt from, those of one part of the agents (or of the calls) at a time, and
only on such that the version in use has not learnt from either. A label is learnt where that shows a gain.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from hashlib import sha256
from importlib.metadata import version
from typing import Literal, NamedTuple

import numpy as np
from scipy.sparse import csr_matrix
from scipy.special import bdtrc

from callqa.learning import LabelCard, ModelCard, ModelVersion
from qa_models.utterance.features import vectors
from qa_models.utterance.line import Line
from qa_models.utterance.linear import LinearModel
from qa_models.utterance.model import UtteranceModel, load_model, model_key
from qa_models.utterance.refit import TaughtLines, refitted
from qa_models.utterance.versions import ModelFiles
from services.learning.taught import Limits, Taught, TaughtExample

LEAST = 10
"""Examples of either kind, of the label and not of it, from which on a label is learnt."""
FOLDS = 5
SURE = 0.05
"""Chance of the sign test up to which a gain counts."""
DOUBT = 0.5


class Champion(NamedTuple):
    """The version in use."""

    key: str
    model: UtteranceModel
    card: ModelCard | None
    """``None`` for the shipped model."""

    def learnt_at(self, label: str) -> datetime | None:
        """When it learnt a label; examples of before are known to it."""
        cards = self.card.labels if self.card else ()
        return next((card.learnt_at for card in cards if card.label == label), None)


@dataclass(frozen=True)
class Challenger:
    """What was learnt."""

    version: ModelVersion
    """It differs from the shipped model where a label was learnt."""
    files: ModelFiles

    @property
    def gains(self) -> bool:
        """Whether it has learnt anything that the version in use has not."""
        return bool(self.version.card.learnt)


def challenger_of(
    model: str, taught: Taught, others: Sequence[Line], champion: Champion, author: str, at: datetime
) -> Challenger:
    """The same for the same examples. ``others``: words of the hotline of which nobody said anything."""
    shipped = load_model(model)
    assert shipped.linear is not None
    assert champion.model.linear is not None
    other_rows = vectors(others)
    linear = LinearModel(champion.model.linear.weights.copy(), champion.model.linear.bias.copy())
    cards = []
    for column, label in enumerate(shipped.labels):
        examples = [example for example in taught.examples if example.label.label == label]
        measured = _Measured.of(label, examples, champion.learnt_at(label))
        if measured.enough:
            maker = _Maker(shipped.linear, column, other_rows, examples[0].label.limits)
            measured = _measure(measured, examples, maker, champion, at)
            if measured.card.outcome == "learnt":
                learnt = maker.learn(examples)
                linear.weights[:, column], linear.bias[column] = learnt.weights[:, column], learnt.bias[column]
        cards.append(measured.card)
    files = replace(shipped, linear=linear).files()
    card = ModelCard(
        labels=tuple(cards),
        n_examples=len(taught.examples),
        n_golden=taught.n_golden,
        n_withdrawn=taught.n_withdrawn,
        shipped=model_key(model),
        compared=champion.key,
        code=version("callqa"),
    )
    return Challenger(ModelVersion(model, files.key, card, author, at), files)


class _Maker(NamedTuple):
    """What a label is learnt with, besides examples."""

    known: LinearModel
    column: int
    others: csr_matrix
    limits: Limits

    def learn(self, examples: Iterable[TaughtExample]) -> LinearModel:
        lines = [(line, example.of_label) for example in examples for line in example.lines]
        wanted = np.array([of_label for _, of_label in lines], dtype=np.float64)
        taught = TaughtLines(vectors([line for line, _ in lines]), wanted, self.others)
        return refitted(self.known, self.column, taught, self.limits.doubt)

    def right(self, model: LinearModel, example: TaughtExample) -> float:
        """1 where the model decides the example as the person did, 0 where it does not, one half for doubt."""
        score = float((vectors(example.lines) @ model.weights[:, self.column] + model.bias[self.column]).max())
        probability = 1 / (1 + np.exp(-score))
        noticed = 1.0 if probability >= self.limits.sure else DOUBT if probability >= self.limits.doubt else 0.0
        return noticed if example.of_label else 1 - noticed


class _Measured(NamedTuple):
    card: LabelCard
    folds: tuple[frozenset[int], ...]
    """Indices of the examples that are left out together."""
    units: tuple[str, ...]
    """The agent or call of each example."""

    @property
    def enough(self) -> bool:
        return min(self.card.n_of, self.card.n_other) >= LEAST and len(self.folds) > 1

    @classmethod
    def of(cls, label: str, examples: Sequence[TaughtExample], learnt_at: datetime | None) -> "_Measured":
        unit: Literal["agent", "call"] = "agent" if len({e.agent_id for e in examples}) >= FOLDS else "call"
        units = tuple(e.agent_id if unit == "agent" else e.call_id for e in examples)
        by_hash = sorted(set(units), key=lambda name: sha256(name.encode()).hexdigest())
        fold_of = {name: i % FOLDS for i, name in enumerate(by_hash)}
        folds = [frozenset(i for i, name in enumerate(units) if fold_of[name] == fold) for fold in range(FOLDS)]
        n_of = sum(example.of_label for example in examples)
        n_other, none = len(examples) - n_of, (0, 0, 1.0, 0.0, 0.0, 0.0, 0.0)
        card = LabelCard(label, n_of, n_other, unit, len(by_hash), *none, outcome="too_few", learnt_at=learnt_at)
        return cls(card, tuple(filter(None, folds)), units)


def _measure(
    measured: _Measured, examples: Sequence[TaughtExample], maker: _Maker, champion: Champion, at: datetime
) -> _Measured:
    """With figures on examples that neither version has learnt from."""
    assert champion.model.linear is not None
    since = measured.card.learnt_at
    before: dict[int, float] = {}
    after: dict[int, float] = {}
    for fold in measured.folds:
        unseen = [i for i in sorted(fold) if since is None or examples[i].at > since]
        if not unseen:
            continue
        learnt = maker.learn(example for i, example in enumerate(examples) if i not in fold)
        for i in unseen:
            before[i] = maker.right(champion.model.linear, examples[i])
            after[i] = maker.right(learnt, examples[i])
    better, worse = _better_and_worse(measured.units, before, after)
    p = sign_test(better, worse)
    of_before, other_before = _shares(examples, before)
    of_after, other_after = _shares(examples, after)
    gains = p <= SURE and of_after >= of_before and other_after >= other_before
    card = replace(
        measured.card,
        better=better,
        worse=worse,
        p=p,
        of_before=of_before,
        of_after=of_after,
        other_before=other_before,
        other_after=other_after,
        outcome="learnt" if gains else "no_gain",
        learnt_at=at if gains else since,
    )
    return measured._replace(card=card)


def _better_and_worse(units: Sequence[str], before: dict[int, float], after: dict[int, float]) -> tuple[int, int]:
    gains: defaultdict[str, float] = defaultdict(float)
    for i in before:
        gains[units[i]] += after[i] - before[i]
    return sum(gain > 0 for gain in gains.values()), sum(gain < 0 for gain in gains.values())


def _shares(examples: Sequence[TaughtExample], right: dict[int, float]) -> tuple[float, float]:
    """Share decided right, of examples of the label and of the others; 0 where there is none."""

    def mean(of_label: bool) -> float:
        kind = [share for i, share in right.items() if examples[i].of_label is of_label]
        return sum(kind) / len(kind) if kind else 0.0

    return mean(True), mean(False)


def sign_test(better: int, worse: int) -> float:
    """The chance of so many better ones or more among these, if either is as likely; ties are left out.

    >>> round(sign_test(5, 0), 3), sign_test(0, 0)
    (0.031, 1.0)
    """
    return float(bdtrc(better - 1, better + worse, 0.5))
