"""Trust: the items that may deduct, by how often people agreed with the machine, against the rubric's floors."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence, Set
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Literal

from callqa.records import Estimate, ItemTrust
from callqa.scores import ItemStatus
from callqa.types import Verdict
from scoring.agreement.two_raters import cohens_kappa, gwets_ac1
from scoring.proportion import as_many, share_interval
from scoring.rubric import Rubric
from scoring.rubric_items import Item, TrustFloor
from scoring.score import judge_items, score_sheet

DECIDED = frozenset({Verdict.MET, Verdict.VIOLATED, Verdict.NOT_APPLICABLE})
Standing = Literal["deducts", "suggests", "unverified"]


@dataclass(frozen=True, slots=True)
class Judged:
    """What the machine and people said of one item of one call."""

    machine: Verdict
    people: Verdict
    weight: float | None = None
    """Of a call that was drawn by chance and decided whatever the machine had said: the inverse of its chance, up to
    a factor. ``None`` for all others. Calls that people look at because the machine found something tell how often it
    is right, never what it misses; so recall, kappa and AC1 come from calls with a weight alone."""


def machine_verdicts(answers: Mapping[str, Verdict], rubric: Rubric) -> dict[str, Verdict]:
    """What the checks' ``answers`` say of each item, by its id: where its condition leaves it out, not applicable."""
    sheet = score_sheet("", judge_items(answers, rubric), rubric)
    not_decided = {ItemStatus.NOT_APPLICABLE: Verdict.NOT_APPLICABLE, ItemStatus.NEEDS_REVIEW: Verdict.UNSURE}
    return {item.item_id: not_decided.get(item.status, item.verdict) for item in sheet.items}


def trust_of(pairs: Iterable[Judged], item_id: str, at: datetime) -> ItemTrust:
    """How far the machine's violations of an item can be relied on.

    Only violated or not counts: "not applicable" is not violated. What people or the machine left undecided is in no
    figure.
    """
    answered = [pair for pair in pairs if pair.people in DECIDED]
    decided = [pair for pair in answered if pair.machine in DECIDED]
    violated = [(pair.machine is Verdict.VIOLATED, pair.people is Verdict.VIOLATED, pair.weight) for pair in decided]
    drawn = [(machine, people, weight) for machine, people, weight in violated if weight is not None]
    claims = [(people, 1.0) for machine, people, _ in violated if machine]
    both, weights = [pair[:2] for pair in drawn], [weight for _, _, weight in drawn]
    return ItemTrust(
        item_id=item_id,
        n=len(decided),
        n_undecided=len(answered) - len(decided),
        precision=replace(share_of(claims), best_low=share_of([(True, 1.0) for _ in claims]).low),
        recall=share_of([(machine, weight) for machine, people, weight in drawn if people]),
        kappa=replace(cohens_kappa(both, weights), best_low=_best_kappa(both, weights)),
        ac1=gwets_ac1(both, weights),
        at=at,
    )


ASKED_FLOOR = TrustFloor(figure="kappa", floor=0.6)
"""Of an item that a language model answers, where the rubric gives none, or one of another figure."""


def floor_of(item: Item, asked: bool = False) -> TrustFloor | None:
    """What a figure of the item has to reach; ``None``: nothing. ``asked``: of a language model."""
    floor = item.trust_floor
    return ASKED_FLOOR if asked and (floor is None or floor.figure != "kappa") else floor


def standing(item: Item, trust: ItemTrust | None, asked: bool = False) -> Standing:
    """What a machine's violation of the item does.

    It ``suggests`` when at least ``min_reviewed`` cases were counted and the lower bound of the floor's figure is
    below the floor. The cases are those of the figure. An item that deducts without proof is ``unverified``: with
    fewer cases, or when there are so few violations in them, as one in twenty calls, that even full agreement would
    have a bound below the floor. Else a first look at an item that is rarely violated would take its points away,
    however right the machine was; yet it suggests when the upper bound, too, is below the floor. Without a floor an
    item deducts. One that is ``asked`` of a language model suggests until kappa's lower bound has passed the floor.
    """
    floor = floor_of(item, asked)
    if floor is None:
        return "deducts"
    if asked:
        return _proven(floor, trust)
    figure: Estimate | None = getattr(trust, floor.figure, None)
    if figure is None or figure.low is None or figure.n < floor.min_reviewed:
        return "unverified"
    if figure.low >= floor.floor:
        return "deducts"
    could_pass = figure.best_low is not None and figure.best_low >= floor.floor
    cannot_be = figure.high is not None and figure.high < floor.floor
    return "suggests" if could_pass or cannot_be else "unverified"


def _proven(floor: TrustFloor, trust: ItemTrust | None) -> Standing:
    kappa = trust.kappa if trust else None
    if kappa is None or kappa.low is None or kappa.n < floor.min_reviewed:
        return "suggests"
    return "deducts" if kappa.low >= floor.floor else "suggests"


def advisory_items(rubric: Rubric, trusts: Mapping[str, ItemTrust], asked: Set[str] = frozenset()) -> frozenset[str]:
    """Ids of the rubric's items whose violations only suggest; ``asked``: of those that a language model answers."""
    return frozenset(
        item.id for item in rubric.items if standing(item, trusts.get(item.id), item.id in asked) == "suggests"
    )


def majority(verdicts: Iterable[Verdict]) -> Verdict | None:
    """What more people said than anything else, of those who decided; ``None`` for a tie or when nobody did.

    >>> majority([Verdict.MET, Verdict.VIOLATED, Verdict.MET])
    <Verdict.MET: 'met'>
    """
    counted = Counter(verdict for verdict in verdicts if verdict in DECIDED).most_common(2)
    if not counted or (len(counted) > 1 and counted[0][1] == counted[1][1]):
        return None
    return counted[0][0]


def _best_kappa(both: Sequence[tuple[bool, bool]], weights: Sequence[float]) -> float | None:
    """The lower bound, had one of them said all that the other one says."""
    alike = [cohens_kappa([(pair[rater], pair[rater]) for pair in both], weights).low for rater in (0, 1)]
    return max((low for low in alike if low is not None), default=None)


def share_of(cases: Sequence[tuple[bool, float]]) -> Estimate:
    """Of (hit, weight). Wilson's interval over the number of equally weighted cases that would be as exact."""
    if not cases:
        return Estimate(0, why_not="no_violations")
    weights = [weight for _, weight in cases]
    share, n = sum(weight for hit, weight in cases if hit) / sum(weights), as_many(weights)
    return Estimate(len(cases), share, *share_interval(share, n))
