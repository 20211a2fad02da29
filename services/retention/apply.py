"""Removing what is due, in short transactions that can be stopped anywhere: the next one goes on.

First the files that cannot be found again once the database has forgotten them, then the rows, then what is left in
the home. The report says what went in numbers, also when it was stopped half-way.
"""

import shutil
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Literal

from more_itertools import chunked
from rich.console import Console

from callqa.encryption import keyring
from callqa.messages import terminal_text as _
from callqa.people import AuditEntry
from callqa.settings import Settings
from services.context import RubricSet
from services.progress import count_bar
from services.retention.files import drop_copies, drop_original, old_reports, old_scratch
from services.retention.plan import Limit, limits
from services.retention.uploads import drop_unclaimed
from services.runs.lease import run_lease
from store import Connection, Store
from store.people import audit, audit_checks, sign_ins
from store.removal import deletion, legal_holds, removals
from store.removal.removals import Place

RECORDINGS_AT_ONCE = 200  # in one transaction: about a second in which nobody else can write
ACTION = {"retention": "retention_applied", "erasure": "calls_erased"}


@dataclass
class Removal:
    """One run of removals and the report it writes."""

    store: Store
    settings: Settings
    kind: Literal["retention", "erasure"]
    author: str
    reason: str
    at: datetime
    counts: Counter[str] = field(default_factory=Counter)
    pk: int = 0
    left: list[str] = field(default_factory=list)
    """Recordings that callqa has no right to delete, or that are gone."""

    def start(self) -> None:
        with self.store.write() as c:
            self.pk = removals.start_report(c, self.kind, self.author, self.reason, self.at)

    def batch(self, recordings: Sequence[int], remove: Callable[[Connection, list[int]], str], places: bool) -> None:
        """Removes something of the calls of these recordings, unless the law holds them by now.

        ``places``: the recordings themselves go, too, where the settings allow it; a call whose recording should have
        gone and did not is left for the next time.
        """
        stuck = self._drop_originals(recordings) if places else set()
        with self.store.write() as c:
            ids = removals.free_calls(c, [pk for pk in recordings if pk not in stuck])
            name = remove(c, ids)
            self.counts[name] += len(ids)
            removals.count_in(c, self.pk, self.counts)

    def finish(self) -> removals.Report:
        """What lies in the home and in the files of the database, the report, and the entry in the audit log."""
        with self.store.read() as c:
            copies = drop_copies(self.settings.home / "listening", lambda hashes: removals.playable_sounds(c, hashes))
        self.counts["copies"] += copies
        counts = {name: n for name, n in sorted(self.counts.items()) if n}
        with self.store.write() as c:
            removals.count_in(c, self.pk, counts, datetime.now(UTC))
            action = ACTION[self.kind]
            audit.put_audit(c, AuditEntry(self.at, self.author, "", action, "removal", self.pk, detail=counts))
            done = next(report for report in removals.reports(c) if report.pk == self.pk)
        self.store.tidy()
        return done

    def _drop_originals(self, recordings: Sequence[int]) -> set[int]:
        """The recordings that could not be deleted."""
        with self.store.read() as c:
            there = removals.places(c, removals.free_calls(c, recordings))
        return {place.recording for place in there if not self._drop_original(place)}

    def _drop_original(self, place: Place) -> bool:
        gone = drop_original(place, self.settings.retention.originals, keyring(self.settings.encryption))
        self.counts[{True: "originals", False: "originals_stuck", None: "originals_left"}[gone]] += 1
        if gone is None:
            self.left.append(place.uri)
        return gone is not False


def apply(
    rubric_set: RubricSet,
    author: str,
    reason: str,
    now: datetime,
    console: Console,
    index_again: Callable[[RubricSet], None],
) -> removals.Report:
    """Removes all that is due; ``index_again`` brings back what shared a block of the search index with it.

    Raises `AnotherRun` while one works.
    """
    context = rubric_set[0]
    removal = Removal(context.store, context.settings, "retention", author, reason, now)
    with run_lease(context.store, context.zone) as lease:
        report = remove_due(removal, console, lease.check)
        index_again(rubric_set)
    return report


def remove_due(removal: Removal, console: Console, check: Callable[[], None] = lambda: None) -> removals.Report:
    """Removes all that is due by the settings, where nobody else works. ``check`` may end it in between."""
    removal.start()
    for limit in limits(removal.settings.retention, removal.at):
        _apply_limit(removal, limit, console, check)
    _drop_replaced(removal)
    _drop_old(removal)
    return removal.finish()


def _apply_limit(removal: Removal, limit: Limit, console: Console, check: Callable[[], None]) -> None:
    with removal.store.read() as c:
        due = removals.due(c, limit.before, limit.what)
    with count_bar(_(limit.name), len(due.recordings), console) as advance:
        for recordings in chunked(due.recordings, RECORDINGS_AT_ONCE):
            removal.batch(recordings, lambda c, ids: _remove(removal, limit, c, ids), places=limit.what != "text")
            advance(len(recordings))
            check()


def _remove(removal: Removal, limit: Limit, c: Connection, ids: list[int]) -> str:
    match limit.what:
        case "audio":
            removals.remove_audio(c, ids, removal.pk, removal.at)
        case "text":
            removals.remove_text(c, ids, removal.pk, removal.at)
        case None:
            deletion.delete_calls(c, ids)
    return limit.name


def _drop_replaced(removal: Removal) -> None:
    """Recordings that no call has any more have no age of their own; where words are removed, they are, too."""
    if not (removal.settings.retention.transcript_days or removal.settings.retention.score_days):
        return
    with removal.store.read() as c:
        replaced = deletion.replaced_recordings(c)
    for some in chunked(replaced, RECORDINGS_AT_ONCE):
        with removal.store.write() as c:
            deletion.delete_recordings(c, some)
        removal.counts["replaced"] += len(some)


def _drop_old(removal: Removal) -> None:
    """What has an age of its own: reports, scratch, the audit log, sessions that ended, what nobody took in."""
    limits, now = removal.settings.retention, removal.at
    removal.counts["uploads"] += drop_unclaimed(removal.store, removal.settings, now)
    if days := limits.transcript_days or limits.score_days:
        before = now - timedelta(days=days)
        with removal.store.read() as c:
            held = legal_holds.held_days(c)
        folders = old_reports(removal.settings.home, before.astimezone(removal.settings.zone).date(), held)
        for folder in folders:
            shutil.rmtree(folder, ignore_errors=True)
        for path in old_scratch(removal.settings.home, before):
            path.unlink(missing_ok=True)
        removal.counts["reports"] += len(folders)
    with removal.store.write() as c:
        sign_ins.sweep(c, now)
        if limits.audit_days:
            before = now - timedelta(days=limits.audit_days)
            removal.counts["audit_entries"] += audit_checks.cut_before(c, before, removal.author, now)
