"""Roster files: tables of agents with names, teams, team leads and dates; an agent may stand in several rows."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from pathlib import Path
from typing import NamedTuple

from callqa.errors import ConfigError
from callqa.messages import Message
from callqa.people import plain_id
from callqa.roster import BEGINNING, Membership, RosterAgent
from callqa.settings import COLUMNS
from services.intake.columns import plain_name
from services.intake.table_file import table_of

DATES = ("%Y-%m-%d", "%Y/%m/%d", "%Y年%m月%d日", "%Y.%m.%d", "%Y-%m-%d %H:%M:%S")
COLUMN_NAMES = {
    "agent_id": COLUMNS["agent_id"],
    "name": ("name", "姓名", "坐席姓名", "座席姓名", "员工姓名"),
    "team": COLUMNS["team"],
    "lead": ("lead", "班组长", "组长", "班长"),
    "hired_on": ("hired_on", "入职日期", "入职时间"),
    "first_day": ("first_day", "起始日期", "生效日期", "入组日期", "调入日期"),
}


class RosterRow(NamedTuple):
    """One row of a roster."""

    line: int
    agent_id: str
    name: str
    team: str
    lead: str
    hired_on: date | None
    first_day: date | None
    """Of the agent in this team."""


def roster_rows(content: bytes, name: str) -> list[RosterRow]:
    """``name``: of the file. Raises `ConfigError`, for a date with its line."""
    table = table_of(content, Path(name).suffix, Message("table.roster", uri=name), _is_column)
    columns = {field: _column(names, table.header) for field, names in COLUMN_NAMES.items()}
    if not columns["agent_id"]:
        raise ConfigError("roster.unreadable", path=name)
    rows = []
    for line, cells in table.rows:
        values = {field: cells.get(column, "").strip() if column else "" for field, column in columns.items()}
        hired_on, first_day = (_date(values[field], name, line) for field in ("hired_on", "first_day"))
        if agent_id := plain_id(values["agent_id"]):
            rows.append(RosterRow(line, agent_id, values["name"], values["team"], values["lead"], hired_on, first_day))
    return rows


def agents_of(rows: Iterable[RosterRow]) -> dict[str, RosterAgent]:
    """The agents by id, with all that the rows say of each."""
    agents: dict[str, RosterAgent] = {}
    for row in rows:
        agents[row.agent_id] = joined(agents.get(row.agent_id, RosterAgent(row.agent_id)), row, BEGINNING)
    return agents


def joined(known: RosterAgent, row: RosterRow, else_first: str) -> RosterAgent:
    """The agent with what a row says besides. ``else_first``: the first day in a team where the row says none."""
    teams = {membership.first: membership for membership in known.teams}
    first = f"{row.first_day}" if row.first_day else else_first
    if row.team:
        teams[first] = Membership(first, row.team, row.lead)
    ordered = tuple(teams[day] for day in sorted(teams))
    return RosterAgent(known.agent_id, row.name or known.name, row.hired_on or known.hired_on, ordered)


def read_roster(path: Path | None) -> dict[str, RosterAgent] | None:
    """Every agent of the file by id, or ``None`` when nobody keeps one. Raises `ConfigError`."""
    if path is None:
        return None
    try:
        return agents_of(roster_rows(path.read_bytes(), str(path)))
    except OSError as error:
        raise ConfigError("roster.unreadable", path=str(path)) from error


def _is_column(name: str) -> bool:
    plain = plain_name(name)
    return any(plain == plain_name(known) for names in COLUMN_NAMES.values() for known in names)


def _column(names: Sequence[str], header: Sequence[str]) -> str:
    columns = {plain_name(name): name for name in reversed(header)}
    return next((columns[plain] for name in names if (plain := plain_name(name)) in columns), "")


def _date(text: str, path: str, line: int) -> date | None:
    if not text:
        return None
    day = read_date(text)
    if day is None:
        raise ConfigError("roster.no_date", path=path, line=line, text=text)
    return day


def read_date(text: str) -> date | None:
    """A day as people write it; ``None``: it is none."""
    for form in DATES:
        try:
            return datetime.strptime(text.strip(), form).date()
        except ValueError:
            continue
    return None
