"""The roster: teams and dates of hire, and what is wrong with it."""

from datetime import date
from pathlib import Path

import pytest

from callqa.errors import ConfigError
from services.intake.roster import Agent, read_roster


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("agent_id\n3001\n", {"3001": Agent("", None)}),
        ("agent_id,team\n3001 , A组\n", {"3001": Agent("A组", None)}),
        ("agent_id,team,hired_on\n3001,A组,2026-03-01\n3002,,\n",
         {"3001": Agent("A组", date(2026, 3, 1)), "3002": Agent("", None)}),
        ("工号,班组,入职日期\n3001,A组,2026/3/1\n3002,B组,2026年10月9日\n",
         {"3001": Agent("A组", date(2026, 3, 1)), "3002": Agent("B组", date(2026, 10, 9))}),
        ("name,agent_id\n王,3001\n", {"3001": Agent("", None)}),
    ],
)  # fmt: skip
def test_rosters(tmp_path: Path, text: str, expected: dict[str, Agent]) -> None:
    path = tmp_path / "roster.csv"
    path.write_text("\ufeff" + text, encoding="utf-8")
    assert read_roster(path) == expected


def test_no_roster() -> None:
    assert read_roster(None) is None


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("team\nA组\n", "a CSV in UTF-8 with a column agent_id"),
        ("", "a CSV in UTF-8 with a column agent_id"),
        ("agent_id,hired_on\n3001,2026-03-01\n3002,03/01/26\n", "line 3: '03/01/26' is no date; write hired_on as"),
    ],
)
def test_bad_rosters(tmp_path: Path, text: str, reason: str) -> None:
    path = tmp_path / "roster.csv"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(ConfigError, match=reason):
        read_roster(path)


def test_a_roster_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="roster"):
        read_roster(tmp_path / "none.csv")
