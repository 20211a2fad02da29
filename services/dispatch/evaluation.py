"""Evaluation of dispatch on a stream whose ends are known: week by week, as it would have gone.

Suggestions begin in the ninth week. The machine dispatches from the 13th week on, by a threshold of weeks 11 and 12,
and from the 17th, where the figures begin, by one of weeks 15 and 16; breakers are watched all that time. The model is
learnt anew each week from what was known by then.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from time import perf_counter
from typing import Any

from rich.console import Console

from callqa.errors import ConfigError
from callqa.messages import terminal_text as _
from services.dispatch.stream import Stream, read_stream
from services.progress import count_bar
from tickets.dispatch.board import Change
from tickets.dispatch.figures import (
    DriftOutcome,
    Share,
    drift_outcome,
    false_openings,
    first_dispatch,
    most_frequent,
    share,
)
from tickets.dispatch.replay import Calendar, Replay, replay

WEEK = timedelta(days=7)
SUGGEST_FROM, MEASURED_FROM = 9, 17
"""Weeks of the stream, from 1."""
SELECTIONS = ((11, 13), (15, 17))


@dataclass(frozen=True, slots=True)
class DispatchEvaluation:
    """Figures of the weeks from `MEASURED_FROM` on, and of breakers from the 13th week on."""

    weeks: tuple[tuple[int, Share], ...]
    total: Share
    thresholds: tuple[float, ...]
    barred: tuple[str, ...]
    """Types of matter that stay with people from `MEASURED_FROM` on."""
    drifts: tuple[DriftOutcome, ...]
    false_openings: tuple[Change, ...]
    changes: tuple[Change, ...]
    people: float
    """Accuracy of the first dispatch by people."""
    most_frequent: float
    """Accuracy of the most frequent unit of street and type."""
    ceiling: float | None
    seconds_per_ticket: float

    def as_dict(self) -> dict[str, Any]:
        return {
            **_figures(self.total),
            "by_week": [{"week": week, **_figures(counts)} for week, counts in self.weeks],
            "thresholds": list(self.thresholds),
            "types_left_to_people": list(self.barred),
            "drifts": [
                {
                    "category": each.drift.leaf,
                    "date": each.drift.at.isoformat(),
                    "opened_at": each.opened_at and each.opened_at.isoformat(timespec="minutes"),
                    "days": each.days,
                    "wrong_dispatches": each.wrong,
                    "dispatches": each.automatic,
                }
                for each in self.drifts
            ],
            "false_trips": [_change(each) for each in self.false_openings],
            "breaker_changes": [_change(each) for each in self.changes],
            "baselines": {"first_dispatch_by_people": self.people, "most_frequent_unit": self.most_frequent},
            "best_possible": self.ceiling,
            "seconds_per_ticket": self.seconds_per_ticket,
        }


def evaluate_dispatch(folder: Path, console: Console) -> DispatchEvaluation:
    """Figures of the stream in this folder. Raises `ConfigError` where it is unreadable or too short."""
    stream = read_stream(folder)
    n_weeks = (stream.tickets[-1].matter.filed_at - stream.start) // WEEK + 1
    if n_weeks < MEASURED_FROM:
        raise ConfigError("dispatch.too_short", weeks=n_weeks, least=MEASURED_FROM)
    first = _monday(stream, SUGGEST_FROM)
    calendar = Calendar(first, tuple((_monday(stream, a), _monday(stream, b)) for a, b in SELECTIONS))
    n_days = (stream.tickets[-1].matter.filed_at - first).days + 1
    begun = perf_counter()
    with count_bar(_("dispatching"), n_days, console) as advance:
        replayed = replay(stream.tickets, calendar, lambda day: advance(1))
    return _evaluated(stream, replayed, n_weeks, perf_counter() - begun)


def _evaluated(stream: Stream, replayed: Replay, n_weeks: int, seconds: float) -> DispatchEvaluation:
    bounds = [(week, _monday(stream, week), _monday(stream, week + 1)) for week in range(MEASURED_FROM, n_weeks + 1)]
    weeks = [
        (week, share(each for each in replayed.tickets if begin <= each.experience.matter.filed_at < end))
        for week, begin, end in bounds
    ]
    start = bounds[0][1]
    measured = [each for each in replayed.tickets if each.experience.matter.filed_at >= start]
    asked = [each.experience for each in measured]
    past = [each for each in stream.tickets if (known := each.outcome.known_at) is not None and known <= start]
    return DispatchEvaluation(
        weeks=tuple(weeks),
        total=share(measured),
        thresholds=tuple(each.threshold for each in replayed.selections),
        barred=tuple(sorted(replayed.selections[-1].barred)),
        drifts=tuple(drift_outcome(each, replayed.tickets, replayed.changes) for each in stream.drifts),
        false_openings=tuple(false_openings(replayed.changes, stream.drifts)),
        changes=tuple(replayed.changes),
        people=first_dispatch(asked),
        most_frequent=most_frequent(past, asked),
        ceiling=stream.ceiling,
        seconds_per_ticket=seconds / len(replayed.tickets),
    )


def _monday(stream: Stream, week: int) -> datetime:
    return stream.start + (week - 1) * WEEK


def _figures(counts: Share) -> dict[str, float | int | None]:
    return {
        "tickets": counts.n,
        "accuracy": counts.accuracy,
        "top3": counts.top3,
        "coverage": counts.coverage,
        "precision": counts.precision,
        "precision_lower": counts.precision_lower,
    }


def _change(each: Change) -> dict[str, Any]:
    return {
        "name": each.name,
        "state": each.state,
        "at": each.at.isoformat(timespec="minutes"),
        "since": each.since and each.since.isoformat(timespec="minutes"),
        "tickets": list(each.tickets),
    }
