"""The roster: teams and dates of hire, and what is wrong with it."""

from contextlib import closing
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from callqa.errors import ConfigError
from callqa.roster import Membership, RosterAgent
from services.roster import changes
from services.roster.file import RosterRow, read_roster
from store import open_store
from store.people import roster

AT = datetime(2026, 12, 1, 9, tzinfo=UTC)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("agent_id\n3001\n", {"3001": ("", None)}),
        ("agent_id,team\n3001 , A组\n", {"3001": ("A组", None)}),
        ("agent_id,team,hired_on\n3001,A组,2026-03-01\n3002,,\n",
         {"3001": ("A组", date(2026, 3, 1)), "3002": ("", None)}),
        ("工号,班组,入职日期\n3001,A组,2026/3/1\n3002,B组,2026年10月9日\n",
         {"3001": ("A组", date(2026, 3, 1)), "3002": ("B组", date(2026, 10, 9))}),
        ("name,agent_id\n王,3001\n", {"3001": ("", None)}),
    ],
)  # fmt: skip
def test_rosters(tmp_path: Path, text: str, expected: dict[str, tuple[str, date | None]]) -> None:
    path = tmp_path / "roster.csv"
    path.write_text("\ufeff" + text, encoding="utf-8")
    roster = read_roster(path)
    assert roster is not None
    assert {agent.agent_id: (agent.team_on("2026-11-02"), agent.hired_on) for agent in roster.values()} == expected


def test_no_roster() -> None:
    assert read_roster(None) is None


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("team\nA组\n", "a table .CSV, XLS, XLSX. with a column agent_id"),
        ("", "a table .CSV, XLS, XLSX. with a column agent_id"),
        ("agent_id,hired_on\n3001,2026-03-01\n3002,03/01/26\n", "line 3: '03/01/26' is no date; write it as"),
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


def row(agent_id: str, team: str = "", first: date | None = None, **facts: str) -> RosterRow:
    return RosterRow(2, agent_id, facts.get("name", ""), team, facts.get("lead", ""), None, first)


@pytest.mark.parametrize(
    ("known", "new", "teams"),
    [
        (None, row("1", "甲班"), [("", "甲班")]),
        (None, row("1", "甲班", date(2026, 11, 10)), [("2026-11-10", "甲班")]),
        ([("", "甲班")], row("1", "甲班"), [("", "甲班")]),
        ([("", "甲班")], row("1", "乙班"), [("", "甲班"), ("2026-12-01", "乙班")]),
        ([("", "甲班")], row("1", "乙班", date(2026, 11, 10)), [("", "甲班"), ("2026-11-10", "乙班")]),
        ([("", "甲班"), ("2026-11-10", "乙班")], row("1", "丙班", date(2026, 11, 10)),
         [("", "甲班"), ("2026-11-10", "丙班")]),
        ([("", "甲班")], row("1", name="张三"), [("", "甲班")]),
    ],
)  # fmt: skip
def test_a_change_of_team_without_a_day_counts_from_today(
    known: list[tuple[str, str]] | None, new: RosterRow, teams: list[tuple[str, str]], tmp_path: Path
) -> None:
    with closing(open_store(f"sqlite:///{tmp_path / 'callqa.db'}")) as store, store.write() as c:
        if known:
            agent = RosterAgent("1", "旧名", teams=tuple(Membership(*membership) for membership in known))
            roster.put_agents(c, [agent], "wang", AT)
        changes.take_in(c, [new], date(2026, 12, 1), "wang", AT)
        kept = roster.roster_of(c)["1"]
    assert [(membership.first, membership.team) for membership in kept.teams] == teams
    assert kept.name == (new.name or ("旧名" if known else ""))
