"""The open desk: settings, database and rubrics, opened once and shared by all requests of the process."""

import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from threading import BoundedSemaphore
from types import MappingProxyType

from callqa.settings import Settings
from callqa.types import Seconds
from services.audit.watch import LogWatch
from services.context import RubricContext, RubricSet, contexts_of_now, open_rubric_set, up_to_date
from services.overview.cache import FiguresCache
from store import Store
from store.people.roster import RosterStamp, names_of_agents, roster_stamp
from web.access.recent_views import RecentViews
from web.api.pace import Pace

PAGES_AT_ONCE, WITH_SERVER = 1, 3
"""Pages that a process makes at a time. Threads take turns in Python, and another one may have it after each row that
comes from SQLite: of several pages at once each would be ready later. A server's answers are waited for beside."""
TURN_WAIT: Seconds = 0.05
"""Then a page is made beside the others all the same: nobody's list waits for somebody's long search."""
TRUST_FOR = 5.0  # seconds that a reading of the measured trust is good for; it changes once a night


@dataclass
class Desk:
    """What every request works with. Safe to share between threads."""

    settings: Settings
    _opened: RubricSet
    figures: FiguresCache
    now: Callable[[], datetime] = lambda: datetime.now(UTC)
    _rubric_set: tuple[RubricContext, ...] = ()
    _read_at: float = field(default=float("-inf"))
    recent_views: RecentViews = field(default_factory=RecentViews)
    log_watch: LogWatch = field(default_factory=LogWatch)
    pace: Pace = field(init=False)
    """How often each token asks."""
    _names: tuple[RosterStamp | None, Mapping[str, str]] = (None, MappingProxyType({}))
    _turns: BoundedSemaphore = field(default_factory=lambda: BoundedSemaphore(PAGES_AT_ONCE))

    def __post_init__(self) -> None:
        self.pace = Pace(self.settings.api.per_minute)

    @property
    def store(self) -> Store:
        return self._opened[0].store

    @property
    def rubric_set(self) -> tuple[RubricContext, ...]:
        """A context for each rubric of the settings, with the trust and the models that hold now."""
        if time.monotonic() - self._read_at > TRUST_FOR:
            self._opened = contexts_of_now(self.settings, self._opened)
            self._rubric_set = tuple(up_to_date(rubric_context) for rubric_context in self._opened)
            self._read_at = time.monotonic()
        return self._rubric_set

    def look_anew(self) -> None:
        """For this process: what was published just now counts at once."""
        self._read_at = float("-inf")

    @contextmanager
    def turn(self) -> Iterator[None]:
        """For as long as a page is made."""
        mine = self._turns.acquire(timeout=TURN_WAIT)
        try:
            yield
        finally:
            if mine:
                self._turns.release()

    def agent_names(self) -> Mapping[str, str]:
        """Of the agents on the roster, by id."""
        with self.store.read() as c:
            stamp = roster_stamp(c)
            if stamp != self._names[0]:
                self._names = (stamp, names_of_agents(c))
        return self._names[1]

    @property
    def idle(self) -> timedelta:
        """How long a session lasts without a click."""
        return timedelta(minutes=self.settings.desk.idle_minutes)

    @property
    def secure(self) -> bool:
        """Whether people reach the desk by https, so that cookies may be bound to it."""
        return self.settings.desk.public_url.startswith("https://")


@contextmanager
def open_desk(settings: Settings) -> Iterator[Desk]:
    """Raises `ConfigError` and `StoreError`."""
    with open_rubric_set(settings) as rubric_set, closing(FiguresCache(rubric_set[0].store)) as figures:
        at_once = WITH_SERVER if rubric_set[0].store.on_server else PAGES_AT_ONCE
        yield Desk(settings, rubric_set, figures, _turns=BoundedSemaphore(at_once))
