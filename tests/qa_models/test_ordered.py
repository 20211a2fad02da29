"""Limits that contradict each other are refused where they are written."""

from pathlib import Path

import pytest

from callqa.errors import ConfigError
from qa_models.check_library import read_library
from qa_models.registry import KINDS


@pytest.mark.parametrize(
    ("kind", "params", "complaint"),
    [
        ("phrase", "phrases: {phrases: [您好], accept: 0.6, doubt: 0.7}", "doubt 0.7 is greater than accept 0.6"),
        ("phrase", "phrases: {phrases: [您好], accept: 0.6}", "doubt 0.72 is greater than accept 0.6; give both"),
        ("similar", "examples: [您好], accept: 0.5, doubt: 0.6", "doubt 0.6 is greater than accept 0.5"),
        ("metadata", "field: hour, at_least: 9, at_most: 8", "at_least 9 is greater than at_most 8"),
        ("loudness", "quietest: -10, loudest: -20", "quietest -10 is greater than loudest -20"),
        ("repeat", "times: 12", "times 12 is greater than within_turns 10; give both"),
        ("utterance", "labels: [cold], sure: 0.5", "doubt 0.8 is greater than sure 0.5; give both"),
        ("category", "taxonomy: shanghai, plausible: 0.9", "plausible 0.9 is greater than sure 0.75; give both"),
        ("category", "taxonomy: shanghai, heard: {plausible: 1, sure: 0.9}", "plausible 1 is greater than sure 0.9"),
        ("request_type", "model: request_type, wrong: 0.2", "wrong 0.2 is greater than doubt 0.06; give both"),
        ("courtesy", "polite: [请], sure: 0.2", "sure 0.2 is greater than plausible 0.1; give both"),
    ],
)
def test_limits_that_contradict_each_other_are_refused(kind: str, params: str, complaint: str, tmp_path: Path) -> None:
    path = tmp_path / "mine.yaml"
    path.write_text(f"- id: a\n  kind: {kind}\n  title: 甲\n  params: {{{params}}}\n", encoding="utf-8")
    with pytest.raises(ConfigError, match=complaint) as refused:
        read_library(path, KINDS)
    assert f"{path}, line 4" in str(refused.value)
