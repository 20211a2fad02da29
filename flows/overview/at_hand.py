"""The figures of periods, kept at hand for the pages of people: nobody waits while a million calls are summed up."""

import threading
from collections.abc import Hashable, Iterable
from dataclasses import dataclass, field

from callqa.days import Days
from callqa.keys import RunKeys
from flows.kept import Kept, Shelf
from flows.overview.period import PeriodFigures, period_figures
from flows.wiring import Run
from store import Store, figures

MOST_NEW = 50_000
"""Scores whose days are looked up one by one; where there are more, all days are taken for changed."""
KEPT = 16
"""Periods; a month of 800 agents takes about 5 MB."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """One rubric's figures of some days."""

    keys: RunKeys
    days: Days
    run: Run = field(compare=False)


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
            first, last = f"{days.first or ''}", f"{days.last or '9'}"
            return max([self._all, *(n for day, n in self._of_day.items() if first <= day <= last)])

    def _look(self) -> None:
        with self._store.read() as c:
            before, now = self._marks, figures.marks(c)
            if now == before:
                return
            self._n += 1
            n_new = now.score - before.score
            # A night that is held or released hides scores of any day. A run after which there are no more scores than
            # before has made some of those anew that somebody deleted.
            hidden = (now.n_holds, now.n_releases) != (before.n_holds, before.n_releases)
            remade = n_new < 0 or (n_new == 0 and now.run != before.run)
            if hidden or remade or n_new > MOST_NEW:
                self._all = self._n
            else:
                self._of_day |= dict.fromkeys(figures.days_since(c, before), self._n)
            self._marks = now


class FiguresAtHand:
    """The periods that people look at. Opened once for a process, closed with it."""

    def __init__(self, store: Store, kept: int = KEPT) -> None:
        self._changes = Changes(store)
        self._shelf: Shelf[Wanted, PeriodFigures] = Shelf(
            lambda wanted: period_figures(wanted.run, wanted.days), self._stamp, kept
        )

    def of(self, run: Run, days: Days) -> Kept[PeriodFigures]:
        """Perhaps from before the last reviews; ``as_of`` says when they were read."""
        return self._shelf.get(Wanted(run.keys, days, run))

    def warm(self, book: Iterable[Run], periods: Iterable[Days]) -> None:
        """Makes what people will ask for first."""
        for days in periods:
            for run in book:
                self.of(run, days)

    def close(self) -> None:
        self._shelf.close()

    def _stamp(self, wanted: Wanted) -> Hashable:
        return self._changes.version(wanted.days)
