"""A circuit breaker: after several failures in a row nobody asks for a while, so that a slow server can recover."""

import threading
import time
from collections.abc import Callable

from callqa.types import Seconds

IN_A_ROW = 5
MINUTES = 5.0


class Circuit:
    """Counts failures in a row, of all threads together."""

    def __init__(self, clock: Callable[[], Seconds] = time.monotonic) -> None:
        self._clock = clock
        self._lock = threading.Lock()
        self._n_failed = 0
        self._open_until = float("-inf")

    @property
    def is_open(self) -> bool:
        """Whether nobody is to be asked now."""
        return self._clock() < self._open_until

    def succeeded(self) -> None:
        with self._lock:
            self._n_failed = 0

    def failed(self, *, hopeless: bool = False) -> None:
        """``hopeless``: there is no use in four more tries."""
        with self._lock:
            self._n_failed += 1
            if hopeless or self._n_failed >= IN_A_ROW:
                self._n_failed = 0
                self._open_until = self._clock() + 60 * MINUTES
