"""How well the checks agree with people's labels."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Literal

from callqa.types import Finding, Verdict

Label = Literal["pass", "fail", "na"]
ANSWERS = {Verdict.MET: "pass", Verdict.VIOLATED: "fail", Verdict.NOT_APPLICABLE: "na"}


@dataclass(frozen=True, slots=True)
class LabelledCall:
    """What people and what the checks said of one call."""

    call_id: str
    labels: Mapping[str, Label]
    """By item; a check answers the item of its own id."""
    findings: tuple[Finding, ...]


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
    kappa: float | None
    """Cohen's kappa of pass, fail and na, over the decided calls; ``None`` if chance alone explains everything."""


def evaluate(items: Iterable[LabelledCall]) -> tuple[ItemFigures, ...]:
    """Figures of each labelled item that has findings, in the order of first appearance.

    'fail' is the class that is looked for. An UNSURE or ERROR finding is an abstention: precision leaves it out, recall
    counts it as missed, kappa is taken over the decided calls (pass, fail, na).
    """
    pairs: dict[str, list[tuple[str, Verdict]]] = {}
    for call in items:
        verdicts = {finding.check_id: finding.verdict for finding in call.findings}
        for item, label in call.labels.items():
            if item in verdicts:
                pairs.setdefault(item, []).append((label, verdicts[item]))
    return tuple(_figures(item, found) for item, found in pairs.items())


def _figures(item: str, pairs: list[tuple[str, Verdict]]) -> ItemFigures:
    decided = [(label, ANSWERS[verdict]) for label, verdict in pairs if verdict in ANSWERS]
    n_fail = sum(label == "fail" for label, _ in pairs)
    hits = sum(pair == ("fail", "fail") for pair in decided)
    false_alarms = sum(label != "fail" and answer == "fail" for label, answer in decided)
    precision = _ratio(hits, hits + false_alarms)
    recall = _ratio(hits, n_fail)
    return ItemFigures(
        item=item,
        n=len(pairs),
        n_fail=n_fail,
        hits=hits,
        false_alarms=false_alarms,
        misses=n_fail - hits,
        abstentions=len(pairs) - len(decided),
        precision=precision,
        recall=recall,
        f1=_ratio(2 * hits, 2 * hits + false_alarms + n_fail - hits),
        kappa=cohens_kappa(decided),
    )


def _ratio(part: int, whole: int) -> float | None:
    return part / whole if whole else None


def cohens_kappa(pairs: Iterable[tuple[str, str]]) -> float | None:
    """Agreement beyond chance, -1 to 1; ``None`` without pairs or when both always give the same one answer."""
    pairs = list(pairs)
    if not pairs:
        return None
    n = len(pairs)
    ours, theirs = Counter(a for a, _ in pairs), Counter(b for _, b in pairs)
    expected = sum(ours[answer] * theirs[answer] for answer in ours) / n**2
    if expected == 1:
        return None
    observed = sum(a == b for a, b in pairs) / n
    return (observed - expected) / (1 - expected)
