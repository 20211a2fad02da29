"""Reviews, queue and appeals where each call has a rubric of its own."""

from pathlib import Path

import pytest
from nights import QUIET
from people import refused, told

from callqa.settings import Settings
from flows.night import RESCORE
from flows.runner import run_night
from flows.stage import in_this_process
from services.context import context_for, open_rubric_set
from services.review.queue import queued_calls
from store.calls import read

NIGHT_SHIFT = """\
id: night-shift
version: "1"
title: 夜班评分表
fatal_cap: 0
applies_to: {teams: [B组]}
groups:
  - id: all
    title: 全部
    items:
      - {id: hello, title: 夜班开头语, points: 5, needs: [opening]}
      - {id: restate, title: 复述确认, points: 5, needs: [restate]}
"""


@pytest.fixture
def settings(scored: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Settings:
    """A home whose B team has a rubric of its own."""
    rubric_path = tmp_path / "night-shift.yaml"
    rubric_path.write_text(NIGHT_SHIFT, encoding="utf-8")
    settings = scored.model_copy(update={"rubric": f"pudong-12345,{rubric_path}"})
    with open_rubric_set(settings) as rubric_set:
        run_night(rubric_set, "test", RESCORE, in_this_process, QUIET)
    monkeypatch.setenv("CALLQA_RUBRIC", settings.rubric)
    return settings


def violated(settings: Settings, rubric_id: str) -> tuple[str, str]:
    """A call of that rubric whose first item was violated, and its agent."""
    with open_rubric_set(settings) as rubric_set, rubric_set[0].store.read() as c:
        (context,) = (context for context in rubric_set if context.rubric.id == rubric_id)
        rows = [row for row in read.scores(c, context.keys) if row.verdicts[0] == "V"]
    return min((row.call_id, row.agent_id) for row in rows)


@pytest.mark.usefixtures("chinese")
def test_items_are_those_of_the_calls_own_rubric(settings: Settings) -> None:
    night, _ = violated(settings, "night-shift")
    day, _ = violated(settings, "pudong-12345")
    why = ("--by", "王丽", "--reason", "听过录音")
    assert "夜班开头语：不合格 → 合格（人工）" in told(
        settings, "review", "override", night, "夜班开头语", "合格", *why
    )
    assert "开头语：不合格 → 合格（人工）" in told(settings, "review", "override", day, "开头语", "合格", *why)
    assert "没有“夜班开头语”这一项" in refused(settings, "review", "override", day, "夜班开头语", "合格", *why)


def test_the_queue_has_the_calls_of_all_rubrics(settings: Settings) -> None:
    with open_rubric_set(settings) as rubric_set, rubric_set[0].store.read() as c:
        waiting = queued_calls(rubric_set, c)
        rubrics = {context_for(rubric_set, call.call_id).rubric.id for call in waiting}
    assert rubrics == {"night-shift", "pudong-12345"}
    assert len({call.call_id for call in waiting}) == len(waiting)
    told(settings, "queue", "assign", "--to", "王丽", "--by", "张强")
    (line,) = [line for line in told(settings, "queue", "load").splitlines() if "王丽" in line]
    assert line.split("│")[2].strip() == str(len(waiting))


@pytest.mark.usefixtures("chinese")
def test_appeals_under_both_rubrics(settings: Settings) -> None:
    for rubric_id, title in (("night-shift", "夜班开头语"), ("pudong-12345", "开头语")):
        call, agent = violated(settings, rubric_id)
        told(settings, "appeal", "submit", call, title, "--by", agent, "--reason", "已问候")
    shown = told(settings, "appeal", "list")
    assert "夜班开头语" in shown
    assert shown.count("待班组长处理") == 2
    assert "夜班开头语：不合格 → 合格（人工）" in told(
        settings, "appeal", "decide", "1", "accept", "--by", "班长", "--reason", "属实"
    )
