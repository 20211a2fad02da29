"""Every door for YAML that people write: whatever stands there is a value or a `ConfigError`, never another error."""

from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import qa_models
import scoring
from callqa.errors import ConfigError
from qa_models.category.taxonomy import load_taxonomy
from qa_models.check_library import read_library
from qa_models.registry import KINDS
from scoring import load_rubric
from scoring.review.assignment_rules import load_rules
from scoring.review.workdays import load_calendar
from scoring.sampling.plan_file import load_plan
from services.evaluation.floors import read_floors

CHECKS, POINTS = Path(qa_models.__file__).parent, Path(scoring.__file__).parent
RULES = "rules:\n  - {match: {item: opening, teams: [A]}, to: [甲, 乙]}\n"
FLOORS = "items: {opening: {precision: 0.9}}\nfile: {cer: 0.2}\n"
LIBRARY = """- {id: a, kind: phrase, title: 甲, params: {phrases: {phrases: [您好], accept: 0.8, doubt: 0.7}}}
- {id: b, kind: regex, title: 乙, params: {patterns: ['不.{0,3}办'], where: {role: agent, first_turns: 2}}}
- {id: c, kind: metadata, title: 丙, params: {field: duration, at_least: 3}}
"""
DOORS: dict[str, tuple[str, Callable[[Path], object]]] = {
    "library": (LIBRARY, lambda path: read_library(path, KINDS)),
    "rubric": ((POINTS / "rubrics/pudong-12345.yaml").read_text(encoding="utf-8"), load_rubric),
    "plan": ((POINTS / "sampling/plans/weekly.yaml").read_text(encoding="utf-8"), load_plan),
    "calendar": ((POINTS / "review/calendars/cn-2026.yaml").read_text(encoding="utf-8"), lambda p: load_calendar([p])),
    "taxonomy": ("- name: 水\n  classes: {供水: [停水, 水管]}\n", lambda path: load_taxonomy(str(path))),
    "rules": (RULES, lambda path: load_rules(path, {"opening": "开头语"})),
    "floors": (FLOORS, read_floors),
}
SCALARS = st.one_of(
    st.none(), st.booleans(), st.integers(), st.floats(), st.text(max_size=8), st.dates(), st.binary(max_size=4),
    st.sampled_from(["(a+)+", "…" * 9, "{x}", "(" * 999, "9" * 5000, 10**400, float("inf"), "\ud7ff", "=", "!!python"]),
)  # fmt: skip
VALUES = st.recursive(
    SCALARS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5) | st.integers(), inner, max_size=3),
    max_leaves=6,
)


def replaced(value: Any, steps: list[int], new: Any) -> Any:
    """``value`` with something below it replaced: at each level one of the parts is gone into."""
    if steps and isinstance(value, dict) and value:
        key = list(value)[steps[0] % len(value)]
        return {**value, key: replaced(value[key], steps[1:], new)}
    if steps and isinstance(value, list) and value:
        at = steps[0] % len(value)
        return [*value[:at], replaced(value[at], steps[1:], new), *value[at + 1 :]]
    return new


@pytest.fixture(autouse=True)
def somewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


@pytest.mark.parametrize("door", DOORS)
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow], max_examples=40)
@given(steps=st.lists(st.integers(0, 30), max_size=7), new=VALUES)
def test_any_value_in_any_place(door: str, steps: list[int], new: Any) -> None:
    text, load = DOORS[door]
    path = Path("damaged.yaml").absolute()
    path.write_text(yaml.safe_dump(replaced(yaml.safe_load(text), steps, new), allow_unicode=True), encoding="utf-8")
    with suppress(ConfigError):
        load(path)


@pytest.mark.parametrize("door", DOORS)
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=40)
@given(places=st.lists(st.tuples(st.integers(0), st.integers(0, 255)), min_size=1, max_size=6))
def test_any_bytes(door: str, places: list[tuple[int, int]]) -> None:
    text, load = DOORS[door]
    content = bytearray(text.encode())
    for place, value in places:
        content[place % len(content)] = value
    path = Path("damaged.yaml").absolute()
    path.write_bytes(content)
    with suppress(ConfigError):
        load(path)
