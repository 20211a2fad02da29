"""Check of exported life cycles: how far tickets have come, and what contradicts itself."""

from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

from callqa.errors import ConfigError
from callqa.messages import Message
from services.tickets.export import export_rows
from tickets.lifecycle.export import COLUMNS, UnreadableTimeError, events_of
from tickets.lifecycle.state import TicketState, state_of

TICKET_COLUMNS = ("工单编号", "工单生成时间", "主办单位")
N_EXAMPLES = 5


@dataclass
class LifeCheck:
    """Counts of tickets."""

    n: int = 0
    stages: Counter[str] = field(default_factory=Counter)
    flags: Counter[str] = field(default_factory=Counter)
    examples: dict[str, list[str]] = field(default_factory=dict)
    """Some tickets with each flag."""
    returned: int = 0
    back_and_forth: int = 0
    overdue: int = 0
    """Closed after they were due, or open and due before the last thing that happened to any ticket."""
    claimed: int = 0
    """Solved as the unit says, but not as the citizen says."""
    refused: list[Message] = field(default_factory=list)
    """Rows that cannot be read, with the reason."""

    def as_dict(self) -> dict[str, Any]:
        return {
            "tickets": self.n,
            "stages": dict(self.stages),
            "flags": {name: {"tickets": n, "examples": self.examples[name]} for name, n in self.flags.items()},
            "returned": self.returned,
            "back_and_forth": self.back_and_forth,
            "overdue": self.overdue,
            "solved_by_unit_not_by_citizen": self.claimed,
            "refused": [message.text("zh") for message in self.refused],
        }


def check_lives(folder: Path) -> LifeCheck:
    """Of tickets.csv.gz and lifecycle.csv.gz in a folder. Raises `ConfigError` where a file cannot be read."""
    filed = {
        row["工单编号"]: (row["工单生成时间"], row["主办单位"])
        for _line, row in export_rows(folder / "tickets.csv.gz", TICKET_COLUMNS)
    }
    units = {unit for _at, unit in filed.values() if unit}
    result, states = LifeCheck(), []
    file = folder / "lifecycle.csv.gz"
    for line, row in export_rows(file, COLUMNS):
        at, unit = filed.get(row["工单编号"], ("", ""))
        try:
            filed_at = datetime.fromisoformat(at) if at else None
            states.append(state_of(row["工单编号"], events_of(row, filed_at, unit or None), units=units))
        except UnreadableTimeError as error:
            result.refused.append(Message("dispatch.time_unreadable", file=file, line=line, value=error.value))
        except ValueError:
            result.refused.append(Message("dispatch.time_unreadable", file=file, line=line, value=at))
    if not states:
        raise ConfigError("table.no_rows", path=file)
    now = max(state.last_at for state in states if state.last_at is not None)
    for state in states:
        _count(result, state, now)
    return result


def _count(result: LifeCheck, state: TicketState, now: datetime) -> None:
    result.n += 1
    result.stages[state.stage] += 1
    result.returned += state.n_returns > 0
    result.back_and_forth += state.went_back_and_forth
    result.overdue += state.due_at is not None and (state.closed_at or now) > state.due_at
    result.claimed += state.solved_by_unit is True and state.solved_by_citizen is False
    for flag in sorted(state.flags):
        result.flags[flag] += 1
        if len(examples := result.examples.setdefault(flag, [])) < N_EXAMPLES:
            examples.append(state.ticket_id)
