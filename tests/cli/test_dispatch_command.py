"""`callqa dispatch`: a stream measured by command, and what is said of one that cannot be."""

import json
from pathlib import Path

import pytest
from ticket_stream import CHANGED, changed, ticket_stream, write_stream
from typed import Typed


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    write_stream(tmp_path, ticket_stream(weeks=18, per_day=30))
    return tmp_path


def test_a_stream_is_measured(typed: Typed, folder: Path) -> None:
    done = typed("dispatch", "eval", str(folder), "--json")
    figures = json.loads(done.output[done.output.index("{") :])
    assert [week["week"] for week in figures["by_week"]] == [17, 18]
    assert figures["accuracy"] > 0.9
    assert figures["precision"] > 0.9
    (drift,) = figures["drifts"]
    assert drift["category"] == CHANGED
    assert drift["wrong_dispatches"] <= 12
    assert figures["false_trips"] == []
    assert 0 < figures["baselines"]["first_dispatch_by_people"] < 1


def refusal(typed: Typed, folder: Path) -> str:
    return str(typed("dispatch", "eval", str(folder)).exception)


@pytest.mark.parametrize(
    ("name", "line", "column", "value", "says"),
    [
        ("tickets.csv.gz", 1, "主办单位", "单位", "lacks columns: 主办单位"),
        ("tickets.csv.gz", 3, "工单生成时间", "昨天", "line 3: '昨天' is no time"),
        ("tickets.csv.gz", 3, "工单生成时间", "", "line 3: '' is no time"),
        ("lifecycle.csv.gz", 4, "退单时间", "soon", "line 4: 'soon' is no time"),
        ("lifecycle.csv.gz", 5, "工单编号", "T99999", "ticket T00003 has no row in lifecycle.csv.gz"),
    ],
)
def test_what_is_refused(typed: Typed, folder: Path, name: str, line: int, column: str, value: str, says: str) -> None:
    changed(folder, name, line, column, value)
    assert says in refusal(typed, folder)


def test_files_that_are_none(typed: Typed, tmp_path: Path) -> None:
    assert "lifecycle.csv.gz" in refusal(typed, tmp_path)
    write_stream(tmp_path, ticket_stream(weeks=3, per_day=4))
    assert "cover 3 weeks; measuring dispatch takes 17" in refusal(typed, tmp_path)
    (tmp_path / "lifecycle.csv.gz").write_bytes(b"no gzip")
    assert "lifecycle.csv.gz" in refusal(typed, tmp_path)
