"""One run at a time on a database, whoever starts it and wherever: a lease that is renewed while the run lives."""

import os
import socket
import threading
import uuid
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import tzinfo
from typing import Any

from callqa.errors import StoreAway, StoreError
from store import Connection, Store
from store.runs import history, lease

NAME = "run"
LEASE_SECONDS = 120.0
RENEW_SECONDS = 30.0


class AnotherRun(StoreError):
    """Another run works on the database, or has taken over; ``holder`` is its name, as far as it is known."""

    def __init__(self, code: str, /, *, holder: str | None, **values: Any) -> None:
        super().__init__(code, holder=holder, **values)

    @property
    def holder(self) -> str | None:
        holder: str | None = self.values["holder"]
        return holder


class Lease:
    """The right to work, as long as it is renewed."""

    def __init__(self, store: Store) -> None:
        self.holder = f"{socket.gethostname()}/{os.getpid()}/{uuid.uuid4().hex[:8]}"
        self._store = store
        self._lost = threading.Event()
        self._stop = threading.Event()

    def check(self) -> None:
        """Raises `AnotherRun` once one has taken over; what was committed so far is kept."""
        if self._lost.is_set():
            raise AnotherRun("run.taken_over", holder=who_works(self._store))

    def renew_until_stopped(self) -> None:
        while not self._stop.wait(RENEW_SECONDS):
            try:
                with self._store.write() as connection:
                    if not lease.renew(connection, NAME, self.holder, LEASE_SECONDS):
                        self._lost.set()
            except StoreAway:
                continue  # the lease outlives a few missed renewals

    def stop(self) -> None:
        self._stop.set()


@contextmanager
def run_lease(store: Store, zone: tzinfo | None = None) -> Iterator[Lease]:
    """Holds the lease. A killed run frees it: at once on the same machine, elsewhere when it expires.

    Raises `AnotherRun` when one is at work; ``zone``: of the time that it tells, else the machine's.
    """
    held = Lease(store)
    _acquire(store, held.holder, zone)
    renewer = threading.Thread(target=held.renew_until_stopped, daemon=True, name="lease")
    renewer.start()
    try:
        yield held
    finally:
        held.stop()
        renewer.join()
        with suppress(StoreAway), store.write() as connection:  # it ends by itself, and why the run ended is told
            lease.release(connection, NAME, held.holder)


def who_works(store: Store) -> str | None:
    """The holder of the lease, by name; ``None`` when no run is at work."""
    with store.read() as connection:
        return lease.holder(connection, NAME)


def refuse_beside_another(store: Store, zone: tzinfo | None = None) -> None:
    """Raises `AnotherRun` while one works, for who would only learn it after long preparations."""
    with store.read() as connection:
        holder = lease.holder(connection, NAME)
        if holder and history.at_work(connection, NAME) and not _is_dead(holder):
            raise _another(connection, holder, zone)


def _acquire(store: Store, holder: str, zone: tzinfo | None) -> None:
    with store.write() as connection:
        other = lease.holder(connection, NAME)
        if other and _is_dead(other):
            lease.release(connection, NAME, other)
        if lease.acquire(connection, NAME, holder, LEASE_SECONDS):
            return
        refusal = _another(connection, other, zone)
    raise refusal


def _another(c: Connection, holder: str | None, zone: tzinfo | None) -> AnotherRun:
    """What holds the lease: mostly the run that was begun last; a removal or a restore is none in the history."""
    seconds = round(LEASE_SECONDS)
    newest = next(iter(history.runs(c, 1)), None)
    if holder is None or newest is None or newest.finished_at is not None:
        return AnotherRun("run.another", holder=holder, seconds=seconds)
    host, pid, _ = holder.split("/")
    since = f"{newest.started_at.astimezone(zone):%Y-%m-%d %H:%M}"
    return AnotherRun(
        "run.another_since", holder=holder, run=newest.pk, since=since, host=host, pid=pid, seconds=seconds
    )


def _is_dead(holder: str) -> bool:
    """Whether the holder was a process of this machine that is no more."""
    host, pid, _ = holder.split("/")
    if host != socket.gethostname():
        return False
    try:
        os.kill(int(pid), 0)
    except ProcessLookupError:
        return True
    except PermissionError:
        pass  # it lives, under another user
    return False
