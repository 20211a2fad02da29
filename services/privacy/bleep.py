"""Bleeping: the stretches of which channels are bleeped, so that nobody hears what is personal in a call."""

from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby

from asr.bleep import Bleep
from callqa.personal import PersonalSpan
from callqa.types import Conversation, Seconds, Turn

SHARED = {"one_channel", "dual_mono", "roles_unknown", "roles_from_content"}
"""Flags of transcripts whose channels are not known to carry one speaker each."""
Stretch = tuple[Seconds, Seconds]


def bleeps_of(conversation: Conversation, spans: Iterable[PersonalSpan]) -> tuple[Bleep, ...]:
    """In the order of time. The channel that says it is bleeped, and so is the other one unless its own speaker talks.

    Lines carry a soft echo of the other voice, which could be made louder. Where nobody knows which channel is whose,
    all are bleeped.
    """
    turns = {turn.index: turn for turn in conversation.turns}
    bleeps: list[Bleep] = []
    for span in spans:
        channel = _channel(conversation, turns[span.turn_index])
        bleeps.append(Bleep(span.start, span.end, channel))
        if channel is not None:
            talking = [t for t in conversation.turns if _channel(conversation, t) in (1 - channel, None)]
            bleeps += [Bleep(start, end, 1 - channel) for start, end in _without(span, talking)]
    return tuple(_merged(bleeps))


def agent_side(conversation: Conversation) -> int | None:
    """Which of two channels the agent is heard on; ``None`` where it may be both, or nobody knows."""
    named, transcript = conversation.call.agent_channel, conversation.transcript
    if named is None or transcript.recording.n_channels == 1 or SHARED.intersection(transcript.flags):
        return None
    return 1 - named if "channels_swapped" in transcript.flags else named


def _channel(conversation: Conversation, turn: Turn) -> int | None:
    """On which of two channels a turn is said; ``None`` where it may be on both."""
    agent = agent_side(conversation)
    if agent is None or turn.role == "unknown":
        return None
    return agent if turn.role == "agent" else 1 - agent


def _without(span: PersonalSpan, talking: Sequence[Turn]) -> Iterator[Stretch]:
    """What is left of the span outside of these turns."""
    start = span.start
    for turn in sorted(talking, key=lambda turn: turn.start):
        if turn.start < span.end and turn.end > start:
            if turn.start > start:
                yield start, turn.start
            start = turn.end
    if start < span.end:
        yield start, span.end


def _merged(bleeps: Iterable[Bleep]) -> list[Bleep]:
    """Stretches of one channel that touch are one, so that the tone does not flutter."""
    merged: list[Bleep] = []
    for channel, group in groupby(sorted(bleeps, key=_channel_first), key=lambda bleep: bleep.channel):
        start, end = -1.0, -1.0
        for bleep in group:
            if bleep.start <= end:
                end = max(end, bleep.end)
                continue
            if end > start:
                merged.append(Bleep(start, end, channel))
            start, end = bleep.start, bleep.end
        merged.append(Bleep(start, end, channel))
    return sorted(merged, key=lambda bleep: (bleep.start, bleep.end))


def _channel_first(bleep: Bleep) -> tuple[int, Seconds, Seconds]:
    return -1 if bleep.channel is None else bleep.channel, bleep.start, bleep.end
