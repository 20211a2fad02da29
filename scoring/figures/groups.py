"""Calls sorted into groups: by agent, team, category or line, and by day, week or month."""

from collections.abc import Hashable, Iterable, Sequence
from datetime import date
from functools import cache
from typing import Literal, NamedTuple, TypeVar

import numpy as np

from callqa.scores import ScoredCalls
from scoring.proportion import Ints

Dimension = Literal["agent", "team", "category", "line"]
Per = Literal["day", "week", "month"]

T = TypeVar("T", bound=Hashable)


class Groups(NamedTuple):
    keys: list[tuple[str, ...]]
    """Of each group, sorted: a name for each dimension, then the period ("" when not divided by time)."""
    number: Ints
    """Of each call, the group it is in."""


def group_calls(calls: ScoredCalls, by: Sequence[Dimension], per: Per | None) -> Groups:
    columns: list[Iterable[str]] = [getattr(calls, name) for name in by]
    columns.append(map(period_of, calls.day, [per] * len(calls)) if per else [""] * len(calls))
    keys, number = numbered(zip(*columns, strict=True))
    order = sorted(range(len(keys)), key=keys.__getitem__)
    place = np.empty(len(keys), dtype=np.int64)
    place[order] = np.arange(len(keys))
    return Groups([keys[i] for i in order], place[number] if len(calls) else number)


@cache
def period_of(day: str, per: Per) -> str:
    """The day, ISO week or month of a local date.

    >>> [period_of("2027-01-02", per) for per in ("day", "week", "month")]
    ['2027-01-02', '2026-W53', '2027-01']
    """
    if per == "week":
        year, week, _ = date.fromisoformat(day).isocalendar()
        return f"{year}-W{week:02}"
    return day if per == "day" else day[:7]


def numbered(values: Iterable[T]) -> tuple[list[T], Ints]:
    """The different values in order of appearance, and of each value its number."""
    known: dict[T, int] = {}
    number = [known.setdefault(value, len(known)) for value in values]
    return list(known), np.array(number, dtype=np.int64)
