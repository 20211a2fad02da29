"""The views of teams: compared, and one of them."""

from dataclasses import dataclass
from datetime import datetime

from scoring.figures import Figures, Trend
from web.agents.view import Average, Change, ItemRow, RankingLine
from web.charts import Chart
from web.overview.view import ItemLine, ToDoLine
from web.periods import Period


@dataclass(frozen=True, slots=True)
class TeamLine:
    """One team beside the others."""

    team: str
    name: str
    href: str
    n_agents: int
    n_calls: int
    n_waiting: int
    mean: float | None
    low: float | None
    high: float | None
    change: Change | None
    direction: str
    """Over the weeks: up, down or unclear; "" with fewer than two."""
    weakest: tuple[ItemLine, ...]


@dataclass(frozen=True, slots=True)
class Teams:
    """Teams beside each other."""

    period: Period
    as_of: datetime
    lines: tuple[TeamLine, ...]
    everyone: Average | None
    intervals: Chart
    failing: Chart


@dataclass(frozen=True, slots=True)
class TeamPage:
    """One team."""

    team: str
    name: str
    teams: tuple[str, ...]
    """Of who leads several."""
    period: Period
    as_of: datetime
    concerns: tuple[ToDoLine, ...]
    figures: Figures | None
    """``None`` without any call in the period."""
    change: Change | None
    everyone: Average | None
    items: tuple[ItemRow, ...]
    course: Chart
    trend: Trend | None
    members: tuple[RankingLine, ...]
    intervals: Chart
