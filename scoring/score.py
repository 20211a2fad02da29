"""One call's score sheet: pure and total, whatever findings there are."""

from collections.abc import Iterable, Mapping

from callqa.types import CallScore, Finding, ItemScore, ItemStatus, Verdict
from scoring.rubric import Item, Rubric

WEIGHT = {
    verdict: weight
    for weight, verdict in enumerate(
        (Verdict.NOT_APPLICABLE, Verdict.MET, Verdict.UNSURE, Verdict.ERROR, Verdict.VIOLATED)
    )
}
"""The heaviest verdict among an item's checks is the item's. A sure violation stays one, whatever else is unsure."""


def score_call(call_id: str, findings: Iterable[Finding], rubric: Rubric) -> CallScore:
    """The score sheet of one call.

    The total is 100 * points / max_points over the items that were decided: items that do not apply, and items that
    no check could decide, are left out, never counted as zero. A needed check without a finding counts as ERROR, so
    its item goes to a person. Findings that no item needs change nothing. A violated fatal item is flagged and goes
    to a person; the total is not touched. A call of which too little could be decided has no total: one lucky item
    must not make it a perfect call.
    """
    verdicts: dict[str, Verdict] = {}
    for finding in findings:
        known = verdicts.get(finding.check_id, finding.verdict)
        verdicts[finding.check_id] = max(known, finding.verdict, key=WEIGHT.__getitem__)
    items = tuple(_score_item(item, verdicts) for item in rubric.items)
    return CallScore(
        call_id=call_id,
        rubric_key=rubric.key,
        total=_total(items, rubric.min_decided),
        items=items,
        needs_review=any(item.fatal or item.status is ItemStatus.NEEDS_REVIEW for item in items),
    )


def _score_item(item: Item, verdicts: Mapping[str, Verdict]) -> ItemScore:
    verdict = max((verdicts.get(check_id, Verdict.ERROR) for check_id in item.needs), key=WEIGHT.__getitem__)
    status, points = _outcome(item, verdict)
    return ItemScore(
        item_id=item.id,
        status=status,
        verdict=verdict,
        points=points,
        max_points=item.points,
        fatal=item.fatal and verdict is Verdict.VIOLATED,
        check_ids=item.needs,
    )


def _outcome(item: Item, verdict: Verdict) -> tuple[ItemStatus, float | None]:
    match verdict:
        case Verdict.MET:
            return ItemStatus.SCORED, item.points
        case Verdict.VIOLATED:
            return ItemStatus.SCORED, 0.0
        case Verdict.NOT_APPLICABLE:
            return ItemStatus.NOT_APPLICABLE, None
        case Verdict.UNSURE | Verdict.ERROR:
            return ItemStatus.NEEDS_REVIEW, None


def _total(items: tuple[ItemScore, ...], min_decided: float) -> float | None:
    decided = sum(item.max_points for item in items if item.status is ItemStatus.SCORED)
    undecided = sum(item.max_points for item in items if item.status is ItemStatus.NEEDS_REVIEW)
    if not decided or decided < min_decided * (decided + undecided):
        return None
    # First the ratio, then the scale: 100 * p / p need not be 100 in floating point.
    return 100 * (sum(item.points for item in items if item.points is not None) / decided)
