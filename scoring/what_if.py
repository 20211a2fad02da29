"""Effects of a draft of a rubric, added up call by call. Pure; of a call only its part of the sums is kept.

Each call is compared with its own present score. People's verdicts hold under the draft, too, for items of the same id.
"""

from collections import Counter, defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from heapq import heappush, heappushpop

import numpy as np

from callqa.scores import ItemScore, ItemStatus
from callqa.types import Verdict
from scoring.figures.ranking import Band, Standing, rank_means
from scoring.rubric import Rubric
from scoring.score import judge_item, score_sheet

MOST = 20
PATTERNS = 100_000  # different sheets that are remembered
SAME = 0.05  # totals are shown with one decimal; a smaller difference is none

Agent = tuple[str, str]
"""(agent_id, team)"""


@dataclass(frozen=True, slots=True)
class Present:
    """A call's score as it stands."""

    call_id: str
    agent_id: str
    team: str
    total: float | None
    needs_review: bool
    verdict_string: str
    """Of its rubric's items, see `callqa.types.LETTERS`."""
    manual_points: float = 0.0


@dataclass(frozen=True, slots=True)
class CallMove:
    """A call under both rubrics."""

    call_id: str
    agent_id: str
    team: str
    before: float | None
    after: float | None

    @property
    def delta(self) -> float | None:
        return None if self.before is None or self.after is None else self.after - self.before


@dataclass(frozen=True, slots=True)
class ItemMove:
    """One item over all compared calls."""

    item_id: str
    title: str
    n_changed: int
    changes: tuple[tuple[Verdict | None, Verdict | None, int], ...]
    """(before, after, calls) where the verdict that counts is another, the commonest first; ``None``: no such item."""
    points_before: float | None
    """Mean over the calls in which it was scored; ``None`` where it never was."""
    points_after: float | None


@dataclass(frozen=True, slots=True)
class AgentMove:
    """An agent over the calls that have a total under both rubrics. Ranks and bands are those of the ranking: agents
    who cannot be told apart share a rank (`scoring.figures.ranking`)."""

    agent_id: str
    team: str
    n: int
    before: float
    after: float
    rank_before: int
    rank_after: int
    band_before: Band
    band_after: Band


@dataclass(frozen=True)
class Against:
    """A present rubric beside the draft: what its sheets already say of the draft's items."""

    rubric: Rubric
    advisory: frozenset[str]
    same: tuple[int | None, ...]
    """For each item of the draft the place of the present one with its id."""
    holds: tuple[bool, ...]
    """Whether that one needs the same checks, so that its letter is the draft's, too."""
    to_ask: tuple[str, ...]
    """The checks that the others need: only their verdicts are wanted."""


def against(draft: Rubric, rubric: Rubric, advisory: frozenset[str] = frozenset()) -> Against:
    """``advisory``: of the present sheets."""
    places = {item.id: place for place, item in enumerate(rubric.items)}
    same = tuple(places.get(item.id) for item in draft.items)
    holds = tuple(
        place is not None and set(rubric.items[place].needs) == set(item.needs)
        for place, item in zip(same, draft.items, strict=True)
    )
    to_ask = (check for item, held in zip(draft.items, holds, strict=True) if not held for check in item.needs)
    return Against(rubric, advisory, same, holds, tuple(dict.fromkeys(to_ask)))


