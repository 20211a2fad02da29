"""The worker: waits for urgent calls, and for what people and other programs are to be told."""

import logging
import time
from collections.abc import Callable
from datetime import UTC, datetime
from functools import partial

from callqa.errors import CallQAError
from callqa.settings import Settings
from flows.urgent import is_ready, work_urgent
from services.context import RubricSet, open_rubric_set, up_to_date
from services.events.collect import collect_events
from services.events.deliver import deliver_events
from services.notices.collect import collect_notices
from services.retention.uploads import drop_unclaimed
from store.people.notices import sweep_notices
from store.runs.events import sweep_events

log = logging.getLogger(__name__)
PAUSE = 1.0  # seconds between two looks at the database
SWEEP_EVERY = 3600.0
NOTICES_EVERY = 30.0


def work(settings: Settings, stopped: Callable[[], bool], on_done: Callable[[int], None] = lambda n: None) -> None:
    """Works until ``stopped``; ``on_done`` is told how many urgent calls were done. Raises `ConfigError`."""
    with open_rubric_set(settings) as rubric_set:
        store, swept, noticed = rubric_set[0].store, float("-inf"), float("-inf")
        is_ready(rubric_set[0])
        while not stopped():
            try:
                rubric_set = tuple(up_to_date(context) for context in rubric_set)
                n = work_urgent(rubric_set, partial(tell_programs, rubric_set))
                tell_programs(rubric_set)
                if n:
                    on_done(n)
                    continue
                if time.monotonic() - noticed > NOTICES_EVERY:
                    collect_notices(rubric_set, datetime.now(UTC))
                    noticed = time.monotonic()
                if time.monotonic() - swept > SWEEP_EVERY:
                    drop_unclaimed(store, settings, datetime.now(UTC))
                    with store.write() as c:
                        sweep_events(c, datetime.now(UTC))
                        sweep_notices(c, datetime.now(UTC))
                    swept = time.monotonic()
            except CallQAError as error:  # a database that is away comes back
                log.error("worker: %s", error)
            time.sleep(PAUSE)


def tell_programs(rubric_set: RubricSet) -> None:
    """Whatever has happened by now, to whoever waits for it."""
    now = datetime.now(UTC)
    while collect_events(rubric_set, now):
        pass
    deliver_events(rubric_set[0].store, now)
