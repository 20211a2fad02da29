"""Evaluation: the agreement of the checks with people's labels."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
import numpy.typing as npt

from callqa.types import Finding, Verdict
from scoring.agreement.two_raters import cohens_kappa

Label = Literal["pass", "fail", "na"]
ANSWERS: dict[Verdict, Label] = {Verdict.MET: "pass", Verdict.VIOLATED: "fail", Verdict.NOT_APPLICABLE: "na"}
LABELS = frozenset(ANSWERS.values())
RESAMPLES, SEED = 2000, 12345
QUOTE = 60  # characters of evidence shown with a disagreement

Interval = tuple[float, float]


@dataclass(frozen=True, slots=True)
class LabelledCall:
    """What people and what the checks said of one call."""

    call_id: str
    labels: Mapping[str, Label]
    """By item; a check answers the item of its own id."""
    findings: tuple[Finding, ...]
    author: str = ""
    """Who wrote the call: calls of one author are alike."""


@dataclass(frozen=True, slots=True)
class ItemFigures:
    """Agreement on one item. A figure is ``None`` where nothing was there to count."""

    item: str
    n: int
    """Calls with a label and a finding."""
    n_fail: int
    """Calls that people failed."""
    hits: int
    """Failed by both."""
    false_alarms: int
    """Failed by the check alone."""
    misses: int
    """Failed by people, and not by the check; abstentions are in it."""
    abstentions: int
    """UNSURE or ERROR."""
    precision: float | None
    recall: float | None
    f1: float | None
    f1_interval: Interval | None
    """95 %, by drawing the authors anew, or the calls where there is one author (percentile bootstrap)."""
    kappa: float | None
    """Cohen's kappa of pass, fail and na, over the decided calls; ``None`` if chance alone explains everything."""


@dataclass(frozen=True, slots=True)
class Overall:
    """Figures over all items."""

    macro_f1: float | None
    """Mean F1 of the items that people failed at least once."""
    macro_f1_interval: Interval | None
    wrongly_failed: float | None
    """Share of the labels 'pass' that the check failed."""
    unsure: float | None
    """Share of all labels that were answered UNSURE or ERROR."""


@dataclass(frozen=True, slots=True)
class Disagreement:
    """A label and a finding that are not the same."""

    item: str
    call_id: str
    label: Label
    answer: str
    """pass, fail, na, unsure or error."""
    reason: str
    quote: str
    """The beginning of the evidence."""


@dataclass(frozen=True, slots=True)
class Figures:
    """How checks and people agree."""

    items: tuple[ItemFigures, ...]
    overall: Overall
    disagreements: tuple[Disagreement, ...]


def evaluate(items: Iterable[LabelledCall]) -> Figures:
    """Figures of each labelled item that has findings, in the order of first appearance.

    'fail' is the class that is looked for. An UNSURE or ERROR finding is an abstention: precision leaves it out, recall
    counts it as missed, kappa is taken over the decided calls (pass, fail, na).
    """
    calls = list(items)
    rows = [
        (n, call, finding)
        for n, call in enumerate(calls)
        for finding in call.findings
        if finding.check_id in call.labels
    ]
    pairs: dict[str, list[Pair]] = {item: [] for call in calls for item in call.labels}
    for n, call, finding in rows:
        pairs[finding.check_id].append(Pair(n, call.labels[finding.check_id], _answer(finding)))
    return figures_of(pairs, [call.author for call in calls], tuple(_disagreements(rows)))


def figures_of(
    pairs: Mapping[str, Sequence["Pair"]], authors: Sequence[str], disagreements: tuple[Disagreement, ...] = ()
) -> Figures:
    """Figures of the pairs of each item; ``authors``: of each call, by its number."""
    pairs = {item: answers for item, answers in pairs.items() if answers}
    weights = _resamples(authors)
    drawn = {item: _drawn_f1(answers, weights) for item, answers in pairs.items()}
    figures = tuple(_figures(item, answers, drawn[item]) for item, answers in pairs.items())
    return Figures(figures, _overall(figures, pairs, drawn), disagreements)


@dataclass(frozen=True, slots=True)
class Pair:
    """What people and a check, or other people, said of an item of the ``n``-th call."""

    n: int
    label: Label
    answer: str
    """A label, or ``unsure`` or ``error``."""


