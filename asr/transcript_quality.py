"""Transcript quality: figures that tell when an engine starts to make things up."""

from collections.abc import Iterable, Sequence

from asr.vad import Region
from callqa.text import normalise
from callqa.types import Seconds, TranscriptQuality, Turn

NEAR_SPEECH: Seconds = 0.5  # a word's own times may be so far off


def measure_quality(
    turns: Sequence[Turn],
    channels: Sequence[int],
    speech: Sequence[Sequence[Region]],
    duration: Seconds,
    damaged_frames: int = 0,
) -> TranscriptQuality:
    """The figures of one transcript.

    ``channels[i]`` is the channel of ``turns[i]``, an index into ``speech``; ``duration`` is that of the recording.
    """
    spoken = sum(region.duration for regions in speech for region in regions)
    marked = [set(turn.flags) for turn in turns]
    return TranscriptQuality(
        seconds=duration * len(speech),
        silent_seconds=max(duration * len(speech) - spoken, 0.0),
        silent_characters=sum(silent_characters(t, speech[c]) for t, c in zip(turns, channels, strict=True)),
        turns=len(turns),
        loops=sum("loop" in flags for flags in marked),
        stock_phrases=sum("stock_phrase" in flags for flags in marked),
        announcements=sum("announcement" in flags for flags in marked),
        other_languages=sum("not_chinese" in flags for flags in marked),
        language_switches=sum(
            _switches("not_chinese" in flags for flags, c in zip(marked, channels, strict=True) if c == channel)
            for channel in range(len(speech))
        ),
        damaged_frames=damaged_frames,
    )


def silent_characters(turn: Turn, speech: Sequence[Region]) -> int:
    """Characters of the turn's words that lie in no region of its channel, nor near one."""
    return sum(
        len(normalise(word.text).text)
        for word in turn.words
        if not any(r.start - NEAR_SPEECH < word.end and word.start < r.end + NEAR_SPEECH for r in speech)
    )


def _switches(foreign: Iterable[bool]) -> int:
    """Changes along the turns of one channel; it is taken to begin in Chinese."""
    changes, before = 0, False
    for now in foreign:
        changes += now != before
        before = now
    return changes
