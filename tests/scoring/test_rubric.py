"""Rubric files: the shipped one in full, the key, and a clear refusal of everything wrong."""

from pathlib import Path

import pytest

from callqa.errors import ConfigError
from scoring import load_rubric
from scoring.rubric_file import shipped_rubrics

SHEET = """\
服务规范 25: opening 5, closing 5, further_help 5, hold_notice 2, hold_return 1, transfer_notice 2, courtesy 5
沟通 25: interruption 7, speech_rate 4, long_silence 6, restate 8
业务 20: element_collection 10, emergency_guidance 10
工单 30: content_consistency 18, category_match 8, request_type_match 4
一票否决 0: forbidden_phrase 0, attitude 0, buck_passing 0, agent_hangup_first 0, privacy_leak 0, over_promise 0
"""

VALID = """\
id: mine
version: "1"
title: 我的
fatal_cap: 0
groups:
  - id: script
    title: 规范
    items:
      - id: opening
        title: 开头语
        points: 5
        needs: [opening]
      - id: attitude
        title: 态度
        points: 0
        fatal: true
        needs: [attitude]
"""


def write(folder: Path, text: str) -> Path:
    path = folder / "mine.yaml"
    path.write_text(text, encoding="utf-8")
    return path


def test_the_shipped_sheet() -> None:
    rubric = load_rubric("pudong-12345")
    lines = (
        f"{group.title} {sum(item.points for item in group.items):g}: "
        + ", ".join(f"{item.id} {item.points:g}" for item in group.items)
        for group in rubric.groups
    )
    assert "\n".join(lines) + "\n" == SHEET
    assert len(rubric.items) == 22
    assert sum(item.points for item in rubric.items) == 100
    assert {item.id for item in rubric.items if item.fatal} == {item.id for item in rubric.groups[-1].items}
    assert (rubric.id, rubric.version, rubric.fatal_cap) == ("pudong-12345", "2026.1", 0)


def test_the_shipped_sheet_is_not_edited_in_place() -> None:
    """Scores in people's databases carry this key. A change to the sheet needs a new version, and a new line here."""
    rubric = load_rubric("pudong-12345")
    assert {rubric.version: rubric.key} == {"2026.1": "574dab54ed3cb12f"}


@pytest.mark.parametrize("name", shipped_rubrics())
def test_shipped_files_bear_their_id(name: str) -> None:
    assert load_rubric(name).id == name


def test_titles_by_item(tmp_path: Path) -> None:
    assert load_rubric(write(tmp_path, VALID)).titles == {"opening": "开头语", "attitude": "态度"}


def test_the_key_covers_the_content_and_nothing_else(tmp_path: Path) -> None:
    key = load_rubric(write(tmp_path, VALID)).key
    assert (
        load_rubric(str(write(tmp_path, "# a comment\n" + VALID.replace("[opening]", "\n        - opening")))).key
        == key
    )
    for old, new in (("points: 5", "points: 6"), ('version: "1"', 'version: "2"'), ("fatal_cap: 0", "fatal_cap: 9")):
        assert load_rubric(write(tmp_path, VALID.replace(old, new))).key != key


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("points: 5", "point: 5", r"line 11: groups.0.items.0.point: unknown field; did you mean 'points'\?"),
        ("fatal: true", "final: true", r"line 16: .*final: unknown field; did you mean 'fatal'\? allowed: id, title"),
        ("fatal_cap: 0", "fatal_cap: 0\ncolour: red", r"line 5: colour: unknown field; allowed: id, version, title"),
        ("version: \"1\"", "version: 2026.1", r"line 2: version: .*put it in quotes"),
        ("fatal_cap: 0", "fatal_cap: 101", r"line 4: fatal_cap: .*less than or equal to 100"),
        ("points: 5", "points: -5", r"line 11: groups.0.items.0.points: .*greater than or equal to 0"),
        ("points: 5", "points: .nan", r"line 11: groups.0.items.0.points: .*finite"),
        ("points: 5", "points: 0", r"line 9: .*item opening has no points and is not fatal"),
        ("points: 0", "points: 3", r"line 13: .*item attitude is fatal, so it has no points"),
        ("needs: [opening]", "needs: []", r"line 12: groups.0.items.0.needs: .*at least 1"),
        ("needs: [opening]", "needs: [opening, opening]", r"names a check twice"),
        ("needs: [opening]", "needs: [Opening!]", r"line 12: groups.0.items.0.needs.0: .*pattern"),
        ("id: attitude", "id: opening", r"item ids must differ, these are there twice: opening"),
        ("title: 态度", "title: 开头语", r"line 14: .*item titles must differ, these are there twice: 开头语"),
        ("points: 5", "points: yes", r"line 11: groups.0.items.0.points: .*valid number"),
        ("points: 5", "points: 1.0e+308", r"line 11: groups.0.items.0.points: .*less than or equal to 1000"),
        ("needs: [opening]", "needs: opening", r"line 12: .*needs: should be a list"),
        ("version: \"1\"", "version: ../1", r"line 2: version: .*pattern"),
        ("fatal_cap: 0", "fatal_cap: 0\nvalid_from: 2026-13-01", r"line 5: not plain YAML: month must be in 1..12"),
        ("title: 我的", "title: !!python/object/apply:os.getcwd []", r"line 3: not plain YAML: .*constructor"),
        ("title: 我的", "title: &it [*it]", r"line 1: it is more than .*aliases"),
        ("title: 我的", f"title: {'[' * 2000}{']' * 2000}", "line 3: .*nested too deeply"),
        ("title: 我的", "title: 我的\n? [a, b]\n: c", r"line 4: not plain YAML: found unhashable key"),
        ("title: 我的", "title: 我的\ntitle: 你的", r"line 4: title is there twice"),
        ("id: mine", "id: [mine", r"not valid YAML"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_said_with_file_and_line(tmp_path: Path, old: str, new: str, message: str) -> None:
    path = write(tmp_path, VALID.replace(old, new, 1))
    with pytest.raises(ConfigError, match=message) as caught:
        load_rubric(path)
    assert str(caught.value).startswith(str(path))


def test_only_fatal_items_could_score_nobody(tmp_path: Path) -> None:
    start, end = VALID.index("      - id: opening"), VALID.index("      - id: attitude")
    with pytest.raises(ConfigError, match="no item has points"):
        load_rubric(write(tmp_path, VALID[:start] + VALID[end:]))


@pytest.mark.parametrize("text", ["", "- a\n- b\n", "just words"])
def test_other_yaml_is_refused(tmp_path: Path, text: str) -> None:
    with pytest.raises(ConfigError, match="line 1: expected a mapping with id, version, title"):
        load_rubric(write(tmp_path, text))


def test_an_unknown_name_lists_the_shipped_ones() -> None:
    with pytest.raises(ConfigError, match=r"no rubric is called 'pudong'; shipped: pudong-12345; for a rubric"):
        load_rubric("pudong")


def test_a_missing_file(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="cannot be read"):
        load_rubric(tmp_path / "none.yaml")
