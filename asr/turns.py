"""Turns out of speech regions: who speaks from when to when, decided by the sound alone, before a word is known."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from asr.vad import MAX_REGION, Region
from callqa.types import Seconds

PAUSE: Seconds = 1.2  # a speaker who goes on after less is still in the same turn
UNDIVIDED_PAUSE: Seconds = 0.6  # where voices could not be told apart, a pause may hide a change of speaker
BACKCHANNEL: Seconds = 1.0  # 嗯, 好的, 对对: longer speech is a turn


@dataclass(frozen=True, slots=True)
class Span:
    """A turn without its words yet."""

    voice: int
    regions: tuple[Region, ...]
    """At least one, in order."""

    @property
    def channel(self) -> int:
        return self.regions[0].channel

    @property
    def voice_confidence(self) -> float:
        """Probability that this voice speaks, and not the other one of a shared channel."""
        return sum(region.confidence * region.duration for region in self.regions) / self.speech_time

    @property
    def start(self) -> Seconds:
        return self.regions[0].start

    @property
    def end(self) -> Seconds:
        return self.regions[-1].end

    @property
    def speech_time(self) -> Seconds:
        """Time spent speaking, without the pauses."""
        return sum(region.duration for region in self.regions)


def take_turns(speech: Sequence[Sequence[Region]]) -> tuple[Span, ...]:
    """Join the regions of each voice to turns, sorted by start.

    Two regions belong to one turn when the pause between them is short and nobody else begins a turn in it; a
    backchannel of the other speaker is none.
    """
    pause = PAUSE if len(speech) > 1 else UNDIVIDED_PAUSE
    spans: list[Span] = []
    for voice, regions in enumerate(speech):
        rivals = [region for other, theirs in enumerate(speech) if other != voice for region in theirs]
        spans.extend(Span(voice, group) for group in _grouped(regions, rivals, pause))
    return tuple(sorted(spans, key=lambda span: (span.start, span.voice)))


def one_by_one(speech: Sequence[Sequence[Region]]) -> tuple[Span, ...]:
    """Each region alone, sorted by start."""
    spans = (Span(voice, (region,)) for voice, regions in enumerate(speech) for region in regions)
    return tuple(sorted(spans, key=lambda span: (span.start, span.voice)))


def _grouped(regions: Sequence[Region], rivals: Sequence[Region], pause: Seconds) -> Iterator[tuple[Region, ...]]:
    group = list(regions[:1])
    for before, after in pairwise(regions):
        taken = any(
            rival.start < after.start and rival.end > before.end and rival.duration >= BACKCHANNEL for rival in rivals
        )
        if after.start - before.end > pause or taken:
            yield tuple(group)
            group = []
        group.append(after)
    if group:
        yield tuple(group)


def stretches(span: Span, longest: Seconds = MAX_REGION) -> Iterator[tuple[Seconds, Seconds]]:
    """(start, end) of the pieces an engine is given: the whole turn, or as many regions as fit into ``longest``."""
    start, end = span.start, span.regions[0].end
    for region in span.regions[1:]:
        if region.end - start > longest:
            yield start, end
            start = region.start
        end = region.end
    yield start, end
