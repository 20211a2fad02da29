"""Examples at the command line: kept, listed, exported with asterisks, and taken back."""

import json
from pathlib import Path
from typing import Any

import pytest
from people import environment, refused, told
from test_review_commands import call_with
from typer.testing import CliRunner

from callqa.settings import Settings
from cli.main import app
from services.context import open_context


@pytest.fixture
def judged(scored: Settings) -> str:
    """A call whose forbidden phrase a person called none."""
    with open_context(scored) as context:
        call = call_with(context, "forbidden_phrase", "V")
    told(scored, "review", "override", call, "服务禁语", "不适用", "--by", "王丽", "--reason", "转述市民原话")
    return call


@pytest.mark.usefixtures("chinese")
def test_an_example_is_kept_listed_exported_and_taken_back(scored: Settings, judged: str, tmp_path: Path) -> None:
    assert "已留作样例" in told(scored, "examples", "add", judged, "服务禁语", "--by", "王丽")
    listed = told(scored, "examples", "list")
    assert all(word in listed for word in (judged, "服务禁语", "不合格", "不适用", "王丽"))
    told(scored, "examples", "export", "--out", str(tmp_path / "out.jsonl"))
    (row,) = map(json.loads, (tmp_path / "out.jsonl").read_text(encoding="utf-8").splitlines())
    assert (row["call_id"], row["machine"], row["verdict"]) == (judged, "violated", "not_applicable")
    assert row["places"][0]["text"]
    told(scored, "review", "withdraw", judged, "服务禁语", "--by", "王丽")
    told(scored, "examples", "export", "--out", str(tmp_path / "out.jsonl"))
    assert (tmp_path / "out.jsonl").read_text(encoding="utf-8") == ""
    told(scored, "examples", "remove", judged, "服务禁语")
    assert "还没有样例" in told(scored, "examples", "list")
    assert "没有样例" in refused(scored, "examples", "remove", judged, "服务禁语")


def test_a_turn_that_is_named_is_what_it_is_about(scored: Settings, judged: str, tmp_path: Path) -> None:
    texts = []
    for turn in ((), ("--turn", "2")):
        told(scored, "examples", "add", judged, "forbidden_phrase", "--by", "王丽", *turn)
        told(scored, "examples", "export", "--no-mask", "--out", str(tmp_path / "out.jsonl"))
        (row,) = map(json.loads, (tmp_path / "out.jsonl").read_text(encoding="utf-8").splitlines())
        texts.append([place["text"] for place in row["places"]])
    assert texts[0] != texts[1] == ["请问您小区的地址是哪里"]


@pytest.mark.usefixtures("chinese")
def test_what_nobody_judged_is_no_example(scored: Settings, judged: str) -> None:
    assert "还没有人工判定" in refused(scored, "examples", "add", judged, "开头语", "--by", "王丽")


def test_examples_go_to_label_studio_masked_and_come_back(scored: Settings, judged: str, tmp_path: Path) -> None:
    told(scored, "examples", "add", judged, "forbidden_phrase", "--by", "王丽", "--turn", "3")
    out = tmp_path / "tasks.json"

    def exported(*how: str) -> dict[str, Any]:
        told(scored, "examples", "export", "--label-studio", "--out", str(out), *how)
        (task,) = json.loads(out.read_text(encoding="utf-8"))
        assert isinstance(task, dict)
        return task

    plain, task = exported("--no-mask"), exported()
    assert "*" in f"{task['data']}"
    assert "*" not in f"{plain['data']}"
    value = task["annotations"][0]["result"][0]["value"]
    value["startOffset"] = 1
    out.write_text(json.dumps([task]), encoding="utf-8")
    assert "examples kept: 1" in told(scored, "examples", "import", str(out), "--by", "李强")
    kept = exported("--no-mask")["annotations"][0]["result"][0]["value"]
    assert (kept["startOffset"], kept["endOffset"]) == (1, value["endOffset"])
    value["paragraphlabels"] = ["合格"]
    out.write_text(json.dumps([task]), encoding="utf-8")
    result = CliRunner().invoke(app, ["examples", "import", str(out), "--by", "李强"], env=environment(scored))
    assert (result.exit_code, "people's verdict is not the label" in result.stdout) == (1, True)
