"""Two nights at once, and clocks that jump."""

import datetime
import sys
import time
from functools import partial
from pathlib import Path

import pytest
from small_calls import Home, Undisturbed
from steps import at_stage

pytestmark = pytest.mark.slow


def wait_for(sign: Path) -> None:
    while not sign.exists():
        time.sleep(0.01)


def meet(arrived: Path, leave: Path) -> None:
    arrived.touch()
    wait_for(leave)


def test_two_nights_at_once(home: Home, undisturbed: Undisturbed, tmp_path: Path) -> None:
    arrived, leave = tmp_path / "arrived", tmp_path / "leave"
    first = home.start("run", str(home.night.manifest), wrong=partial(at_stage, "check", partial(meet, arrived, leave)))
    wait_for(arrived)
    second = home.run()
    assert second.status == 1
    assert "another run is at work on this database" in second.output
    assert "wait for it" in second.output
    leave.touch()
    assert first.ended().status == 0
    assert home.kept() == undisturbed.kept, "the first one does not notice"


def test_two_nights_begin_together(home: Home, undisturbed: Undisturbed) -> None:
    both = [home.start("run", str(home.night.manifest)) for _ in range(2)]
    ended = [one.ended() for one in both]
    assert {one.status for one in ended} <= {0, 1}, ended
    assert not any("Traceback" in one.output for one in ended), ended
    assert home.recover() == undisturbed.kept


def jump(seconds: float) -> None:
    """The clock is ``seconds`` later, or earlier, from now on, for all of this process."""
    moved = datetime.timedelta(seconds=seconds)
    real = datetime.datetime

    class AsBefore(type):
        def __instancecheck__(cls, value: object) -> bool:
            return isinstance(value, real)

    class Moved(real, metaclass=AsBefore):
        @classmethod
        def now(cls, tz: datetime.tzinfo | None = None) -> datetime.datetime:
            return real.now(tz) + moved

    for module in list(sys.modules.values()):
        if getattr(module, "datetime", None) is real:
            module.datetime = Moved  # type: ignore[attr-defined]


DAY = 86_400.0


@pytest.mark.parametrize(("stage", "seconds"), [("transcribe", -3600.0), ("check", 3600.0), ("score", 400 * DAY)])
def test_the_clock_jumps(home: Home, undisturbed: Undisturbed, stage: str, seconds: float) -> None:
    ended = home.run(partial(at_stage, stage, partial(jump, seconds)))
    assert ended.status == 0, ended.output
    assert home.kept() == undisturbed.kept
    assert home.recover() == undisturbed.kept
