"""Many score sheets at once: what `scoring.score_sheet` says of each, as columns.

A month has nearly as many different sheets as calls. The rules are those of `scoring.sheet_rules`: the lines that items
can have become tables, in which the letters of all sheets are looked up at once.
"""

from collections.abc import Iterator, Sequence, Set
from dataclasses import dataclass
from functools import lru_cache
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from callqa.scores import ItemScore, ItemStatus
from callqa.types import Verdict
from scoring.rubric import Rubric
from scoring.rubric_items import WHOLE
from scoring.sheet_rules import SHEET_LETTERS, Earned, line_alone, lines_of, total_of, waits

Bools = NDArray[np.bool_]
Floats = NDArray[np.float64]
Letters = NDArray[np.uint8]
"""Places in `SHEET_LETTERS`, shape (sheets, items)."""
PLACE_OF = np.full(256, len(SHEET_LETTERS), dtype=np.uint8)
PLACE_OF[[ord(letter) for letter in SHEET_LETTERS]] = range(len(SHEET_LETTERS))
MET_BY_PERSON, VIOLATED_BY_PERSON = SHEET_LETTERS.index("m"), SHEET_LETTERS.index("v")

SCORED, MET, UNDECIDED, WAITING, FLAGGED, FATAL, BROKEN, UNASSESSED = (np.uint8(1 << bit) for bit in range(8))
"""Facts of a line: it counts; it counts and is met; it needs a review; a person has yet to decide it, and not only the
item that it depends on; the machine found it fatally violated; a person did; its violation counts and is critical; it
could not be judged for a technical reason."""


class Sheets(NamedTuple):
    """One row a sheet, one column an item; what has no columns is of the whole sheet."""

    scored: Bools
    """The item entered the total; a fatal violation once a person has confirmed it."""
    passed: Bools
    """It did, and was met."""
    waiting: Bools
    """A person has yet to decide it, and not only an item that it depends on."""
    undecided: Bools
    """A person has yet to decide it, or an item that it depends on; with the fatal ones that nobody confirmed."""
    unassessed: Bools
    """It could not be judged for a technical reason."""
    total: Floats
    """NaN when too little was decided."""
    needs_review: Bools
    flagged: Bools
    """The machine found a fatal item violated, and nobody confirmed it yet."""
    fatal: Bools
    """A person found a fatal item violated."""
    worst: Floats
    """The total if people decided against the agent whatever is open; NaN when nothing applied."""
    best: Floats
    """The same, decided for the agent."""

    @property
    def swing(self) -> Floats:
        """By how many points the total may move, depending on what people decide; all of them where it has no total
        until they do."""
        reach = np.nan_to_num(self.best - self.worst, nan=WHOLE)
        reach = np.where(np.isnan(self.total), WHOLE, reach)
        return np.where(self.needs_review, reach, 0.0)


@dataclass(frozen=True, eq=False)
class Tables:
    """What the lines of a rubric say, by item, its letter and that of the item it depends on."""

    facts: NDArray[np.uint8]
    """Bits, shape (items * letters * letters of the gate,)."""
    points: Floats
    """Those of lines that count, else 0; shape as of ``facts``."""
    open_alone: Bools
    """Whether a person has yet to decide the item by itself; shape (items, letters)."""
    shares: Floats
    """What can be earned by each item, shape (items,)."""


