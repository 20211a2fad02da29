"""Samples that a night draws by itself: those due by the plans of the settings, once, and those missed before."""

import io
import re
from datetime import UTC, datetime, tzinfo
from pathlib import Path

import pytest
from nights import QUIET
from own_plan import MONDAY, drawn, write_plan
from rich.console import Console

from callqa.errors import ConfigError
from callqa.settings import SamplingSettings, Settings
from flows.night import NIGHTLY
from flows.runner import run_night
from flows.stage import in_this_process
from services.context import open_rubric_set
from services.sampling import draw as sampling
from store.people import samples


@pytest.fixture
def plan(tmp_path: Path) -> str:
    return write_plan(tmp_path)


def night(settings: Settings, console: Console = QUIET) -> None:
    with open_rubric_set(settings) as rubric_set:
        run_night(rubric_set, "test", NIGHTLY, in_this_process, console)


def at_night(settings: Settings, *plans: str) -> Settings:
    return settings.model_copy(update={"sampling": SamplingSettings(plans=plans)})


@pytest.fixture
def tonight(monkeypatch: pytest.MonkeyPatch) -> None:
    it_is_november(16, monkeypatch)


def it_is_november(day: int, monkeypatch: pytest.MonkeyPatch) -> None:
    class Clock(datetime):
        @classmethod
        def now(cls, tz: tzinfo | None = None) -> datetime:
            return datetime(2026, 11, day, 1, tzinfo=UTC)

    monkeypatch.setattr("flows.night_steps.datetime", Clock)


@pytest.mark.usefixtures("tonight")
def test_the_night_draws_what_is_due_once(scored: Settings, plan: str) -> None:
    settings = at_night(scored, plan, "monthly")
    console = Console(record=True, quiet=False, width=120, file=io.StringIO())
    night(settings, console)
    output = console.export_text()
    assert re.search(r"sample +mine 2026-W46: \d+ of 21 calls drawn", output)
    assert "sample      monthly 2026-10: no call of 2026-10 can be drawn by plan monthly" in output
    first = drawn(scored)
    assert first
    night(settings)
    assert drawn(scored) == first
    with open_rubric_set(scored) as rubric_set, rubric_set[0].store.read() as c:
        assert [(sample.plan_id, sample.author) for sample in samples.samples(c)] == [("mine", "nightly")]


def test_a_night_makes_up_for_weeks_without_one(scored: Settings, plan: str, monkeypatch: pytest.MonkeyPatch) -> None:
    with open_rubric_set(scored) as rubric_set:
        sampling.draw_sample(rubric_set, sampling.plan_for(rubric_set, plan), "2026-W45", None, "王丽", MONDAY)
    it_is_november(25, monkeypatch)
    console = Console(record=True, quiet=False, width=120, file=io.StringIO())
    night(at_night(scored, plan), console)
    assert "2026-W47: no scored call of its last day yet; it is drawn when there is one" in console.export_text()
    with open_rubric_set(scored) as rubric_set, rubric_set[0].store.read() as c:
        assert [sample.period for sample in samples.samples(c)] == ["2026-W45", "2026-W46"]


def test_a_bad_plan_stops_the_night_before_it_starts(scored: Settings, plan: str) -> None:
    Path(plan).write_text("id: mine", encoding="utf-8")
    with pytest.raises(ConfigError, match="mine.yaml, line 1: title: Field required"):
        night(at_night(scored, plan))
