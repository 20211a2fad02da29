"""Stretches in which nobody spoke, and in which both did, for drawing beside the waveform."""

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Literal, NamedTuple

from callqa.silences import silences
from callqa.types import Conversation, Role, Seconds, Turn

if TYPE_CHECKING:
    from qa_models import Check

SHORTEST_OVERLAP: Seconds = 0.5
"""A word laid over the end of the other's sentence is no talking over each other."""


USUAL_SILENCE: Seconds = 8.0
"""Where no check looks at silences."""


class Stretch(NamedTuple):
    """A part of the call that a check may have stopped at."""

    what: Literal["silence", "overlap"]
    start: Seconds
    end: Seconds


def stretches(conversation: Conversation, checks: Iterable["Check"]) -> tuple[Stretch, ...]:
    """In the order of time; silences from the length on that the checks want words for."""
    quiet = (
        Stretch("silence", silence.start, silence.end) for silence in silences(conversation, _shortest_silence(checks))
    )
    both = (Stretch("overlap", *span) for span in overlaps(conversation.turns))
    return tuple(sorted((*quiet, *both), key=lambda stretch: (stretch.start, stretch.end)))


def overlaps(turns: Sequence[Turn], longer_than: Seconds = SHORTEST_OVERLAP) -> list[tuple[Seconds, Seconds]]:
    """Where agent and citizen speak at once, longest stretches as one; none where both share a channel.

    Of two voices on one channel only one is told at a time, so nothing can be said of those.
    """
    if any(turn.role_confidence is not None for turn in turns):
        return []
    agent, citizen = (_joined(turns, role) for role in ("agent", "citizen"))
    both = ((max(a, c), min(b, d)) for a, b in agent for c, d in citizen if a < d and c < b)
    return sorted((start, end) for start, end in both if end - start > longer_than)


def _joined(turns: Iterable[Turn], role: Role) -> list[tuple[Seconds, Seconds]]:
    """When one speaker talks; turns that touch are one."""
    joined: list[tuple[Seconds, Seconds]] = []
    for turn in sorted((turn for turn in turns if turn.role == role), key=lambda turn: turn.start):
        if joined and turn.start <= joined[-1][1]:
            joined[-1] = (joined[-1][0], max(turn.end, joined[-1][1]))
        else:
            joined.append((turn.start, turn.end))
    return joined


def _shortest_silence(checks: Iterable["Check"]) -> Seconds:
    silence_params = (check.spec.params for check in checks if check.kind.name == "silence")
    limits = (getattr(params, "unannounced", USUAL_SILENCE) for params in silence_params)
    return min(limits, default=USUAL_SILENCE)
