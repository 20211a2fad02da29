"""What was done a short while ago: a browser asks for a recording in many pieces, and for a page again and again."""

import threading
import time
from collections import OrderedDict

LASTS = 600.0  # seconds for which one entry of the audit log stands for doing the same again
REMEMBERED = 10_000


class Lately:
    """Tells what is done for the first time from what goes on; deeds are known by their hashes. Safe between threads.

    Each process of the desk has its own.
    """

    def __init__(self) -> None:
        self._since: OrderedDict[int, float] = OrderedDict()
        self._lock = threading.Lock()

    def __contains__(self, deed: int) -> bool:
        with self._lock:
            return time.monotonic() - self._since.get(deed, float("-inf")) < LASTS

    def add(self, deed: int) -> None:
        """Once it is written down: what could not be written is new the next time, too."""
        with self._lock:
            self._since[deed] = time.monotonic()
            self._since.move_to_end(deed)
            if len(self._since) > REMEMBERED:
                self._since.popitem(last=False)
