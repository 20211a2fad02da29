"""Many score sheets at once: what `scoring.score_sheet` says of each, as columns.

A month has nearly as many different sheets as calls, and one sheet takes 60 µs; so the same rules stand here a second
time, over arrays. A test holds them against `score_sheet` for any rubric and verdict string.
"""

from collections.abc import Callable, Sequence, Set
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from scoring.rubric import Item, Rubric
from scoring.rubric_rules import WHOLE

Bools = NDArray[np.bool_]
Floats = NDArray[np.float64]
Letters = NDArray[np.uint8]
CASE = np.uint8(0x20)  # the bit by which a person's letter differs from the machine's
MET, VIOLATED, NOT_APPLICABLE, UNSURE, ERROR = b"MVNUE"
LETTER = {"met": MET, "violated": VIOLATED, "not_applicable": NOT_APPLICABLE}


class Sheets(NamedTuple):
    """One row a sheet, one column an item; what has no columns is of the whole sheet."""

    scored: Bools
    """The item entered the total."""
    passed: Bools
    """It did, and was met."""
    waiting: Bools
    """A person has yet to decide it, and not only an item that it depends on."""
    undecided: Bools
    """A person has yet to decide it, or an item that it depends on; with the fatal ones that nobody confirmed."""
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


class Items(NamedTuple):
    """How each item stands, its condition considered."""

    met: Bools
    violated: Bools
    """By sure word; likewise ``met``."""
    undecided: Bools
    holds: Bools
    """Its condition does, as far as is decided."""
    by_person: Bools


def read_sheets(
    sheets: Sequence[str], rubric: Rubric, advisory: Set[str], manual_points: Floats | float = 0.0
) -> Sheets:
    """What each of ``sheets`` says, one letter an item. Raises `ValueError` when they are not."""
    n_items = len(rubric.items)
    if any(len(sheet) != n_items for sheet in sheets):
        raise ValueError(f"a sheet of rubric {rubric.id} {rubric.version} has one letter for each of {n_items} items")
    letters = np.frombuffer("".join(sheets).encode("ascii"), dtype=np.uint8).reshape(len(sheets), n_items)
    fatal, suggests = _of_items(rubric, _is_fatal), _of_items(rubric, lambda item: item.id in advisory)
    unsure = (letters & ~CASE == UNSURE) | (letters & ~CASE == ERROR) | ((letters == VIOLATED) & suggests)
    items = _items(letters, unsure, rubric)
    flagged = (letters == VIOLATED) & fatal
    undecided = items.undecided | (flagged & items.holds)  # also what the machine only suggests
    open_to_people = unsure | flagged
    against, in_favour = (np.where(open_to_people, answer | CASE, letters) for answer in (VIOLATED, MET))
    return Sheets(
        scored=items.met | items.violated,
        passed=items.met,
        waiting=open_to_people & items.holds,
        undecided=undecided,
        total=_totals(items, rubric, manual_points),
        needs_review=undecided.any(axis=1),
        flagged=(flagged & items.holds).any(axis=1),
        fatal=(items.violated & items.by_person & fatal).any(axis=1),
        worst=_totals(_items(against, np.zeros_like(unsure), rubric), rubric, manual_points),
        best=_totals(_items(in_favour, np.zeros_like(unsure), rubric), rubric, manual_points),
    )


def _items(letters: Letters, unsure: Bools, rubric: Rubric) -> Items:
    verdict = letters & ~CASE
    holds = np.ones(letters.shape, dtype=np.bool_)
    gate_unsure = np.zeros(letters.shape, dtype=np.bool_)
    place = {item.id: i for i, item in enumerate(rubric.items)}
    for i, item in enumerate(rubric.items):
        if item.only_if:
            gate = place[item.only_if.item]
            gate_unsure[:, i] = unsure[:, gate]
            holds[:, i] = ~unsure[:, gate] & (verdict[:, gate] == LETTER[item.only_if.verdict])
    counts = ~unsure & holds
    undecided = (verdict != NOT_APPLICABLE) & (gate_unsure | (unsure & holds))
    return Items((verdict == MET) & counts, (verdict == VIOLATED) & counts, undecided, holds, letters & CASE != 0)


def _totals(items: Items, rubric: Rubric, manual_points: Floats | float) -> Floats:
    """The same steps in the same order as `score_sheet`, so that whole points give the same total to the last bit."""
    met, scored, undecided = items.met.astype(np.float64), (items.met | items.violated).astype(np.float64), None
    if items.undecided.any():
        undecided = items.undecided.astype(np.float64)
    earned, counted, known, asked = np.zeros((4, len(met)))
    start = 0
    for weight, share in _groups(rubric):
        part = slice(start, start := start + len(share))
        decided = scored[:, part] @ share
        all_points = decided if undecided is None else decided + undecided[:, part] @ share
        earned += weight * (met[:, part] @ share / np.where(decided > 0, decided, 1.0))
        counted += weight * (decided > 0)
        known += weight * (decided / np.where(all_points > 0, all_points, 1.0))
        asked += weight * (all_points > 0)
    enough = (counted > 0) & (known >= rubric.min_decided * asked)
    total = WHOLE * (earned / np.where(enough, counted, np.nan))
    bonus = _of_items(rubric, lambda item: item.points * (item.effect == "bonus"))
    penalty = _of_items(rubric, lambda item: item.points * (item.effect == "penalty"))
    if bonus.any() or penalty.any():
        total = total + (items.met @ bonus - items.violated @ penalty)
    return _capped(np.clip(total + manual_points, 0.0, WHOLE), items, rubric)


def _capped(total: Floats, items: Items, rubric: Rubric) -> Floats:
    if rubric.critical_cap is not None:
        broken = (items.violated & _of_items(rubric, lambda item: item.critical)).any(axis=1)
        total = np.where(broken, np.minimum(total, rubric.critical_cap), total)
    fatal = (items.violated & items.by_person & _of_items(rubric, _is_fatal)).any(axis=1)
    capped: Floats = np.where(fatal, np.fmin(total, rubric.fatal_cap), total)  # needs no other item to be decided
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
