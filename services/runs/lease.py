"""One run at a time on a database, whoever starts it and wherever: a lease that is renewed while the run lives."""

import os
import socket
import threading
import uuid
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Any

from callqa.errors import StoreAway, StoreError
from store import Store
from store.runs import lease

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
def run_lease(store: Store) -> Iterator[Lease]:
    """Holds the lease. A killed run frees it: at once on the same machine, elsewhere when it expires.

    Raises `AnotherRun` when one is at work.
    """
    held = Lease(store)
    _acquire(store, held.holder)
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


def _acquire(store: Store, holder: str) -> None:
    with store.write() as connection:
        other = lease.holder(connection, NAME)
        if other and _is_dead(other):
            lease.release(connection, NAME, other)
        if lease.acquire(connection, NAME, holder, LEASE_SECONDS):
            return
    raise AnotherRun("run.another", holder=other, seconds=round(LEASE_SECONDS))


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
