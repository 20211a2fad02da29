"""A sampling plan of one's own, for the tests of samples."""

from datetime import UTC, datetime
from pathlib import Path

from callqa.settings import Settings
from services.context import open_rubric_set
from store.people import samples

MONDAY = datetime(2026, 11, 23, 2, tzinfo=UTC)
WEEK = "2026-W46"  # 9 to 15 November: 21 of the synthetic calls

PLAN = """\
id: mine
title: 我的抽检
every: week
per_agent: {n: 2}
control: 100%
risk:
  - {when: total_below, below: 60, count: 2}
"""


def write_plan(folder: Path) -> str:
    """Its path, as the command line and the settings take it."""
    path = folder / "mine.yaml"
    path.write_text(PLAN, encoding="utf-8")
    return str(path)


def drawn(settings: Settings, plan_id: str = "mine", period: str = WEEK) -> list[samples.DrawnCall]:
    with open_rubric_set(settings) as rubric_set, rubric_set[0].store.read() as c:
        stored = samples.find(c, plan_id, period)
        return samples.calls_of(c, stored.pk) if stored else []
