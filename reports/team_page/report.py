"""Values of a team's report; `page` and `sentences` turn them into words and charts."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from scoring.figures import CaseMix, Figures, ItemRate, Standing, Trend, share_change
from services.calls.evidence import EvidenceRow
from services.figures.summary import N_WEAKEST, failing
from services.wording import NO_TEAM


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
    weekly: Trend | None = None
    """Over these weeks."""
    items: tuple[ItemLine, ...] = ()
    agents: tuple[AgentLine, ...] = ()
    """Best first."""
    quotes: tuple[EvidenceRow, ...] = ()
    """What to hear first."""

    @property
    def name(self) -> str:
        return self.team or NO_TEAM


def weakest(items: Sequence[ItemLine], most: int = N_WEAKEST) -> list[ItemLine]:
    """The lines of the items failed most often for sure."""
    lines = {line.now.item_id: line for line in items}
    return [lines[rate.item_id] for rate in failing(line.now for line in items)[:most]]


def moved(items: Sequence[ItemLine]) -> list[tuple[ItemLine, float]]:
    """(item, change of the share) where the change since the month before is more than chance, falls first."""
    changes = []
    for line in items:
        change = share_change(line.before, line.now) if line.before else None
        if change and change.sure:
            changes.append((line, change.change))
    return sorted(changes, key=lambda pair: pair[1])
