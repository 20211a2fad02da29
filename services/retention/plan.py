"""Retention plan: what would be removed now, by the settings, as counts and days, nothing of a call."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from callqa.settings.privacy import RetentionSettings
from store import Connection
from store.removal import removals
from store.removal.marks import What

NAMES: dict[What | None, str] = {None: "scores", "text": "transcripts", "audio": "audio"}
"""What operators call it, in the order in which it is removed: with the scores goes the whole call."""


@dataclass(frozen=True, slots=True)
class Limit:
    """Until when something of a call is kept."""

    what: What | None
    """``None``: the whole call, with its scores."""
    days: int
    before: datetime
    """Calls that began earlier are due."""

    @property
    def name(self) -> str:
        return NAMES[self.what]


@dataclass(frozen=True, slots=True)
class PlannedRemoval:
    """What one limit would remove."""

    limit: Limit
    due: removals.Due


def limits(settings: RetentionSettings, now: datetime) -> Iterator[Limit]:
    """Those that are set, in the order of `NAMES`."""
    days = {None: settings.score_days, "text": settings.transcript_days, "audio": settings.audio_days}
    for what in NAMES:
        if (n_days := days[what]) is not None:
            yield Limit(what, n_days, now - timedelta(days=n_days))


def plan(c: Connection, settings: RetentionSettings, now: datetime) -> list[PlannedRemoval]:
    """By limit. Calls whose scores are due are counted under the other limits, too, as far as they have those data."""
    return [PlannedRemoval(limit, removals.due(c, limit.before, limit.what)) for limit in limits(settings, now)]
