"""Floors: what an evaluation must reach, for a pipeline that has to stop where it does not."""

from pathlib import Path

import pytest

from callqa.errors import ConfigError
from callqa.types import Finding, Verdict
from scoring.agreement.evaluation import Figures, LabelledCall, evaluate
from services.evaluation.floors import read_floors, shortfalls


@pytest.fixture
def figures() -> Figures:
    def call(n: int, label: str, verdict: Verdict) -> LabelledCall:
        return LabelledCall(str(n), {"opening": label}, (Finding("opening", "k", verdict, "r"),))  # type: ignore[dict-item]

    return evaluate(
        [call(0, "fail", Verdict.VIOLATED), call(1, "pass", Verdict.VIOLATED), call(2, "pass", Verdict.MET)]
    )


def floors(folder: Path, text: str) -> Path:
    path = folder / "floors.yaml"
    path.write_text(text, encoding="utf-8")
    return path


@pytest.mark.parametrize(
    ("text", "short"),
    [
        ("", []),
        ("macro_f1: 0.6", []),
        ("macro_f1: 0.7", ["macro F1 is 0.667, at least 0.7 is asked for"]),
        ("wrongly_failed: 0.02", ["wrongly failed is 0.500, at most 0.02 is asked for"]),
        ("every_item: 0.8", ["F1 of opening is 0.667, at least 0.8 is asked for"]),
        ("every_item: 0.8\nitems: {opening: 0.5}", []),
        ("unsure: 0.1", []),
    ],
)
def test_shortfalls(tmp_path: Path, figures: Figures, text: str, short: list[str]) -> None:
    fallen_short = shortfalls(figures, read_floors(floors(tmp_path, text or "{}")))
    assert list(map(str, fallen_short)) == short


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("macro_f2: 0.6", "line 1: macro_f2.*did you mean 'macro_f1'"),
        ("unsure: 3", "line 1: unsure"),
        ("- 3", "line 1"),
        ("items: {opening: 95}", "line 1: items.opening"),
    ],
)
def test_a_mistake_is_named(tmp_path: Path, text: str, complaint: str) -> None:
    with pytest.raises(ConfigError, match=complaint):
        read_floors(floors(tmp_path, text))


def test_an_unknown_item_is_named(tmp_path: Path, figures: Figures) -> None:
    with pytest.raises(ConfigError, match="did you mean 'opening'"):
        shortfalls(figures, read_floors(floors(tmp_path, "items: {openin: 0.5}")))


def test_labelled_calls_without_findings_are_a_shortfall(tmp_path: Path, figures: Figures) -> None:
    missing = shortfalls(figures, read_floors(floors(tmp_path, "{}")), ("D001",))
    assert list(map(str, missing)) == ["1 labelled calls were not evaluated: D001"]
