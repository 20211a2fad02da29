"""Made-up scored calls and figures, for the tests of figures."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from callqa.scores import ScoredCalls
from scoring import Rubric, score_sheet
from scoring.figures import Figures
from scoring.proportion import Floats

POINTS = np.array([5, 5, 5, 2, 1, 2, 5, 7, 4, 6, 8, 10, 10, 18, 8, 4], dtype=np.float64)
"""Of the shipped rubric's items."""


@dataclass(frozen=True)
class Scored:
    """One call and the verdict string of its sheet."""

    verdict_string: str
    agent: str = "1"
    team: str = "A"
    category: str = "城乡建设"
    line: str = "12345"
    day: str = "2026-11-02"
    seconds: float = 200.0
    confidence: float | None = 0.9
    manual_points: float = 0.0


def columns(calls: Sequence[Scored], rubric: Rubric, advisory: frozenset[str] = frozenset()) -> ScoredCalls:
    sheets = [score_sheet("", call.verdict_string, rubric, advisory, call.manual_points) for call in calls]
    return ScoredCalls(
        agent=tuple(call.agent for call in calls),
        team=tuple(call.team for call in calls),
        category=tuple(call.category for call in calls),
        line=tuple(call.line for call in calls),
        day=tuple(call.day for call in calls),
        seconds=tuple(call.seconds for call in calls),
        confidence=tuple(call.confidence for call in calls),
        total=tuple(sheet.total for sheet in sheets),
        needs_review=tuple(sheet.needs_review for sheet in sheets),
        verdicts=tuple(call.verdict_string for call in calls),
        manual_points=tuple(call.manual_points for call in calls),
    )


def figures_of(name: str, totals: Sequence[float], period: str = "") -> Figures:
    """The figures of a group with these totals, as far as ranks and trends look at them."""
    values = np.array(totals, dtype=np.float64)
    mean = float(values.mean()) if len(values) else None
    squares = float(((values - values.mean()) ** 2).sum()) if len(values) else 0.0
    n = len(values)
    return Figures((name,), period, n, n, 0, 0, 0, 0, mean, None, None, squares, mean, mean, ())


def sheet_totals(rng: np.random.Generator, faults: float, shape: tuple[int, ...]) -> Floats:
    """Totals of sheets of which an item is violated with chance ``faults`` and does not apply to every fifth call."""
    applies = rng.random((*shape, len(POINTS))) < 0.8
    met = rng.random((*shape, len(POINTS))) >= faults
    return 100 * ((applies & met) @ POINTS) / np.maximum(applies @ POINTS, 1)
