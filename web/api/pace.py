"""Pace: how often a token may ask, as a bucket that fills again by the second. Safe between threads."""

import threading
import time
from collections.abc import Callable
from math import ceil

BURST_SECONDS = 60.0


class Pace:
    """The buckets of one process, by the numbers of tokens."""

    def __init__(self, per_minute: int, clock: Callable[[], float] = time.monotonic) -> None:
        self.per_minute = per_minute
        self._clock = clock
        self._lock = threading.Lock()
        self._buckets: dict[int, tuple[float, float]] = {}

    def ask(self, token_pk: int) -> tuple[int, int]:
        """How many more requests there are at once, and the whole seconds to wait; 0: this one may pass."""
        now, per_second = self._clock(), self.per_minute / BURST_SECONDS
        with self._lock:
            left, at = self._buckets.get(token_pk, (float(self.per_minute), now))
            left = min(float(self.per_minute), left + (now - at) * per_second)
            if left < 1:
                self._buckets[token_pk] = (left, now)
                return 0, max(1, ceil((1 - left) / per_second))
            self._buckets[token_pk] = (left - 1, now)
            return int(left - 1), 0
