"""The figures of groups of calls: how many, their mean and its interval, what is open, how often items were passed."""

from collections.abc import Sequence, Set
from dataclasses import dataclass, fields, replace
from itertools import compress
from typing import Any

import numpy as np
from numpy.typing import NDArray

from callqa.days import Days
from callqa.scores import ScoredCalls
from scoring.figures.groups import Dimension, Per, group_calls, numbered
from scoring.figures.intervals import Pool, mean_intervals
from scoring.proportion import Floats, Ints, wilson
from scoring.rubric import Rubric
from scoring.sheets import Sheets, read_sheets


@dataclass(frozen=True, slots=True)
class ItemRate:
    """How often an item was passed in the calls it counted in."""

    item_id: str
    passed: int
    scored: int
    low: float | None
    """Bounds of the 95 % interval of the share, 0 to 1; ``None`` when the item never counted."""
    high: float | None
    waiting: int = 0
    """In how many calls a person has yet to decide it, or to confirm its fatal violation."""
    unassessed: int = 0
    """In how many it applied and could not be judged for a technical reason."""

    @property
    def rate(self) -> float | None:
        return self.passed / self.scored if self.scored else None

    @property
    def coverage(self) -> float | None:
        """The share of the calls it applied to in which it was decided; ``None`` when it never applied."""
        applied = self.scored + self.waiting + self.unassessed
        return self.scored / applied if applied else None


@dataclass(frozen=True, slots=True)
class Figures:
    """What the sheets of one group say. Averages are over the calls that have a total."""

    names: tuple[str, ...]
    """Of the group, one for each dimension asked for."""
    period: str
    """A day, ISO week or month; "" when the calls were not divided by time."""
    n_calls: int
    """With a sheet."""
    n_scored: int
    """With a total."""
    n_waiting: int
    """That wait for a person to decide something; they may have a total over what is decided."""
    n_unscored: int
    """Without a total: too little applied or could be decided."""
    n_flagged: int
    """In which the machine found a fatal item violated and nobody confirmed it. Their totals are not capped."""
    n_fatal: int
    """In which a person found a fatal item violated."""
    mean: float | None
    low: float | None
    """Bounds of the 95 % interval of the mean, see `intervals.mean_intervals`."""
    high: float | None
    squares: float
    """Sum of the totals' squared deviations from their mean."""
    mean_worst: float | None
    """The mean if people decided all that is open against the agent. Calls that have no total until then are in it."""
    mean_best: float | None
    """The same, decided for the agent."""
    items: tuple[ItemRate, ...]
    """In the rubric's order."""


@dataclass(frozen=True)
class ReadCalls:
    """Calls with their sheets read, which takes most of the time; any number of groupings come from one reading."""

    calls: ScoredCalls
    rubric: Rubric
    sheets: Sheets
    pattern: Ints
    """Of each call, the row of ``sheets`` that is its own."""

    def within(self, days: Days) -> "ReadCalls":
        """Those of these days alone."""
        chosen = [day in days for day in self.calls.day]
        columns = (getattr(self.calls, column.name) for column in fields(ScoredCalls))
        calls = ScoredCalls(*(tuple(compress(column, chosen)) for column in columns))
        return replace(self, calls=calls, pattern=self.pattern[np.array(chosen, dtype=np.bool_)])

    def figures(
        self, by: Sequence[Dimension] = ("agent",), per: Per | None = None, pool: Pool | None = None
    ) -> list[Figures]:
        """The figures of each group, sorted by its names and period.

        The intervals of a group rest on its peers, too: give the calls of all agents, and pick afterwards; or give the
        ``pool`` of all groups.
        """
        groups = group_calls(self.calls, by, per)
        number, size = groups.number, len(groups.keys)
        sheets, pattern = self.sheets, self.pattern
        n_calls = np.bincount(number, minlength=size)
        n_scored, mean, squares = moments(np.array(self.calls.total, dtype=np.float64), number, size)
        means = mean_intervals(n_scored, mean, squares, pool)
        columns: dict[str, list[Any]] = {
            "n_calls": n_calls.tolist(),
            "n_scored": n_scored.tolist(),
            "n_waiting": _count(np.array(self.calls.needs_review, dtype=np.bool_), number, size).tolist(),
            "n_unscored": (n_calls - n_scored).tolist(),
            "n_flagged": _count(sheets.flagged[pattern], number, size).tolist(),
            "n_fatal": _count(sheets.fatal[pattern], number, size).tolist(),
            "mean": _optional(mean),
            "low": _optional(means.low),
            "high": _optional(means.high),
            "squares": squares.tolist(),
            "mean_worst": _optional(moments(sheets.worst[pattern], number, size)[1]),
            "mean_best": _optional(moments(sheets.best[pattern], number, size)[1]),
            "items": _item_rates(self.rubric, sheets, pattern, number, size),
        }
        return [
            Figures(names=key[:-1], period=key[-1], **dict(zip(columns, row, strict=True)))
            for key, row in zip(groups.keys, zip(*columns.values(), strict=True), strict=True)
        ]


