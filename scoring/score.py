"""One call's score sheet: pure and total, whatever findings there are.

The sheet has two steps, so that a million calls can be scored again and people's verdicts take the same way as the
machine's: findings become one letter an item (`judge_items`), letters become points (`score_sheet`).
"""

from collections.abc import Iterable, Mapping, Set
from dataclasses import replace
from functools import lru_cache
from itertools import islice

from callqa.types import LETTERS, VERDICT_OF, CallScore, Finding, ItemScore, ItemStatus, Verdict
from scoring.rubric import Item, Rubric
from scoring.rubric_rules import WHOLE

WEIGHT = {
    verdict: weight
    for weight, verdict in enumerate(
        (Verdict.NOT_APPLICABLE, Verdict.MET, Verdict.UNSURE, Verdict.ERROR, Verdict.VIOLATED)
    )
}
"""The heaviest verdict among an item's checks is the item's. A sure violation stays one, whatever else is unsure."""

STATUS = {
    Verdict.MET: ItemStatus.SCORED,
    Verdict.VIOLATED: ItemStatus.SCORED,
    Verdict.NOT_APPLICABLE: ItemStatus.NOT_APPLICABLE,
    Verdict.UNSURE: ItemStatus.NEEDS_REVIEW,
    Verdict.ERROR: ItemStatus.NEEDS_REVIEW,
}
"""Of an item by itself."""


def judge_items(verdicts: Mapping[str, Verdict], rubric: Rubric) -> str:
    """The verdict string of the items, from the verdict of each check by its id.

    A needed check without a verdict counts as ERROR, so its item goes to a person. Checks that no item needs change
    nothing.
    """
    return "".join([judge_item(verdicts, item) for item in rubric.items])


def judge_item(verdicts: Mapping[str, Verdict], item: Item) -> str:
    """The letter of one item, likewise."""
    said = [verdicts.get(check_id, Verdict.ERROR) for check_id in item.needs]
    return LETTERS[said[0] if len(said) == 1 else max(said, key=WEIGHT.__getitem__)]


def score_sheet(
    call_id: str, verdict_string: str, rubric: Rubric, advisory: Set[str] = frozenset(), manual_points: float = 0.0
) -> CallScore:
    """The score sheet for the verdict string of the items, see `callqa.types.LETTERS`.

    The total is what was earned of what could be earned, in percent, over the items that were decided: items that do
    not apply, and items that nobody could decide, are left out, never counted as zero. With weights it is their mean
    over the groups. Bonus, penalties and ``manual_points`` come on top, within 0 to 100; then the caps.

    ``advisory``: ids of items whose violations, when the machine found them, are suggestions that go to a person.
    The machine's violation of a fatal item is flagged and goes to a person, and the total is not touched; a person's
    caps it. A call of which too little could be decided has no total: one lucky item must not make it a perfect call.
    Raises `ValueError` when there is not one letter an item.
    """
    items = sheet_items(verdict_string, rubric, advisory)
    return CallScore(
        call_id=call_id,
        rubric_key=rubric.key,
        total=_capped(_on_top(_earned(items, rubric), items, manual_points), items, rubric),
        items=items,
        needs_review=any(
            (item.fatal and not item.by_person) or item.status is ItemStatus.NEEDS_REVIEW for item in items
        ),
        manual_points=manual_points,
    )


def sheet_items(verdict_string: str, rubric: Rubric, advisory: Set[str] = frozenset()) -> tuple[ItemScore, ...]:
    """The items of `score_sheet`, for who needs no total."""
    lines = _lines(rubric, frozenset(advisory))
    items = tuple(line[letter] for line, letter in zip(lines, verdict_string, strict=True))
    return _where_they_count(items, rubric) if rubric.conditions else items


def score_call(
    call_id: str, findings: Iterable[Finding], rubric: Rubric, advisory: Set[str] = frozenset()
) -> CallScore:
    """The machine's score sheet of one call."""
    verdicts: dict[str, Verdict] = {}
    for finding in findings:
        known = verdicts.get(finding.check_id, finding.verdict)
        verdicts[finding.check_id] = max(known, finding.verdict, key=WEIGHT.__getitem__)
    return score_sheet(call_id, judge_items(verdicts, rubric), rubric, advisory)