def read_sheets(
    sheets: Sequence[str], rubric: Rubric, advisory: Set[str], manual_points: Floats | float = 0.0
) -> Sheets:
    """What each of ``sheets`` says, one letter an item. Raises `ValueError` when they are not."""
    n_items = len(rubric.items)
    if any(len(sheet) != n_items for sheet in sheets):
        raise ValueError(f"a sheet of rubric {rubric.id} {rubric.version} has one letter for each of {n_items} items")
    letters = PLACE_OF[np.frombuffer("".join(sheets).encode("ascii"), dtype=np.uint8)].reshape(len(sheets), n_items)
    tables = _tables(rubric, frozenset(advisory))
    open_to_people = tables.open_alone[np.arange(n_items), letters]
    against, in_favour = (np.where(open_to_people, answer, letters) for answer in (VIOLATED_BY_PERSON, MET_BY_PERSON))
    lines = _lines(letters, rubric)
    facts = tables.facts.take(lines)
    undecided = facts & (UNDECIDED | FLAGGED) != 0
    return Sheets(
        scored=facts & (SCORED | FLAGGED) == SCORED,
        passed=facts & MET != 0,
        waiting=facts & WAITING != 0,
        undecided=undecided,
        unassessed=facts & UNASSESSED != 0,
        total=_totals(tables, lines, rubric, manual_points),
        needs_review=undecided.any(axis=1),
        flagged=(facts & FLAGGED != 0).any(axis=1),
        fatal=(facts & FATAL != 0).any(axis=1),
        worst=_totals(tables, _lines(against, rubric), rubric, manual_points),
        best=_totals(tables, _lines(in_favour, rubric), rubric, manual_points),
    )


@lru_cache(maxsize=100)
def _tables(rubric: Rubric, advisory: frozenset[str]) -> Tables:
    n_items, n_letters = len(rubric.items), len(SHEET_LETTERS)
    facts = np.zeros((n_items, n_letters, n_letters), dtype=np.uint8)
    points, open_alone = np.zeros(facts.shape), np.zeros((n_items, n_letters), dtype=np.bool_)
    lines = lines_of(rubric, advisory)
    for place, (item, gate) in enumerate(zip(rubric.items, rubric.gates, strict=True)):
        for n, letter in enumerate(SHEET_LETTERS):
            open_alone[place, n] = waits(line_alone(item, letter, item.id in advisory))
        for pair, line in lines[place].items():
            at = (place, *map(SHEET_LETTERS.index, pair))
            gate_waits = gate != place and lines[gate][pair[1] * 2].status is ItemStatus.NEEDS_REVIEW
            facts[at] = sum(_facts(line, item.critical, gate_waits))
            points[at] = line.points or 0.0
    return Tables(facts.ravel(), points.ravel(), open_alone, np.array([item.share for item in rubric.items]))


def _facts(line: ItemScore, critical: bool, gate_waits: bool) -> Iterator[np.uint8]:
    scored, violated = line.status is ItemStatus.SCORED, line.verdict is Verdict.VIOLATED
    yield SCORED * scored
    yield MET * (scored and line.verdict is Verdict.MET)
    yield UNDECIDED * (line.status is ItemStatus.NEEDS_REVIEW)
    yield WAITING * (waits(line) and not gate_waits)
    yield FLAGGED * line.unconfirmed
    yield FATAL * (line.fatal and line.by_person)
    yield BROKEN * (critical and scored and violated)
    yield UNASSESSED * (line.status is ItemStatus.NOT_ASSESSED)


def _lines(letters: Letters, rubric: Rubric) -> NDArray[np.intp]:
    """The place of each item's line in the tables, shape (sheets, items)."""
    n_letters = len(SHEET_LETTERS)
    of_items = np.arange(letters.shape[1]) * n_letters**2
    lines: NDArray[np.intp] = of_items + letters.astype(np.intp) * n_letters + letters[:, rubric.gates]
    return lines


def _totals(tables: Tables, lines: NDArray[np.intp], rubric: Rubric, manual_points: Floats | float) -> Floats:
    """NaN where too little was decided; shape (sheets,)."""
    facts, points = tables.facts.take(lines), tables.points.take(lines)
    decided, undecided = (
        (facts & which != 0).astype(np.float64) for which in (SCORED, np.uint8(UNDECIDED | UNASSESSED))
    )
    can_be_earned = (tables.shares > 0).astype(np.float64)
    groups, start = [], 0
    for weight, n_items in rubric.total_parts:
        part = slice(start, start := start + n_items)
        share = tables.shares[part]
        earned = points[:, part] @ can_be_earned[part]
        groups.append(Earned(weight, earned, decided[:, part] @ share, undecided[:, part] @ share))
    on_top = points @ (1.0 - can_be_earned)
    critical, fatal = ((facts & fact != 0).any(axis=1) for fact in (BROKEN, FATAL))
    totals: Floats = total_of(rubric, groups, on_top, manual_points, critical, fatal, np)
    return totals
