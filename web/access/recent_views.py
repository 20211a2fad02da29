"""The views of the last minutes: a browser asks for a recording in many pieces, and for a page again and again."""

import threading
import time
from collections import OrderedDict

LASTS = 600.0  # seconds for which one entry of the audit log stands for doing the same again
REMEMBERED = 10_000


class RecentViews:
    """Tells a new view from one that goes on; views are known by their hashes. Safe between threads.

    Each process of the desk has its own.
    """

    def __init__(self) -> None:
        self._since: OrderedDict[int, float] = OrderedDict()
        self._lock = threading.Lock()

    def __contains__(self, view: int) -> bool:
        with self._lock:
            return time.monotonic() - self._since.get(view, float("-inf")) < LASTS

    def add(self, view: int) -> None:
        """Once it is written down: what could not be written is new the next time, too."""
        with self._lock:
            self._since[view] = time.monotonic()
            self._since.move_to_end(view)
            if len(self._since) > REMEMBERED:
                self._since.popitem(last=False)
