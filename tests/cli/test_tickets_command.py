"""`callqa tickets check`: the lives of tickets read from an export, with what contradicts itself."""

import json
from pathlib import Path

import pytest
from ticket_stream import changed, ticket_stream, write_stream
from typed import Typed


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    write_stream(tmp_path, ticket_stream(weeks=2, per_day=5))
    return tmp_path


def figures(typed: Typed, folder: Path) -> dict[str, object]:
    done = typed("tickets", "check", str(folder), "--json")
    return dict(json.loads(done.output[done.output.index("{") :]))


def test_a_clean_export(typed: Typed, folder: Path) -> None:
    counts = figures(typed, folder)
    wrong = sum(each.outcome.was_wrong for each in ticket_stream(weeks=2, per_day=5))
    assert counts["tickets"] == 70
    assert counts["stages"] == {"closed": 70}
    assert counts["returned"] == wrong
    assert counts["flags"] == {}
    assert counts["refused"] == []


@pytest.mark.parametrize(
    ("column", "value", "flag"),
    [
        ("办结时间", "2025-01-01 09:00", "before_filing"),
        ("首派单位", "没有的单位", "unknown_unit"),
        ("退单时间", "2025-01-01 09:00", "return_without_dispatch"),
    ],
)
def test_contradictions_are_told_with_the_ticket(
    typed: Typed, folder: Path, column: str, value: str, flag: str
) -> None:
    changed(folder, "lifecycle.csv.gz", 3, column, value)
    flags = figures(typed, folder)["flags"]
    assert isinstance(flags, dict)
    assert flags[flag]["examples"] == ["T00001"]
    assert "T00001" in typed("tickets", "check", str(folder)).output


def test_a_bad_row_is_told_and_the_rest_counted(typed: Typed, folder: Path) -> None:
    changed(folder, "lifecycle.csv.gz", 4, "办结时间", "bald")
    assert figures(typed, folder)["tickets"] == 69
    assert "line 4: 'bald' is no time" in typed("tickets", "check", str(folder)).output


@pytest.mark.usefixtures("chinese")
def test_in_chinese(typed: Typed, folder: Path) -> None:
    output = typed("tickets", "check", str(folder)).output
    assert "已办结" in output
    assert "单位称已解决、市民称未解决" in output
