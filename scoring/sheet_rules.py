"""The rules of a score sheet, each of which stands here once: an item's line on it, and the total of the lines.

One sheet is put together from the lines of a rubric (`scoring.score`); a million are read through tables made of the
same lines (`scoring.sheets`), and both get their totals from `total_of`.
"""

import math
from collections.abc import Sequence
from dataclasses import replace
from functools import lru_cache
from typing import Any, NamedTuple, Protocol

from callqa.scores import ItemScore, ItemStatus
from callqa.types import VERDICT_OF, Verdict
from scoring.rubric import Rubric
from scoring.rubric_items import WHOLE, Item

SHEET_LETTERS = (*VERDICT_OF, *map(str.lower, VERDICT_OF))
"""All letters a sheet can have: the machine's and people's."""

STATUS = {
    Verdict.MET: ItemStatus.SCORED,
    Verdict.VIOLATED: ItemStatus.SCORED,
    Verdict.NOT_APPLICABLE: ItemStatus.NOT_APPLICABLE,
    Verdict.UNSURE: ItemStatus.NEEDS_REVIEW,
    Verdict.ERROR: ItemStatus.NEEDS_REVIEW,
    Verdict.NOT_ASSESSED: ItemStatus.NOT_ASSESSED,
}
"""Of an item by itself."""

Lines = dict[str, ItemScore]
"""The lines an item can have on the sheet, by its letter and that of the item it depends on; an item that depends on
none has its own letter twice."""


@lru_cache(maxsize=100)
def lines_of(rubric: Rubric, advisory: frozenset[str]) -> tuple[Lines, ...]:
    """For each item the lines it can have. ``advisory``: ids of items whose violations, when the machine found them,
    are suggestions that go to a person."""
    gates = {item.id: item for item in rubric.items}
    lines: list[Lines] = []
    for item in rubric.items:
        alone = {letter: line_alone(item, letter, item.id in advisory) for letter in SHEET_LETTERS}
        if item.only_if is None:
            lines.append({letter * 2: line for letter, line in alone.items()})
            continue
        gate = gates[item.only_if.item]
        gate_lines = {letter: line_alone(gate, letter, gate.id in advisory) for letter in SHEET_LETTERS}
        lines.append(
            {
                letter + gate_letter: _where_it_counts(line, gate_line, item.only_if.verdict)
                for letter, line in alone.items()
                for gate_letter, gate_line in gate_lines.items()
            }
        )
    return tuple(lines)


def line_alone(item: Item, letter: str, suggests: bool) -> ItemScore:
    """The line of the item by itself, whatever it depends on."""
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


def waits(line: ItemScore) -> bool:
    """Whether a person has yet to decide the line, or to confirm its fatal violation."""
    return line.status is ItemStatus.NEEDS_REVIEW or line.unconfirmed


def _points(item: Item, verdict: Verdict) -> float:
    if item.effect == "penalty":
        return -item.points if verdict is Verdict.VIOLATED else 0.0
    return item.points if verdict is Verdict.MET else 0.0


def _where_it_counts(line: ItemScore, gate: ItemScore, verdict: str) -> ItemScore:
    """The line as its condition leaves it: the gate's verdict must be ``verdict``. While the gate is undecided, or not
    assessed, so is the line."""
    open_gate = gate.status in (ItemStatus.NEEDS_REVIEW, ItemStatus.NOT_ASSESSED)
    if line.status is ItemStatus.NOT_APPLICABLE or (gate.verdict == verdict and not open_gate):
        return line
    status = gate.status if open_gate else ItemStatus.NOT_APPLICABLE
    return replace(line, status=status, points=None, fatal=False)


Number = Any
"""A float of one sheet, or an array of one float for each of many; likewise `Truth` of bools."""
Truth = Any


class Arithmetic(Protocol):
    """What floats and arrays do not share as operators; ``numpy`` is one. NaN stays NaN but in ``fmin``."""

    def where(self, condition: Truth, then: Number, otherwise: Number, /) -> Number: ...
    def minimum(self, a: Number, b: Number, /) -> Number: ...
    def maximum(self, a: Number, b: Number, /) -> Number: ...
    def fmin(self, a: Number, b: Number, /) -> Number: ...


class Floats:
    """The arithmetic of single floats; of two numbers the first may be NaN."""

    @staticmethod
    def where(condition: Truth, then: Number, otherwise: Number, /) -> Number:
        return then if condition else otherwise

    @staticmethod
    def minimum(a: Number, b: Number, /) -> Number:
        return b if b < a else a

    @staticmethod
    def maximum(a: Number, b: Number, /) -> Number:
        return b if b > a else a

    @staticmethod
    def fmin(a: Number, b: Number, /) -> Number:
        return a if a < b else b


class Earned(NamedTuple):
    """Sums over the items of a group: all items are one group where groups have no weights."""

    weight: float
    points: Number
    """That were earned,"""
    decided: Number
    """of these, which were decided."""
    undecided: Number
    """What could be earned by the items that wait for a person, or were not assessed."""


def total_of(
    rubric: Rubric,
    groups: Sequence[Earned],
    on_top: Number,
    manual_points: Number,
    critical: Truth,
    fatal: Truth,
    numbers: Arithmetic,
) -> Number:
    """0 to 100; NaN when too little was decided.

    ``on_top``: points of bonuses and penalties; ``critical``: a violation of a critical item counts; ``fatal``: a
    person found a fatal item violated, which needs no other item to be decided.
    """
    earned = counted = known = asked = 0.0
    for weight, points, decided, undecided in groups:
        asked_for = decided + undecided
        earned = earned + weight * (points / (decided + (decided == 0)))
        counted = counted + weight * (decided > 0)
        known = known + weight * (decided / (asked_for + (asked_for == 0)))
        asked = asked + weight * (asked_for > 0)
    enough = (counted > 0) & (known >= rubric.min_decided * asked)
    # First the ratio, then the scale: 100 * p / p need not be 100 in floating point.
    total = WHOLE * (earned / numbers.where(enough, counted, math.nan))
    total = numbers.minimum(numbers.maximum(total + on_top + manual_points, 0.0), WHOLE)
    if rubric.critical_cap is not None:
        total = numbers.where(critical, numbers.minimum(total, rubric.critical_cap), total)
    return numbers.where(fatal, numbers.fmin(total, rubric.fatal_cap), total)