class WhatIf:
    """Calls go in one by one, what moves comes out."""

    def __init__(self, draft: Rubric, advisory: frozenset[str] = frozenset()) -> None:
        self.draft = draft
        self.advisory = advisory
        self.n = self.up = self.down = 0
        self.gained = self.lost = 0
        """Calls that would get a total, and calls whose total would have to wait for a person."""
        self.review_before = self.review_after = 0
        self._outcome = lru_cache(maxsize=PATTERNS)(self._score)
        self._present: dict[str, Against] = {}
        self._patterns: Counter[tuple[str, str, str]] = Counter()
        self._lines: Counter[_Lines] = Counter()
        self._agents: defaultdict[Agent, tuple[int, float, float, float, float]] = defaultdict(
            lambda: (0, 0.0, 0.0, 0.0, 0.0)
        )
        self._most: list[tuple[float, int, CallMove]] = []

    def add(self, call: Present, present: Against, verdicts: Mapping[str, Verdict]) -> CallMove:
        """Compares a call. ``verdicts``: at least those of ``present.to_ask``, by check id."""
        drafted = self._drafted(call.verdict_string, present, verdicts)
        after, needs_review = self._outcome(drafted, call.manual_points)
        move = CallMove(call.call_id, call.agent_id, call.team, call.total, after)
        self.n += 1
        self.review_before += call.needs_review
        self.review_after += needs_review
        self._count(move)
        self._present[present.rubric.key] = present
        self._patterns[present.rubric.key, call.verdict_string, drafted] += 1
        if len(self._patterns) >= PATTERNS:
            self._fold()
        return move

    def most(self) -> list[CallMove]:
        """The calls that move most, the farthest first."""
        return [move for *_, move in sorted(self._most, key=lambda entry: (-entry[0], -entry[1]))]

    def items(self) -> list[ItemMove]:
        """Every item of either rubric, in the draft's order, then those that it leaves out."""
        self._fold()
        titles = dict(self.draft.titles)
        for present in self._present.values():
            titles |= {name: title for name, title in present.rubric.titles.items() if name not in titles}
        return [self._item(item_id, title) for item_id, title in titles.items()]

    def agents(self) -> list[AgentMove]:
        """Those whose rank changes most first, then those whose mean does."""
        was, becomes = self._standings(0), self._standings(1)
        moves = [
            AgentMove(
                *who, n, before / n, after / n, was[who].rank, becomes[who].rank, was[who].band, becomes[who].band
            )
            for who, (n, before, after, *_) in self._agents.items()
        ]
        return sorted(
            moves, key=lambda move: (-abs(move.rank_after - move.rank_before), -abs(move.after - move.before))
        )

    def _standings(self, side: int) -> dict[Agent, Standing]:
        """Of all agents before (0) or after (1)."""
        names = sorted(self._agents)
        rows = np.array([self._agents[who] for who in names]).reshape(len(names), 5)
        n, sums, squares = rows[:, 0], rows[:, 1 + side], rows[:, 3 + side]
        standings = rank_means(names, n, sums / n, np.maximum(squares - sums**2 / n, 0.0))
        return {(standing.names[0], standing.names[1]): standing for standing in standings}

    def means(self) -> tuple[float, float] | None:
        """Of the totals before and after, over the calls that have both; ``None`` without any."""
        n = sum(n for n, *_ in self._agents.values())
        sums = [sum(agent[side] for agent in self._agents.values()) for side in (1, 2)]
        return (sums[0] / n, sums[1] / n) if n else None

    def _score(self, verdict_string: str, manual_points: float) -> tuple[float | None, bool]:
        sheet = score_sheet("", verdict_string, self.draft, self.advisory, manual_points)
        return sheet.total, sheet.needs_review

    def _drafted(self, before: str, present: Against, verdicts: Mapping[str, Verdict]) -> str:
        """The verdict string under the draft. A person's word on an item stands, whatever checks the draft asks."""
        return "".join(
            before[place] if place is not None and (held or before[place].islower()) else judge_item(verdicts, item)
            for item, place, held in zip(self.draft.items, present.same, present.holds, strict=True)
        )

    def _count(self, move: CallMove) -> None:
        self.gained += move.before is None and move.after is not None
        self.lost += move.before is not None and move.after is None
        if move.before is None or move.after is None or move.delta is None:
            return
        n, before, after, before_squares, after_squares = self._agents[move.agent_id, move.team]
        self._agents[move.agent_id, move.team] = (
            n + 1,
            before + move.before,
            after + move.after,
            before_squares + move.before**2,
            after_squares + move.after**2,
        )
        if abs(move.delta) >= SAME:
            self.up += move.delta > 0
            self.down += move.delta < 0
            entry = (abs(move.delta), -self.n, move)  # of equals the first ones stay
            if len(self._most) < MOST:
                heappush(self._most, entry)
            else:
                heappushpop(self._most, entry)

    def _fold(self) -> None:
        for (rubric_key, verdict_string, drafted), n in self._patterns.items():
            present = self._present[rubric_key]
            now = score_sheet("", verdict_string, present.rubric, present.advisory).items
            new = score_sheet("", drafted, self.draft, self.advisory).items
            for item, place in zip(new, present.same, strict=True):
                self._lines[item.item_id, *_line(now[place] if place is not None else None), *_line(item)] += n
            for item in now:
                if item.item_id not in self.draft.titles:
                    self._lines[item.item_id, *_line(item), *_line(None)] += n
        self._patterns.clear()

    def _item(self, item_id: str, title: str) -> ItemMove:
        changes: Counter[tuple[Verdict | None, Verdict | None]] = Counter()
        sums = [[0, 0.0], [0, 0.0]]
        for (name, old, old_points, new, new_points), n in self._lines.items():
            if name == item_id:
                changes[old, new] += n
                for side, points in enumerate((old_points, new_points)):
                    if points is not None:
                        sums[side][0] += n
                        sums[side][1] += n * points
        moved = sorted(
            ((*pair, n) for pair, n in changes.items() if pair[0] is not pair[1]),
            key=lambda change: (-change[2], str(change[:2])),
        )
        before, after = (points / n if n else None for n, points in sums)
        return ItemMove(item_id, title, sum(n for *_, n in moved), tuple(moved), before, after)


_Lines = tuple[str, Verdict | None, float | None, Verdict | None, float | None]
"""An item's id, and its verdict and points before and after."""


def _line(item: ItemScore | None) -> tuple[Verdict | None, float | None]:
    return (None, None) if item is None else (_standing(item.status, item.verdict), item.points)


def _standing(status: ItemStatus, verdict: Verdict) -> Verdict:
    """The verdict as it counts on the sheet."""
    if status is ItemStatus.NOT_APPLICABLE:
        return Verdict.NOT_APPLICABLE
    return Verdict.UNSURE if status is ItemStatus.NEEDS_REVIEW else verdict
