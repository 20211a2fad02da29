"""A schedule that cannot be read is refused before a night is announced."""

from contextlib import nullcontext

import pytest
from rich.console import Console

from callqa.errors import ConfigError
from callqa.settings import Settings
from flows import schedule
from services.upkeep.prefect_home import schedule_note


def test_a_schedule_that_is_none_says_how_to_write_one(
    settings: Settings, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(schedule, "prefect_server", lambda *_: nullcontext())
    monkeypatch.setattr(schedule, "refuse_without_server", lambda: None)
    monkeypatch.setattr(schedule, "start_logging", lambda _: None)
    with pytest.raises(ConfigError, match=r"'x y' is no schedule in cron's notation; .*--cron '0 1 \* \* \*'"):
        schedule.serve_nightly(settings, "manifest.csv", None, "x y", 4200, Console())
    assert capsys.readouterr().out == ""
    assert not schedule_note(settings.home).exists()
