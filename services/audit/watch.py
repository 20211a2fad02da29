"""Watch over the audit log: each look goes on where the last one ended, so that it takes bounded time."""

from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from callqa.audit_chain import Break, Link
from callqa.errors import ConfigError
from services.audit.anchors import Anchor, read_anchors
from store import Store
from store.people import audit_checks

AT_ONCE = 20_000  # entries; a fifth of a second


@dataclass(frozen=True, slots=True)
class LogState:
    """Whether the log holds what was written into it."""

    until: datetime | None
    """Time of the last entry that was looked at."""
    breaks: tuple[Break, ...]
    waiting: int
    """Entries that were not looked at yet."""
    anchored_at: datetime | None
    """When the whole log was last looked at, by a night; what is older is known from there."""
    anchors_damaged: bool = False
    """The file of anchors cannot be read."""


@dataclass
class LogWatch:
    """How far this process has looked."""

    _at: Link | None = None
    _breaks: dict[int, Break] = field(default_factory=dict)

    def look(self, store: Store, home: Path, at_once: int = AT_ONCE) -> LogState:
        """Goes on by ``at_once`` entries at most."""
        anchor, damaged = _newest(home)
        if anchor and (self._at is None or anchor.link.pk > self._at.pk):
            self._at, self._breaks = anchor.link, {broken.pk: broken for broken in anchor.breaks}
        with store.read() as c:
            checked = audit_checks.check_log(c, self._at, limit=at_once)
            waiting = audit_checks.count_behind(c, checked.last.pk) if checked.n == at_once else 0
        self._at = checked.last
        self._breaks |= {broken.pk: broken for broken in checked.breaks}
        breaks = tuple(self._breaks[pk] for pk in sorted(self._breaks))
        return LogState(checked.at, breaks, waiting, anchor.at if anchor else None, damaged)


def _newest(home: Path) -> tuple[Anchor | None, bool]:
    """The last anchor, and whether the file cannot be read."""
    try:
        return max(read_anchors(home), key=lambda anchor: anchor.at, default=None), False
    except ConfigError:
        return None, True