@lru_cache(maxsize=100)
def _lines(rubric: Rubric, advisory: frozenset[str]) -> tuple[dict[str, ItemScore], ...]:
    """For each item its line on the sheet by letter: what all sheets of the rubric are put together from."""
    letters = (*VERDICT_OF, *map(str.lower, VERDICT_OF))
    return tuple(
        {letter: _score_item(item, letter, item.id in advisory) for letter in letters} for item in rubric.items
    )


def _score_item(item: Item, letter: str, suggests: bool) -> ItemScore:
    """The item by itself, whatever it depends on."""
    verdict, by_person = VERDICT_OF[letter.upper()], letter.islower()
    status = STATUS[verdict]
    if suggests and verdict is Verdict.VIOLATED and not by_person:
        status = ItemStatus.NEEDS_REVIEW
    return ItemScore(
        item_id=item.id,
        status=status,
        verdict=verdict,
        points=_points(item, verdict) if status is ItemStatus.SCORED else None,
        max_points=item.share,
        fatal=item.fatal and verdict is Verdict.VIOLATED,
        check_ids=item.needs,
        by_person=by_person,
    )


def _points(item: Item, verdict: Verdict) -> float:
    if item.effect == "penalty":
        return -item.points if verdict is Verdict.VIOLATED else 0.0
    return item.points if verdict is Verdict.MET else 0.0


def _where_they_count(alone: tuple[ItemScore, ...], rubric: Rubric) -> tuple[ItemScore, ...]:
    """The items as their conditions leave them. While a condition is undecided, so is the item."""
    items = list(alone)
    for place, gate_place, verdict in rubric.conditions:
        gate = alone[gate_place]
        undecided = gate.status is ItemStatus.NEEDS_REVIEW
        if alone[place].status is not ItemStatus.NOT_APPLICABLE and (undecided or gate.verdict != verdict):
            status = ItemStatus.NEEDS_REVIEW if undecided else ItemStatus.NOT_APPLICABLE
            items[place] = replace(alone[place], status=status, points=None, fatal=False)
    return tuple(items)


def _earned(items: tuple[ItemScore, ...], rubric: Rubric) -> float | None:
    """0 to 100; ``None`` when too little was decided. Without weights all items are one group."""
    rows = iter(items)
    groups = (
        [(group.weight or 0.0, tuple(islice(rows, len(group.items)))) for group in rubric.groups]
        if rubric.weighted
        else [(1.0, items)]
    )
    earned = counted = known = asked = 0.0
    for weight, scores in groups:
        points = decided = open_points = 0.0
        for item in scores:
            if item.points is not None:
                decided += item.max_points
                points += item.points if item.max_points else 0.0
            elif item.status is ItemStatus.NEEDS_REVIEW:
                open_points += item.max_points
        if decided:
            earned += weight * (points / decided)
            counted += weight
        if decided or open_points:
            known += weight * (decided / (decided + open_points))
            asked += weight
    if not counted or known < rubric.min_decided * asked:
        return None
    # First the ratio, then the scale: 100 * p / p need not be 100 in floating point.
    return WHOLE * (earned / counted)


def _on_top(total: float | None, items: tuple[ItemScore, ...], manual_points: float) -> float | None:
    if total is None:
        return None
    extra = sum(item.points for item in items if item.points is not None and not item.max_points)
    return min(max(total + extra + manual_points, 0.0), WHOLE)


def _capped(total: float | None, items: tuple[ItemScore, ...], rubric: Rubric) -> float | None:
    """A confirmed fatal violation needs no other item to be decided."""
    if any(item.fatal and item.by_person for item in items):
        return min(WHOLE if total is None else total, rubric.fatal_cap)
    if total is None or rubric.critical_cap is None or not broken_critical(items, rubric):
        return total
    return min(total, rubric.critical_cap)


def broken_critical(items: tuple[ItemScore, ...], rubric: Rubric) -> list[str]:
    """Ids of the critical items whose violation counts."""
    return [
        item.id
        for item, score in zip(rubric.items, items, strict=True)
        if item.critical and score.status is ItemStatus.SCORED and score.verdict is Verdict.VIOLATED
    ]
