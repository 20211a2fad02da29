"""A small rubric, beside the opening, of items that rest on questions to a language model."""

from pathlib import Path

from callqa.settings import JudgeSettings, Settings

SOOTHES = """\
- id: soothes
  kind: ask
  title: 安抚情绪
  params: {question: 坐席有没有安抚市民的情绪, expect: present}
"""
SCOLDS = """\
- id: scolds
  kind: ask
  title: 不训斥市民
  params: {question: 坐席有没有训斥市民, expect: absent}
"""
RUBRIC = """\
id: asked
version: "1"
title: 提问
fatal_cap: 0
groups:
  - id: all
    title: 全部
    items:
      - {id: opening, title: 开头语, points: 5, needs: [opening]}
"""
SOOTHES_ITEM = "{id: soothes, title: 安抚, points: 5, needs: [soothes]}"
SCOLDS_ITEM = "{id: scolds, title: 不训斥, points: 5, needs: [scolds]}"


def asking_settings(settings: Settings, folder: Path, judge: JudgeSettings, checks: str, *items: str) -> Settings:
    """The settings with these checks, and a rubric with these items, in files of the folder."""
    library, rubric = folder / "checks.yaml", folder / "rubric.yaml"
    library.write_text(checks, encoding="utf-8")
    rubric.write_text(RUBRIC + "".join(f"      - {item}\n" for item in items), encoding="utf-8")
    return settings.model_copy(update={"checks": (library,), "rubric": str(rubric), "judge": judge})
