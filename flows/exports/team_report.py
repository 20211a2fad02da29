"""What a team's monthly report tells, as values; `page` and `sentences` turn them into words and charts."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from callqa.types import Seconds
from scoring.figures import CaseMix, Figures, ItemRate, Standing, Trend, share_change

NO_TEAM = "未分班组"


@dataclass(frozen=True, slots=True)
class ItemLine:
    """One item of the rubric in the team's calls."""

    title: str
    fatal: bool
    now: ItemRate
    everyone: ItemRate
    """The same in the calls of all teams."""
    before: ItemRate | None = None
    """A month earlier."""


@dataclass(frozen=True, slots=True)
class AgentLine:
    """One agent of the team; the standing is among the agents of all teams."""

    agent_id: str
    figures: Figures
    standing: Standing | None
    mix: CaseMix | None


@dataclass(frozen=True, slots=True)
class Quote:
    """Something that can be heard."""

    item: str
    agent_id: str
    call_id: str
    start: Seconds | None
    reason: str
    words: str
    fatal: bool = False


@dataclass(frozen=True, slots=True)
class TeamReport:
    """A team's month, or another period."""

    team: str
    period: str
    rubric: str
    """Title and version."""
    made_at: datetime
    now: Figures
    everyone: Figures
    """All teams together."""
    n_held: int = 0
    """Calls of the team in nights that are not published."""
    before: Figures | None = None
    """The team a month earlier."""
    change: Trend | None = None
    """From then to now."""
    totals: tuple[float, ...] = ()
    weeks: tuple[Figures, ...] = ()
    items: tuple[ItemLine, ...] = ()
    agents: tuple[AgentLine, ...] = ()
    """Best first."""
    quotes: tuple[Quote, ...] = ()

    @property
    def name(self) -> str:
        return self.team or NO_TEAM


def weakest(items: Sequence[ItemLine], most: int = 3) -> list[ItemLine]:
    """The items failed most often for sure: by the upper bound of the pass rate, lowest first, where anyone failed."""
    failed = [line for line in items if line.now.passed < line.now.scored]
    return sorted(failed, key=lambda line: (line.now.high or 0.0, line.now.rate or 0.0))[:most]


def moved(items: Sequence[ItemLine]) -> list[tuple[ItemLine, float]]:
    """(item, change of the share) where the change since the month before is more than chance, falls first."""
    found = []
    for line in items:
        change = share_change(line.before, line.now) if line.before else None
        if change and change.sure:
            found.append((line, change.change))
    return sorted(found, key=lambda pair: pair[1])
