"""Agents beside each other: by rank, with what is weakest and what has changed."""

from dataclasses import dataclass
from functools import lru_cache

from scoring.figures import CaseMix, Figures, ItemRate, MeanChange, Standing, mean_changes
from services.figures.period import REMEMBERED, Member, PeriodFigures
from services.figures.summary import N_WEAKEST, failing


@dataclass(frozen=True, slots=True)
class RankedAgent:
    """One line of the ranking."""

    team: str
    agent_id: str
    figures: Figures
    standing: Standing | None
    """``None`` without a total."""
    mix: CaseMix | None
    change: MeanChange | None
    """Since the month before; called sure only where that holds for all agents together."""
    weakest: tuple[ItemRate, ...]


def ranking(
    now: PeriodFigures, before: PeriodFigures | None = None, team: str | None = None
) -> tuple[RankedAgent, ...]:
    """All agents or those of one team, best first, then those without a total. Ranks are among all."""
    changes = changes_of(now, before)
    order = [*now.standings, *(member for member in now.members if member not in now.standings)]
    return tuple(
        RankedAgent(
            *member,
            now.members[member],
            now.standings.get(member),
            now.mixes.get(member),
            changes.get(member),
            tuple(failing(now.members[member].items)[:N_WEAKEST]),
        )
        for member in order
        if team in (None, member[0])
    )


@lru_cache(maxsize=REMEMBERED)
def changes_of(now: PeriodFigures, before: PeriodFigures | None) -> dict[Member, MeanChange]:
    """Of each agent who has scores in both."""
    if before is None:
        return {}
    changes = mean_changes(list(before.members.values()), list(now.members.values()))
    return {(change.now.names[0], change.now.names[1]): change for change in changes}


def fallen(now: PeriodFigures, before: PeriodFigures | None) -> tuple[MeanChange, ...]:
    """The agents whose mean has surely fallen since, the steepest first: at most one in twenty of them by chance."""
    falls = (change for change in changes_of(now, before).values() if change.sure and change.change < 0)
    return tuple(sorted(falls, key=lambda change: change.change))
