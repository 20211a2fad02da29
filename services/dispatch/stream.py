"""Stream of ended tickets, read from a folder: tickets.csv.gz, lifecycle.csv.gz, and truth.json with planted changes.

Columns are those of the Shanghai ticket export and its life cycle.
"""

import json
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any

from callqa.errors import ConfigError
from services.tickets.export import export_rows
from tickets.dispatch.figures import Drift
from tickets.dispatch.matter import Experience, Matter, Outcome

LEVELS = ("一级分类", "二级分类", "三级分类", "四级分类")
TICKET_COLUMNS = ("工单编号", "工单生成时间", "工单类型", *LEVELS, "诉求街镇", "内容描述", "主办单位")
LIFE_COLUMNS = ("工单编号", "派单时间", "首派单位", "退单时间", "办结时间")


@dataclass(frozen=True, slots=True)
class Stream:
    """Tickets in the order of filing."""

    tickets: tuple[Experience, ...]
    drifts: tuple[Drift, ...]
    ceiling: float | None
    """The best accuracy that is possible, where it is known."""

    @property
    def start(self) -> datetime:
        """Midnight of the first day."""
        return datetime.combine(self.tickets[0].matter.filed_at, datetime.min.time())


def read_stream(folder: Path) -> Stream:
    """The tickets of a folder. Raises `ConfigError` naming file, line and value."""
    lives = {row["工单编号"]: (line, row) for line, row in export_rows(folder / "lifecycle.csv.gz", LIFE_COLUMNS)}
    tickets = []
    for line, row in export_rows(folder / "tickets.csv.gz", TICKET_COLUMNS):
        if row["工单编号"] not in lives:
            raise ConfigError("dispatch.no_life", file=folder / "tickets.csv.gz", line=line, ticket=row["工单编号"])
        tickets.append(
            Experience(_matter(folder, line, row), _outcome(folder, row["主办单位"], *lives[row["工单编号"]]))
        )
    if not tickets:
        raise ConfigError("table.no_rows", path=folder / "tickets.csv.gz")
    tickets.sort(key=lambda each: (each.matter.filed_at, each.matter.ticket_id))
    truth = _truth(folder / "truth.json")
    drifts = tuple(
        Drift(each["cat"], date.fromisoformat(each["date"]), frozenset({each["from"], each["to"]}))
        for each in truth.get("drift", ())
    )
    return Stream(tuple(tickets), drifts, truth.get("dispatch_ceiling"))


def _matter(folder: Path, line: int, row: dict[str, str]) -> Matter:
    filed_at = _time(folder / "tickets.csv.gz", line, row["工单生成时间"])
    if filed_at is None:
        raise ConfigError("dispatch.time_unreadable", file=folder / "tickets.csv.gz", line=line, value="")
    category = tuple(row[level] for level in LEVELS if row[level])
    return Matter(
        row["工单编号"], filed_at, category, row["诉求街镇"] or None, row["工单类型"] or None, row["内容描述"]
    )


def _outcome(folder: Path, unit: str, line: int, row: dict[str, str]) -> Outcome:
    times = [_time(folder / "lifecycle.csv.gz", line, row[name]) for name in ("派单时间", "退单时间", "办结时间")]
    dispatched_at, returned_at, closed_at = times
    if dispatched_at is None:
        raise ConfigError("dispatch.time_unreadable", file=folder / "lifecycle.csv.gz", line=line, value="")
    return Outcome(unit, dispatched_at, row["首派单位"] or None, returned_at, closed_at)


def _time(file: Path, line: int, text: str) -> datetime | None:
    try:
        return datetime.fromisoformat(text) if text else None
    except ValueError as error:
        raise ConfigError("dispatch.time_unreadable", file=file, line=line, value=text) from error


def _truth(file: Path) -> dict[str, Any]:
    if not file.exists():
        return {}
    try:
        loaded = json.loads(file.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise ConfigError("file.unreadable", path=file, reason=str(error)) from error
    return loaded if isinstance(loaded, dict) else {}