def _answer(finding: Finding) -> str:
    return ANSWERS.get(finding.verdict, finding.verdict.value)


def _figures(item: str, pairs: Sequence[Pair], drawn: npt.NDArray[np.float64]) -> ItemFigures:
    decided = [(pair.label, pair.answer) for pair in pairs if pair.answer in LABELS]
    n_fail = sum(pair.label == "fail" for pair in pairs)
    hits = sum(pair == ("fail", "fail") for pair in decided)
    false_alarms = sum(label != "fail" and answer == "fail" for label, answer in decided)
    f1 = _ratio(2 * hits, hits + false_alarms + n_fail)
    return ItemFigures(
        item=item,
        n=len(pairs),
        n_fail=n_fail,
        hits=hits,
        false_alarms=false_alarms,
        misses=n_fail - hits,
        abstentions=len(pairs) - len(decided),
        precision=_ratio(hits, hits + false_alarms),
        recall=_ratio(hits, n_fail),
        f1=f1,
        f1_interval=None if f1 is None else _interval(drawn),
        kappa=cohens_kappa(decided).value,
    )


def _overall(
    figures: Sequence[ItemFigures], pairs: Mapping[str, Sequence[Pair]], drawn: Mapping[str, npt.NDArray[np.float64]]
) -> Overall:
    failing = [item for item in figures if item.n_fail and item.f1 is not None]
    everything = [pair for answers in pairs.values() for pair in answers]
    passed = [pair for pair in everything if pair.label == "pass"]
    macro = np.array([drawn[item.item] for item in failing])
    return Overall(
        macro_f1=sum(item.f1 or 0.0 for item in failing) / len(failing) if failing else None,
        macro_f1_interval=_interval(_mean_of_known(macro)) if failing else None,
        wrongly_failed=_ratio(sum(pair.answer == "fail" for pair in passed), len(passed)),
        unsure=_ratio(sum(pair.answer not in LABELS for pair in everything), len(everything)),
    )


def _disagreements(rows: Iterable[tuple[int, LabelledCall, Finding]]) -> Iterable[Disagreement]:
    for _, call, finding in rows:
        label, answer = call.labels[finding.check_id], _answer(finding)
        if label != answer:
            quote = " / ".join(e.quote for e in finding.evidence)[:QUOTE]
            yield Disagreement(finding.check_id, call.call_id, label, answer, finding.reason, quote)


def _resamples(authors: Sequence[str]) -> npt.NDArray[np.float64]:
    """How often each call is drawn, shape (`RESAMPLES`, calls): with its whole author, or alone where there is one."""
    if not authors:
        return np.zeros((RESAMPLES, 0))
    names = sorted(set(authors))
    groups = [names.index(author) for author in authors] if len(names) > 1 else list(range(len(authors)))
    n = max(groups) + 1
    drawn = np.random.default_rng(SEED).multinomial(n, np.full(n, 1 / n), RESAMPLES)
    return drawn[:, groups].astype(np.float64)


def _drawn_f1(pairs: Sequence[Pair], weights: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    """F1 in each resample, shape (`RESAMPLES`,); NaN where there is nothing to find and nothing was found."""
    drawn = weights[:, [pair.n for pair in pairs]]
    failed = np.array([pair.label == "fail" for pair in pairs], dtype=np.float64)
    answered = np.array([pair.answer == "fail" for pair in pairs], dtype=np.float64)
    both = drawn @ (failed + answered)
    with np.errstate(invalid="ignore"):
        f1: npt.NDArray[np.float64] = 2 * (drawn @ (failed * answered)) / both
    return f1


def _mean_of_known(values: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    """Column means without the NaNs; NaN where a column has nothing else."""
    known = ~np.isnan(values)
    with np.errstate(invalid="ignore"):
        mean: npt.NDArray[np.float64] = np.where(known, values, 0).sum(axis=0) / known.sum(axis=0)
    return mean


def _interval(values: npt.NDArray[np.float64]) -> Interval | None:
    known = values[~np.isnan(values)]
    if not len(known):
        return None
    low, high = np.quantile(known, (0.025, 0.975))
    return float(low), float(high)


def _ratio(part: int, whole: int) -> float | None:
    return part / whole if whole else None
