"""Agreement of the turns of transcripts with labelled ones: who spoke, and when."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any

import numpy as np

from asr.acoustics import shared_time
from asr.vad import Region
from callqa.types import Role, Seconds, Turn

CLOSE: Seconds = 0.3  # a boundary within this is right

TurnPair = tuple[Sequence[Turn], Sequence[Turn]]
"""(labelled, recognised) turns of one call."""


@dataclass(frozen=True, slots=True)
class SpeakerFigures:
    """What became of one speaker's time, as shares of it."""

    right: float
    other: float
    """Given to the other speaker: the serious mistake."""
    unknown: float
    """In turns whose speaker was left open."""
    unheard: float
    """In no turn at all."""


@dataclass(frozen=True, slots=True)
class BoundaryFigures:
    """Distance of labelled turn boundaries to the nearest recognised one of the same speaker."""

    n: int
    p95: Seconds
    close: float
    """Share within `CLOSE`."""


@dataclass(frozen=True, slots=True)
class TurnFigures:
    agent: SpeakerFigures | None
    citizen: SpeakerFigures | None
    starts: BoundaryFigures | None
    ends: BoundaryFigures | None

    def as_dict(self) -> dict[str, Any]:
        return asdict(self)


def turn_figures(pairs: Iterable[TurnPair]) -> TurnFigures:
    """Figures over all calls together; ``None`` where nothing was labelled, or nothing heard."""
    pairs = tuple(pairs)
    return TurnFigures(
        agent=_speaker(pairs, "agent", "citizen"),
        citizen=_speaker(pairs, "citizen", "agent"),
        starts=_boundaries(pairs, lambda turn: turn.start),
        ends=_boundaries(pairs, lambda turn: turn.end),
    )


def _speaker(pairs: Sequence[TurnPair], role: Role, other: Role) -> SpeakerFigures | None:
    total = right = wrong = unknown = 0.0
    for labelled, recognised in pairs:
        spoken = _merged(turn for turn in labelled if turn.role == role)
        total += sum(region.duration for region in spoken)
        right += shared_time(spoken, _merged(turn for turn in recognised if turn.role == role))
        wrong += shared_time(spoken, _merged(turn for turn in recognised if turn.role == other))
        unknown += shared_time(spoken, _merged(turn for turn in recognised if turn.role == "unknown"))
    if not total:
        return None
    # Where both talk at once, one's time is rightly in both speakers' turns; that is no mistake, so right goes first.
    wrong = min(wrong, total - right)
    return SpeakerFigures(
        right / total, wrong / total, unknown / total, max(0.0, total - right - wrong - unknown) / total
    )


def _merged(turns: Iterable[Turn]) -> list[Region]:
    """The time some turns take, without counting any twice."""
    spans: list[Region] = []
    for start, end in sorted((turn.start, turn.end) for turn in turns):
        if spans and start <= spans[-1].end:
            spans[-1] = replace(spans[-1], end=max(spans[-1].end, end))
        else:
            spans.append(Region(start, end, channel=0))
    return spans


def _boundaries(pairs: Sequence[TurnPair], time_of: Callable[[Turn], Seconds]) -> BoundaryFigures | None:
    distances = [
        min(abs(time_of(turn) - time_of(other)) for other in recognised if other.role == turn.role)
        for labelled, recognised in pairs
        for turn in labelled
        if any(other.role == turn.role for other in recognised)
    ]
    if not distances:
        return None
    seconds = np.array(distances)
    return BoundaryFigures(len(seconds), float(np.quantile(seconds, 0.95)), float((seconds <= CLOSE).mean()))
