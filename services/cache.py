"""Values that take long to make, kept in the process, and made anew in the background when their data has changed."""

import logging
import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Hashable
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Generic, TypeVar

from callqa.errors import without_words

K = TypeVar("K", bound=Hashable)
V = TypeVar("V")
log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Cached(Generic[V]):
    """A value, and what it was made of."""

    value: V
    as_of: datetime
    """When its data was read."""
    stamp: Hashable
    seconds: float
    """It took to make."""
    made_at: float
    """By the clock of the cache."""


class Cache(Generic[K, V]):
    """Keeps the ``size`` values last asked for. Safe to share between threads.

    One value is made at a time: each needs much memory, and Python would not make two of them any sooner.

    The first to ask for a value waits until it is made; others that ask meanwhile wait for the same one. Later on
    nobody waits: where the ``stamp`` of its data is another by now, the old value is given, and one thread makes the
    new one. A value that took a second rests for ``1 / share`` seconds first, so that remaking all day long never
    takes more than ``share`` of a processor. One that nobody has asked for lately, and whose data was read more than
    ``patience`` seconds ago, is waited for like a new one: nobody should see yesterday's figures in the morning.
    """

    def __init__(
        self,
        make: Callable[[K], V],
        stamp: Callable[[K], Hashable],
        size: int = 16,
        share: float = 0.02,
        patience: float = 600.0,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._make, self._stamp, self._size = make, stamp, size
        self._share, self._patience, self._clock = share, patience, clock
        self._lock, self._turn = threading.Lock(), threading.Lock()
        self._kept: OrderedDict[K, Cached[V]] = OrderedDict()
        self._making: dict[K, Future[Cached[V]]] = {}
        self._behind = ThreadPoolExecutor(max_workers=1, thread_name_prefix="remaking")

    def get(self, key: K) -> Cached[V]:
        """Raises what making it raises, but only to those who wait for it."""
        with self._lock:
            cached = self._kept.get(key)
            if cached is not None:
                self._kept.move_to_end(key)
        if cached is None:
            return self._make_now(key)
        age = self._clock() - cached.made_at
        if age < cached.seconds / self._share or self._stamp(key) == cached.stamp:
            return cached
        if age > self._patience:
            return self._make_now(key)
        self._make_behind(key, cached)
        return cached

    def prepare(self, key: K) -> None:
        """Makes it in the background, unless it is there."""
        self._behind.submit(self.get, key)

    def close(self) -> None:
        """Waits for what is being made behind."""
        self._behind.shutdown()

    def _make_now(self, key: K) -> Cached[V]:
        making, mine = self._join(key)
        if mine:
            self._fill(key, making)
        return making.result()

    def _make_behind(self, key: K, old: Cached[V]) -> None:
        making, mine = self._join(key)

        def work() -> None:
            self._fill(key, making)
            if error := making.exception():
                log.error(
                    "%s is not up to date; the old one is shown, and it is tried again: %s", key, without_words(error)
                )
                with self._lock:
                    self._kept[key] = replace(old, made_at=self._clock())  # it rests before the next try

        if mine:
            self._behind.submit(work)

    def _join(self, key: K) -> "tuple[Future[Cached[V]], bool]":
        """What is being made of the key, and whether the caller is the one to make it."""
        with self._lock:
            making = self._making.get(key)
            if making is not None:
                return making, False
            return self._making.setdefault(key, Future()), True

    def _fill(self, key: K, making: "Future[Cached[V]]") -> None:
        started, as_of = self._clock(), datetime.now(UTC)
        try:
            stamp = self._stamp(key)  # first: what changes while it is made is then noticed
            with self._turn:
                value = self._make(key)
        except BaseException as error:
            with self._lock:
                del self._making[key]
            making.set_exception(error)
            return
        now = self._clock()
        cached = Cached(value, as_of, stamp, now - started, now)
        with self._lock:
            self._kept[key] = cached
            self._kept.move_to_end(key)
            while len(self._kept) > self._size:
                self._kept.popitem(last=False)
            del self._making[key]
        making.set_result(cached)
