"""Figures of agents, teams, categories and lines: their calls, and the items they fail most."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from callqa.days import Days
from callqa.messages import Joined
from callqa.scores import ScoredCalls
from scoring.figures import (
    CaseMix,
    Dimension,
    Figures,
    ItemRate,
    Per,
    Standing,
    Trend,
    aggregate,
    case_mix,
    rank,
    trends,
)
from services.context import RubricContext
from store.calls import figures

GROUPS: Mapping[str, tuple[Dimension, ...]] = {
    "agent": ("team", "agent"),
    "team": ("team",),
    "category": ("category",),
    "line": ("line",),
}
"""An agent who changed teams has a row in each."""
N_WEAKEST = 3


@dataclass(frozen=True)
class Summary:
    """The calls of some days and what they say. Intervals and ranks rest on all groups, so take all and pick."""

    context: RubricContext
    calls: ScoredCalls
    n_held: int
    """Scores that are in no figure because they are not published."""
    by: tuple[Dimension, ...]

    def figures(self, per: Per | None = None) -> list[Figures]:
        return aggregate(self.calls, self.context.rubric, self.context.advisory, self.by, per)

    def standings(self) -> list[Standing]:
        return rank(self.figures())

    def trends(self, per: Per) -> list[Trend]:
        return trends(self.figures(per))

    def mixes(self) -> list[CaseMix]:
        return case_mix(self.calls, self.by)


def summarise(context: RubricContext, days: Days, by: str = "agent") -> Summary:
    """Reads the calls of these days; ``by`` is one of `GROUPS`."""
    with context.store.read() as connection:
        calls = figures.scored_calls(connection, context.keys, days)
        n_held = figures.n_held(connection, context.keys, days)
    return Summary(context, calls, n_held, GROUPS[by])


def weakest(figures: Figures, titles: Mapping[str, str]) -> Joined:
    """The items that are surely weakest, in words."""
    failed = failing(figures.items)[:N_WEAKEST]
    return Joined(Joined((titles[item.item_id], f" {item.scored - item.passed}/{item.scored}"), "") for item in failed)


def failing(rates: Iterable[ItemRate]) -> list[ItemRate]:
    """Those that anyone failed, by the upper bound of the share, lowest first: one failure of one call is no habit."""
    failed = [rate for rate in rates if rate.passed < rate.scored]
    return sorted(failed, key=lambda rate: (rate.high or 0.0, rate.rate or 0.0))
