"""A clock that stands where it is put, for all of callqa's own modules."""

import sys
from datetime import datetime, timedelta, tzinfo
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[2]
NOT_OURS = (f"{ROOT}/tests/", f"{ROOT}/.venv/", f"{ROOT}/build/")


class Clock:
    """What `datetime.now` says in callqa's modules that it has stopped, until its block ends."""

    def __init__(self, at: str, tick: timedelta = timedelta()) -> None:
        """``tick``: how much later it is after each look."""
        self.at, self._tick = datetime.fromisoformat(at), tick
        self._stopped: list[Any] = []
        self._kind = _kind_that_asks(self._look)

    def put(self, at: str) -> None:
        self.at = datetime.fromisoformat(at)

    def stop(self) -> None:
        """Stops the modules that are imported by now; again after others were."""
        for module in list(sys.modules.values()):
            path = getattr(module, "__file__", None) or ""
            ours = path.startswith(f"{ROOT}/") and not path.startswith(NOT_OURS)
            if ours and vars(module).get("datetime") is datetime:
                vars(module)["datetime"] = self._kind
                self._stopped.append(module)

    def __enter__(self) -> "Clock":
        return self

    def __exit__(self, *_: object) -> None:
        """Lets them have the right time again."""
        for module in self._stopped:
            module.datetime = datetime
        self._stopped.clear()

    def _look(self) -> datetime:
        self.at += self._tick
        return self.at


def _kind_that_asks(look: Any) -> Any:
    class Kind(type):
        def __instancecheck__(cls, value: object) -> bool:
            return isinstance(value, datetime)

    class Stopped(datetime, metaclass=Kind):
        def __new__(cls, *given: Any, **named: Any) -> Any:
            return datetime(*given, **named)

        @classmethod
        def now(cls, tz: tzinfo | None = None) -> datetime:  # type: ignore[override]
            return look().astimezone(tz) if tz else look().astimezone().replace(tzinfo=None)

    return Stopped
