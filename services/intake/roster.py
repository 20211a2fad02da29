"""The roster: a CSV of the agents there are, with their teams and, if somebody keeps them, dates of hire."""

import csv
from datetime import date, datetime
from pathlib import Path
from typing import NamedTuple

from callqa.errors import ConfigError
from callqa.people import plain_id
from callqa.settings import COLUMNS

DATES = ("%Y-%m-%d", "%Y/%m/%d", "%Y年%m月%d日")
COLUMN_NAMES = {"agent_id": COLUMNS["agent_id"], "team": COLUMNS["team"], "hired_on": ("hired_on", "入职日期")}


class Agent(NamedTuple):
    team: str
    hired_on: date | None
    """``None`` when the roster does not say."""


def read_roster(path: Path | None) -> dict[str, Agent] | None:
    """Every agent by id, or ``None`` when nobody keeps a list. Raises `ConfigError`, for a date with its line."""
    if path is None:
        return None
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            reader = csv.DictReader(file)
            header = [name.strip() for name in reader.fieldnames or ()]
            reader.fieldnames = header
            columns = {
                field: next((name for name in names if name in header), None) for field, names in COLUMN_NAMES.items()
            }
            if columns["agent_id"] is None:
                raise KeyError("agent_id")
            roster = {}
            for row in reader:
                cells = {field: (row.get(name) or "").strip() if name else "" for field, name in columns.items()}
                hired_on = _date(cells["hired_on"], path, reader.line_num)
                roster[plain_id(cells["agent_id"])] = Agent(cells["team"], hired_on)
            return roster
    except (OSError, KeyError, UnicodeDecodeError, csv.Error) as error:
        raise ConfigError("roster.unreadable", path=str(path)) from error


def _date(text: str, path: Path, line: int) -> date | None:
    if not text:
        return None
    for form in DATES:
        try:
            return datetime.strptime(text, form).date()
        except ValueError:
            continue
    raise ConfigError("roster.no_date", path=str(path), line=line, text=text)