def read_calls(calls: ScoredCalls, rubric: Rubric, advisory: Set[str] = frozenset()) -> ReadCalls:
    """``calls`` were all scored under ``rubric`` with ``advisory``.

    Raises `ValueError` for sheets of another length than the rubric.
    """
    patterns, pattern = numbered(zip(calls.verdicts, calls.manual_points, strict=True))
    verdict_strings = [verdict_string for verdict_string, _ in patterns]
    manual_points = np.array([points for _, points in patterns])
    return ReadCalls(calls, rubric, read_sheets(verdict_strings, rubric, advisory, manual_points), pattern)


def aggregate(
    calls: ScoredCalls,
    rubric: Rubric,
    advisory: Set[str] = frozenset(),
    by: Sequence[Dimension] = ("agent",),
    per: Per | None = None,
) -> list[Figures]:
    """The figures of each group of calls, see `ReadCalls.figures`; raises what `read_calls` does."""
    return read_calls(calls, rubric, advisory).figures(by, per)


def moments(values: Floats, number: Ints, size: int) -> tuple[Ints, Floats, Floats]:
    """Of each of ``size`` groups: how many values it has, their mean (NaN without any), their squared deviations.

    ``number`` is the group of each value; NaN values are left out.
    """
    there = ~np.isnan(values)
    values, number = values[there], number[there]
    n = np.bincount(number, minlength=size)
    mean = np.bincount(number, values, size) / np.where(n > 0, n, np.nan)
    squares = np.bincount(number, (values - mean[number]) ** 2, size)
    return n, mean, squares.astype(np.float64)


def _count(which: NDArray[np.bool_], number: Ints, size: int) -> Ints:
    return np.bincount(number[which], minlength=size)


def _optional(column: Floats) -> list[float | None]:
    return [None if value != value else value for value in column.tolist()]


def _item_rates(rubric: Rubric, sheets: Sheets, pattern: Ints, number: Ints, size: int) -> list[tuple[ItemRate, ...]]:
    """Of each group, the rates of all items."""
    order = np.argsort(number, kind="stable")  # calls of a group side by side, so that all items are summed in one go
    starts = np.searchsorted(number[order], np.arange(size))
    passed, scored, waiting, unassessed = (
        np.add.reduceat(which[pattern[order]], starts, axis=0, dtype=np.int64)
        for which in (sheets.passed, sheets.scored, sheets.waiting, sheets.unassessed)
    )
    columns = []
    for i, item in enumerate(rubric.items):
        bounds = (_optional(bound) for bound in wilson(passed[:, i], scored[:, i]))
        counts = (passed[:, i].tolist(), scored[:, i].tolist())
        open_counts = (waiting[:, i].tolist(), unassessed[:, i].tolist())
        columns.append(list(map(ItemRate, [item.id] * size, *counts, *bounds, *open_counts)))
    return list(zip(*columns, strict=True))
