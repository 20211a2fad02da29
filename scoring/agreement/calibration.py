"""Calibration: the agreement of each pair of raters in a session, item by item, and on the totals."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from statistics import fmean

from callqa.records import Estimate
from callqa.types import LETTERS, Verdict
from scoring.agreement.icc import icc_agreement
from scoring.agreement.trust import DECIDED, majority
from scoring.agreement.two_raters import cohens_kappa, gwets_ac1
from scoring.rubric import Rubric
from scoring.score import score_sheet

Sheet = Mapping[tuple[str, str], Verdict]
"""A rater's verdicts by (call_id, item_id)."""


@dataclass(frozen=True, slots=True)
class ItemAgreement:
    """How two raters agree on one item, over the calls in which both decided it."""

    item_id: str
    n: int
    n_agreed: int
    kappa: Estimate
    ac1: Estimate


@dataclass(frozen=True, slots=True)
class PairAgreement:
    first: str
    second: str
    items: tuple[ItemAgreement, ...]
    """In the rubric's order; items that they never both decided are left out."""


@dataclass(frozen=True, slots=True)
class Totals:
    """How alike the people's totals are."""

    icc: Estimate
    """ICC(A,1) over the calls to which all gave a total."""
    means: tuple[tuple[str, float], ...]
    """Each person's mean total over those calls: who is strict, who is mild."""


@dataclass(frozen=True, slots=True)
class Disputed:
    """A call on whose items people differ."""

    call_id: str
    items: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class CalibrationReport:
    pairs: tuple[PairAgreement, ...]
    """Each pair of people, then the machine and the people's majority."""
    totals: Totals | None
    """``None`` when the session asked for some of the rubric's items only."""
    disputed: tuple[Disputed, ...]
    """The most disputed calls first."""
    n_ties: int
    """Answers without a majority: people decided, and as many said otherwise."""


def majorities(people: Mapping[str, Sheet]) -> dict[tuple[str, str], Verdict]:
    """What most people said of each item of each call; ties and what nobody decided are left out."""
    decided = {
        place: majority(sheet[place] for sheet in people.values() if place in sheet) for place in _places(people)
    }
    return {place: verdict for place, verdict in decided.items() if verdict is not None}


def calibration_report(
    calls: Sequence[str],
    items: Sequence[str],
    people: Mapping[str, Sheet],
    machine: Sheet,
    rubric: Rubric,
    names: tuple[str, str] = ("machine", "majority"),
) -> CalibrationReport:
    """``names``: what to call the machine and the majority in the last pair."""
    most = majorities(people)
    pairs = [(first, other, people[first], people[other]) for first, other in combinations(people, 2)]
    pairs.append((*names, machine, most))
    decided = {place for sheet in people.values() for place, verdict in sheet.items() if verdict in DECIDED}
    return CalibrationReport(
        pairs=tuple(PairAgreement(first, other, _items(a, b, calls, items)) for first, other, a, b in pairs),
        totals=_totals(calls, people, rubric) if set(items) >= set(rubric.titles) else None,
        disputed=_disputed(calls, items, people),
        n_ties=len(decided - set(most)),
    )


def _items(sheet: Sheet, other_sheet: Sheet, calls: Sequence[str], items: Sequence[str]) -> tuple[ItemAgreement, ...]:
    per_item = []
    for item in items:
        pairs = [(sheet.get((call, item)), other_sheet.get((call, item))) for call in calls]
        both = [(a, b) for a, b in pairs if a in DECIDED and b in DECIDED]
        if both:
            agreed = sum(a is b for a, b in both)
            per_item.append(ItemAgreement(item, len(both), agreed, cohens_kappa(both), gwets_ac1(both)))
    return tuple(per_item)


def _totals(calls: Sequence[str], people: Mapping[str, Sheet], rubric: Rubric) -> Totals:
    rows = [[_total(call, sheet, rubric) for sheet in people.values()] for call in calls]
    whole = [[total for total in row if total is not None] for row in rows]
    whole = [row for row in whole if len(row) == len(people)]
    means = tuple((name, fmean(column)) for name, column in zip(people, zip(*whole, strict=True), strict=False))
    return Totals(icc_agreement(whole), means)


def _total(call_id: str, sheet: Sheet, rubric: Rubric) -> float | None:
    """Of a sheet that a person filled alone; what they could not tell is undecided."""
    verdict_string = "".join(LETTERS[sheet.get((call_id, item.id), Verdict.UNSURE)].lower() for item in rubric.items)
    return score_sheet(call_id, verdict_string, rubric).total


def _disputed(calls: Sequence[str], items: Sequence[str], people: Mapping[str, Sheet]) -> tuple[Disputed, ...]:
    disputed = []
    for call in calls:
        verdicts = {item: {sheet.get((call, item)) for sheet in people.values()} & DECIDED for item in items}
        if differ := tuple(item for item in items if len(verdicts[item]) > 1):
            disputed.append(Disputed(call, differ))
    return tuple(sorted(disputed, key=lambda d: -len(d.items)))


def _places(people: Mapping[str, Sheet]) -> list[tuple[str, str]]:
    return list(dict.fromkeys(place for sheet in people.values() for place in sheet))
