"""Who hears what just now: a browser asks for a recording in many pieces, and that is one hearing."""

import threading
import time
from collections import OrderedDict

LASTS = 600.0  # seconds after which going on is a hearing of its own
REMEMBERED = 10_000


class Hearings:
    """Tells the first piece of a hearing from the others. Safe between threads."""

    def __init__(self) -> None:
        self._since: OrderedDict[tuple[int, int], float] = OrderedDict()
        self._lock = threading.Lock()

    def is_new(self, session_pk: int, call_pk: int) -> bool:
        """Whether this session has not begun to hear the call a short while ago."""
        key, now = (session_pk, call_pk), time.monotonic()
        with self._lock:
            if now - self._since.get(key, float("-inf")) < LASTS:
                return False
            self._since[key] = now
            self._since.move_to_end(key)
            if len(self._since) > REMEMBERED:
                self._since.popitem(last=False)
            return True
