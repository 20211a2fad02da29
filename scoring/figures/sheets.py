"""Many score sheets at once: what `scoring.score_sheet` says of each, as columns.

A month has nearly as many different sheets as calls, and one sheet takes 60 µs; so the same rules stand here a second
time, over arrays. A test holds them against `score_sheet` for any rubric and letters.
"""

from collections.abc import Callable, Sequence, Set
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from scoring.figures.intervals import Floats
from scoring.rubric import Item, Rubric
from scoring.rubric_rules import WHOLE

Bools = NDArray[np.bool_]
Letters = NDArray[np.uint8]
CASE = np.uint8(0x20)  # the bit by which a person's letter differs from the machine's
MET, VIOLATED, NOT_APPLICABLE, UNSURE, ERROR = b"MVNUE"
LETTER = {"met": MET, "violated": VIOLATED, "not_applicable": NOT_APPLICABLE}


class Sheets(NamedTuple):
    """One row a sheet, one column an item."""

    scored: Bools
    """The item entered the total."""
    passed: Bools
    """It did, and was met."""
    waiting: Bools
    """A person has yet to decide it, and not only an item that it depends on."""
    flagged: Bools
    """By sheet: the machine found a fatal item violated, and nobody confirmed it yet."""
    fatal: Bools
    """By sheet: a person found a fatal item violated."""
    worst: Floats
    """By sheet: the total if people decided against the agent whatever is open; NaN when nothing applied."""
    best: Floats
    """The same, decided for the agent."""


def read_sheets(sheets: Sequence[str], rubric: Rubric, suggesting: Set[str], manual_points: Floats) -> Sheets:
    """What each of ``sheets`` says, one letter an item. Raises `ValueError` when they are not."""
    n_items = len(rubric.items)
    if any(len(sheet) != n_items for sheet in sheets):
        raise ValueError(f"a sheet of rubric {rubric.id} {rubric.version} has one letter for each of {n_items} items")
    letters = np.frombuffer("".join(sheets).encode("ascii"), dtype=np.uint8).reshape(len(sheets), n_items)
    fatal, suggests = _of_items(rubric, _is_fatal), _of_items(rubric, lambda item: item.id in suggesting)
    undecided = (letters & ~CASE == UNSURE) | (letters & ~CASE == ERROR) | ((letters == VIOLATED) & suggests)
    verdict, by_person, holds = letters & ~CASE, letters & CASE != 0, _conditions_hold(letters, undecided, rubric)
    met, violated = (verdict == MET) & ~undecided & holds, (verdict == VIOLATED) & ~undecided & holds
    open_to_people = undecided | ((letters == VIOLATED) & fatal)
    return Sheets(
        scored=met | violated,
        passed=met,
        waiting=open_to_people & holds,
        flagged=((letters == VIOLATED) & holds & fatal).any(axis=1),  # also what the machine only suggests
        fatal=(violated & by_person & fatal).any(axis=1),
        worst=_totals(np.where(open_to_people, VIOLATED | CASE, letters), rubric, manual_points),
        best=_totals(np.where(open_to_people, MET | CASE, letters), rubric, manual_points),
    )


def _conditions_hold(letters: Letters, undecided: Bools, rubric: Rubric) -> Bools:
    """Whether each item counts as far as its condition is concerned; not while that is undecided."""
    holds = np.ones(letters.shape, dtype=np.bool_)
    place = {item.id: i for i, item in enumerate(rubric.items)}
    for i, item in enumerate(rubric.items):
        if item.only_if:
            gate = place[item.only_if.item]
            holds[:, i] = ~undecided[:, gate] & (letters[:, gate] & ~CASE == LETTER[item.only_if.verdict])
    return holds


def _totals(letters: Letters, rubric: Rubric, manual_points: Floats) -> Floats:
    """The totals of sheets on which every item is decided."""
    holds = _conditions_hold(letters, np.zeros(letters.shape, dtype=np.bool_), rubric)
    met, violated = (letters & ~CASE == MET) & holds, (letters & ~CASE == VIOLATED) & holds
    scored = met | violated
    earned, counted = np.zeros(len(letters)), np.zeros(len(letters))
    start = 0
    for weight, share in _groups(rubric):
        part = slice(start, start := start + len(share))
        reachable = scored[:, part] @ share
        earned += weight * (met[:, part] @ share) / np.where(reachable > 0, reachable, 1.0)
        counted += weight * (reachable > 0)
    extra = met @ _of_items(rubric, lambda item: item.points * (item.effect == "bonus"))
    extra -= violated @ _of_items(rubric, lambda item: item.points * (item.effect == "penalty"))
    total = WHOLE * earned / np.where(counted > 0, counted, np.nan)
    total = np.clip(total + extra + manual_points, 0.0, WHOLE)
    if rubric.critical_cap is not None:
        broken = (violated & _of_items(rubric, lambda item: item.critical)).any(axis=1)
        total = np.where(broken, np.minimum(total, rubric.critical_cap), total)
    fatal = (violated & (letters & CASE != 0) & _of_items(rubric, _is_fatal)).any(axis=1)
    capped: Floats = np.where(fatal, np.fmin(total, rubric.fatal_cap), total)
    return capped


def _groups(rubric: Rubric) -> list[tuple[float, Floats]]:
    """Weight of each group and what its items can earn; without weights all items are one group."""
    shares = [np.array([item.share for item in group.items]) for group in rubric.groups]
    if not rubric.weighted:
        return [(1.0, np.concatenate(shares))]
    return [(group.weight or 0.0, share) for group, share in zip(rubric.groups, shares, strict=True)]


def _is_fatal(item: Item) -> bool:
    return item.fatal


def _of_items(rubric: Rubric, fact: Callable[[Item], float | bool]) -> NDArray[Any]:
    return np.array([fact(item) for item in rubric.items])
