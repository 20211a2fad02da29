"""The cache of what pages show of all calls: figures of periods, to-dos and menus; nobody waits for the sums."""

import threading
from collections.abc import Hashable
from dataclasses import dataclass, field
from datetime import datetime
from time import time

from callqa.days import Days
from callqa.keys import RubricKeys
from callqa.visibility import EVERYTHING, Visibility
from services.cache import Cache, Cached
from services.context import RubricContext, RubricSet
from services.figures.period import PeriodFigures, period_figures
from services.overview.to_do import ToDo, to_dos
from store import Store
from store.calls import figures, read
from store.calls.call_menus import Menus, menus_of

MOST_NEW = 50_000
"""Scores whose days are looked up one by one; where there are more, all days are taken for changed."""
KEPT = 16
"""Periods; a month of 800 agents takes about 5 MB."""
LATELY = 30
"""Seconds for which to-dos, and what menus offer, are not looked up anew."""


@dataclass(frozen=True, slots=True)
class PeriodKey:
    """One rubric's figures of some days."""

    keys: RubricKeys
    days: Days
    context: RubricContext = field(compare=False)


@dataclass(frozen=True, slots=True)
class ToDosKey:
    """The to-dos of whoever sees so much."""

    keys: tuple[RubricKeys, ...]
    visibility: Visibility
    rubric_set: RubricSet = field(compare=False)
    now: datetime = field(compare=False)


class Changes:
    """Tells whether the scores of some days may have changed, without a look at those days. Safe between threads."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._lock = threading.Lock()
        self._n = 0
        self._all = 0
        self._of_day: dict[str, int] = {}
        with store.read() as c:
            self._marks = figures.marks(c)

    def version(self, days: Days) -> int:
        """Grows whenever a call of these days may have another score."""
        with self._lock:
            self._look()
            return max([self._all, *(n for day, n in self._of_day.items() if day in days)])

    def _look(self) -> None:
        with self._store.read() as c:
            before, now = self._marks, figures.marks(c)
            if now == before:
                return
            self._n += 1
            n_new = now.score - before.score
            # A night that is held or released hides scores of any day, as an open calibration does; a roster
            # moves calls to other teams. A run after which there are no more scores than before has made some of those
            # anew that somebody deleted.
            hidden = (now.n_holds, now.n_releases, now.n_sessions, now.roster) != (
                before.n_holds, before.n_releases, before.n_sessions, before.roster,
            )  # fmt: skip
            remade = n_new < 0 or (n_new == 0 and now.run != before.run)
            if hidden or remade or n_new > MOST_NEW:
                self._all = self._n
            else:
                self._of_day |= dict.fromkeys(figures.days_since(c, before), self._n)
            self._marks = now


class FiguresCache:
    """The periods that people look at. Opened once for a process, closed with it."""

    def __init__(self, store: Store, size: int = KEPT) -> None:
        self._store, self._changes = store, Changes(store)
        self._periods: Cache[PeriodKey, PeriodFigures] = Cache(
            lambda wanted: period_figures(wanted.context, wanted.days), self._stamp, size
        )
        self._menus: Cache[None, Menus] = Cache(lambda _: self._menus_of_all(), lambda _: time() // LATELY)
        self._to_dos: Cache[ToDosKey, tuple[ToDo, ...]] = Cache(self._to_dos_of, lambda key: time() // LATELY, size)

    def of(self, context: RubricContext, days: Days) -> Cached[PeriodFigures]:
        """Perhaps from before the last reviews; ``as_of`` says when they were read."""
        return self._periods.get(PeriodKey(context.keys, days, context))

    def to_dos(
        self, rubric_set: RubricSet, now: datetime, visibility: Visibility = EVERYTHING
    ) -> Cached[tuple[ToDo, ...]]:
        """What needs a person, as it was up to half a minute ago."""
        return self._to_dos.get(ToDosKey(tuple(context.keys for context in rubric_set), visibility, rubric_set, now))

    def menus(self, visibility: Visibility) -> Menus:
        """What filters of lists offer, as it was up to half a minute ago."""
        return self._menus.get(None).value.within(visibility)

    def prepare(self, rubric_set: RubricSet, now: datetime) -> None:
        """Makes in the background what people ask for first."""
        self._to_dos.prepare(ToDosKey(tuple(context.keys for context in rubric_set), EVERYTHING, rubric_set, now))

    def close(self) -> None:
        self._menus.close()
        self._to_dos.close()
        self._periods.close()

    def _menus_of_all(self) -> Menus:
        with self._store.read() as c:
            return menus_of(c)

    def _to_dos_of(self, key: "ToDosKey") -> tuple[ToDo, ...]:
        with self._store.read() as c:
            month = read.last_period(c)
            days = Days.of_month(month) if month else Days()
            periods = [
                (self.of(context, days).value, self.of(context, days.before or days).value)
                for context in key.rubric_set
            ]
            return to_dos(key.rubric_set, c, key.now, key.visibility, periods if month else ())

    def _stamp(self, wanted: PeriodKey) -> Hashable:
        return self._changes.version(wanted.days)
