"""One call's score sheet: pure and total, whatever findings there are.

The sheet has two steps, so that a million calls can be scored again and people's verdicts take the same way as the
machine's: findings become one letter an item (`judge_items`), letters become points (`score_sheet`).
"""

from collections.abc import Iterable, Mapping, Set

from callqa.types import LETTERS, VERDICT_OF, CallScore, Finding, ItemScore, ItemStatus, Verdict
from scoring.rubric import Item, Rubric

WEIGHT = {
    verdict: weight
    for weight, verdict in enumerate(
        (Verdict.NOT_APPLICABLE, Verdict.MET, Verdict.UNSURE, Verdict.ERROR, Verdict.VIOLATED)
    )
}
"""The heaviest verdict among an item's checks is the item's. A sure violation stays one, whatever else is unsure."""


def judge_items(verdicts: Mapping[str, Verdict], rubric: Rubric) -> str:
    """The letters of the items, from the verdict of each check by its id.

    A needed check without a verdict counts as ERROR, so its item goes to a person. Checks that no item needs change
    nothing.
    """
    return "".join(
        LETTERS[max((verdicts.get(check_id, Verdict.ERROR) for check_id in item.needs), key=WEIGHT.__getitem__)]
        for item in rubric.items
    )


def score_sheet(
    call_id: str, letters: str, rubric: Rubric, suggesting: Set[str] = frozenset(), manual_points: float = 0.0
) -> CallScore:
    """The score sheet for the letters of the rubric's items, see `callqa.types.LETTERS`.

    The total is 100 * points / max_points over the items that were decided: items that do not apply, and items that
    nobody could decide, are left out, never counted as zero. ``suggesting``: ids of items whose violations, when the
    machine found them, are suggestions that go to a person. The machine's violation of a fatal item is flagged and
    goes to a person, and the total is not touched; a person's caps it. A call of which too little could be decided
    has no total: one lucky item must not make it a perfect call. Raises `ValueError` when there is not one letter an
    item.
    """
    items = tuple(
        _score_item(item, letter, item.id in suggesting) for item, letter in zip(rubric.items, letters, strict=True)
    )
    total = _total(items, rubric.min_decided)
    if total is not None:
        total = min(max(total + manual_points, 0.0), 100.0)
        if any(item.fatal and item.by_person for item in items):
            total = min(total, rubric.fatal_cap)
    return CallScore(
        call_id=call_id,
        rubric_key=rubric.key,
        total=total,
        items=items,
        needs_review=any(
            (item.fatal and not item.by_person) or item.status is ItemStatus.NEEDS_REVIEW for item in items
        ),
        manual_points=manual_points,
    )


def score_call(
    call_id: str, findings: Iterable[Finding], rubric: Rubric, suggesting: Set[str] = frozenset()
) -> CallScore:
    """The machine's score sheet of one call."""
    verdicts: dict[str, Verdict] = {}
    for finding in findings:
        known = verdicts.get(finding.check_id, finding.verdict)
        verdicts[finding.check_id] = max(known, finding.verdict, key=WEIGHT.__getitem__)
    return score_sheet(call_id, judge_items(verdicts, rubric), rubric, suggesting)


def _score_item(item: Item, letter: str, suggests: bool) -> ItemScore:
    verdict, by_person = VERDICT_OF[letter.upper()], letter.islower()
    status, points = _outcome(item, verdict)
    if suggests and verdict is Verdict.VIOLATED and not by_person:
        status, points = ItemStatus.NEEDS_REVIEW, None
    return ItemScore(
        item_id=item.id,
        status=status,
        verdict=verdict,
        points=points,
        max_points=item.points,
        fatal=item.fatal and verdict is Verdict.VIOLATED,
        check_ids=item.needs,
        by_person=by_person,
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
