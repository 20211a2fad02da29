"""One call's score sheet: pure and total, whatever findings there are.

The sheet has two steps, so that a million calls can be scored again and people's verdicts take the same way as the
machine's: findings become one letter an item (`judge_items`), letters become points (`score_sheet`).
"""

import math
from collections.abc import Iterable, Mapping, Set
from itertools import islice

from callqa.scores import CallScore, ItemScore, ItemStatus
from callqa.types import LETTERS, Finding, Verdict
from scoring.rubric import Rubric
from scoring.rubric_items import Item
from scoring.sheet_rules import Earned, Floats, lines_of, total_of, waits

WEIGHT = {
    verdict: weight
    for weight, verdict in enumerate(
        (
            Verdict.NOT_APPLICABLE,
            Verdict.MET,
            Verdict.NOT_ASSESSED,
            Verdict.UNSURE,
            Verdict.ERROR,
            Verdict.VIOLATED,
        )
    )
}
"""The heaviest verdict among an item's checks is the item's. A sure violation stays one, whatever else is unsure."""


def judge_items(verdicts: Mapping[str, Verdict], rubric: Rubric) -> str:
    """The verdict string of the items, from the verdict of each check by its id.

    A needed check without a verdict counts as ERROR, so its item goes to a person. Checks that no item needs change
    nothing.
    """
    return "".join([judge_item(verdicts, item) for item in rubric.items])


def judge_item(verdicts: Mapping[str, Verdict], item: Item) -> str:
    """The letter of one item, likewise."""
    answers = [verdicts.get(check_id, Verdict.ERROR) for check_id in item.needs]
    return LETTERS[answers[0] if len(answers) == 1 else max(answers, key=WEIGHT.__getitem__)]


def score_sheet(
    call_id: str, verdict_string: str, rubric: Rubric, advisory: Set[str] = frozenset(), manual_points: float = 0.0
) -> CallScore:
    """The score sheet for the verdict string of the items, see `callqa.types.LETTERS`.

    The total is what was earned of what could be earned, in percent, over the items that were decided: items that do
    not apply, and items that were not decided or not assessed, are left out, never counted as zero. With weights it is
    their mean over the groups. Bonus, penalties and ``manual_points`` come on top, within 0 to 100; then the caps.

    ``advisory``: ids of items whose violations, when the machine found them, are suggestions that go to a person.
    The machine's violation of a fatal item is flagged and goes to a person, and the total is not touched; a person's
    caps it. A call of which too little could be decided has no total: one lucky item must not make it a perfect call.
    Raises `ValueError` when there is not one letter an item.
    """
    items = sheet_items(verdict_string, rubric, advisory)
    return CallScore(
        call_id=call_id,
        rubric_key=rubric.key,
        total=_total(items, rubric, manual_points),
        items=items,
        needs_review=any(waits(item) for item in items),
        manual_points=manual_points,
    )


def sheet_items(verdict_string: str, rubric: Rubric, advisory: Set[str] = frozenset()) -> tuple[ItemScore, ...]:
    """The items of `score_sheet`, for who needs no total."""
    lines = lines_of(rubric, frozenset(advisory))
    if len(verdict_string) != len(lines):
        raise ValueError(
            f"a sheet of rubric {rubric.id} {rubric.version} has one letter for each of {len(lines)} items"
        )
    return tuple(
        [
            line[letter + verdict_string[gate]]
            for line, letter, gate in zip(lines, verdict_string, rubric.gates, strict=True)
        ]
    )


def score_call(
    call_id: str, findings: Iterable[Finding], rubric: Rubric, advisory: Set[str] = frozenset()
) -> CallScore:
    """The machine's score sheet of one call."""
    verdicts: dict[str, Verdict] = {}
    for finding in findings:
        known = verdicts.get(finding.check_id, finding.verdict)
        verdicts[finding.check_id] = max(known, finding.verdict, key=WEIGHT.__getitem__)
    return score_sheet(call_id, judge_items(verdicts, rubric), rubric, advisory)


def _total(items: tuple[ItemScore, ...], rubric: Rubric, manual_points: float) -> float | None:
    """0 to 100; ``None`` when too little was decided."""
    rows = iter(items)
    groups = [_earned(weight, islice(rows, n_items)) for weight, n_items in rubric.total_parts]
    on_top = sum(item.points for item in items if item.points is not None and not item.max_points)
    critical = rubric.critical_cap is not None and bool(broken_critical(items, rubric))
    fatal = any(item.fatal and item.by_person for item in items)
    total: float = total_of(rubric, groups, on_top, manual_points, critical, fatal, Floats())
    return None if math.isnan(total) else total


def _earned(weight: float, items: Iterable[ItemScore]) -> Earned:
    points = decided = undecided = 0.0
    for item in items:
        if item.points is not None:
            decided += item.max_points
            points += item.points if item.max_points else 0.0
        elif item.status in (ItemStatus.NEEDS_REVIEW, ItemStatus.NOT_ASSESSED):
            undecided += item.max_points
    return Earned(weight, points, decided, undecided)


def broken_critical(items: tuple[ItemScore, ...], rubric: Rubric) -> list[str]:
    """Ids of the critical items whose violation counts."""
    return [
        item.id
        for item, score in zip(rubric.items, items, strict=True)
        if item.critical and score.status is ItemStatus.SCORED and score.verdict is Verdict.VIOLATED
    ]
