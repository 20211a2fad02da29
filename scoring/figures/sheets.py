"""Many score sheets at once: what `scoring.score_sheet` says of each, as columns.

A month has about as many different sheets as calls, and one sheet takes 60 µs; so the same rules are written here a
second time, over arrays. A test holds them against `score_sheet` for any rubric and letters.
"""

from collections.abc import Sequence, Set
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from scoring.rubric import Rubric

Bools = NDArray[np.bool_]
Floats = NDArray[np.float64]
CASE = 0x20  # the bit by which a person's letter differs from the machine's


class Sheets(NamedTuple):
    """One row a sheet, one column an item."""

    scored: Bools
    """The item entered the total."""
    passed: Bools
    flagged: Bools
    """By sheet: the machine found a fatal item violated, and nobody confirmed it yet."""
    fatal: Bools
    """By sheet: a person found a fatal item violated."""
    worst: Floats
    """By sheet: the total if people decided against the agent whatever is open; NaN when nothing applied."""
    best: Floats
    """The same, decided for the agent."""


def read_sheets(letters: Sequence[str], rubric: Rubric, suggesting: Set[str], manual_points: Floats) -> Sheets:
    """The sheets of ``letters``, each one letter an item. Raises `ValueError` when they are not."""
    n_items = len(rubric.items)
    if any(len(sheet) != n_items for sheet in letters):
        raise ValueError(f"a sheet of rubric {rubric.id} {rubric.version} has one letter for each of {n_items} items")
    written = np.frombuffer("".join(letters).encode("ascii"), dtype=np.uint8).reshape(len(letters), n_items)
    verdict, by_person = written & ~np.uint8(CASE), (written & CASE) != 0
    met, violated = verdict == ord("M"), verdict == ord("V")
    unsure = (verdict == ord("U")) | (verdict == ord("E"))
    fatal_item = np.array([item.fatal for item in rubric.items])
    suggests = np.array([item.id in suggesting for item in rubric.items])
    suggested = violated & suggests & ~by_person
    flagged = violated & fatal_item & ~by_person
    confirmed = violated & fatal_item & by_person
    undecided = unsure | suggested | flagged
    return Sheets(
        scored=met | (violated & ~suggested),
        passed=met,
        flagged=flagged.any(axis=1),
        fatal=confirmed.any(axis=1),
        worst=_totals(met, violated | undecided, confirmed | (undecided & fatal_item), rubric, manual_points),
        best=_totals(met | undecided, violated & ~undecided, confirmed, rubric, manual_points),
    )


def _totals(met: Bools, violated: Bools, fatal: Bools, rubric: Rubric, manual_points: Floats) -> Floats:
    """The totals of sheets on which every item is decided."""
    points = np.array([item.points for item in rubric.items])
    reachable = (met | violated) @ points
    share = (met @ points) / np.where(reachable > 0, reachable, np.nan)
    total = np.clip(100 * share + manual_points, 0.0, 100.0)
    capped: Floats = np.where(fatal.any(axis=1), np.minimum(total, rubric.fatal_cap), total)
    return capped
