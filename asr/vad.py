"""Voice activity per channel: silero-vad's probabilities, the other channel's crosstalk taken out.

Turn times come from here and never from Whisper, whose own times drift by a second and more.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from asr.decode import SAMPLE_RATE, Audio, Samples, frame_dbfs
from asr.engines.silero import FRAME, Probabilities, speech_probabilities
from asr.music import is_tone
from callqa.types import Seconds

FRAME_SECONDS = FRAME / SAMPLE_RATE  # 0.032 s
CERTAIN, POSSIBLE = 0.4, 0.2  # probabilities; a little below silero-vad's defaults, for 嗯 and 拜拜 on the telephone
MIN_PAUSE: Seconds = 0.25  # shorter pauses belong to a sentence
MIN_SPEECH: Seconds = 0.1  # of certain speech; a click is shorter, the 对 before a pause is longer
MAX_REGION: Seconds = 28.0  # fits Whisper's window of 30 s with its padding
CROSSTALK_MARGIN_DB = 5.0  # above the recording's own leakage, up to which sound counts as leaked
CROSSTALK_RANGE_DB = (15.0, 25.0)  # lines leak at -30 dB and less, joint-stereo codecs at -22 dB
ECHO = 5  # frames: leaked speech may come up to 0.16 s after its source
DOMINANT_DBFS = -45.0  # somebody speaks on this channel
FLOOR_DBFS = -70.0  # below this there is nothing that a person could understand
FAINT_DB = 25.0  # below a speaker's usual level: noise; what people mumble is 10 dB softer
LOUD_DB = 10.0  # below it: spoken, not leaked nor noise
MURMURED = 0.15  # probability of a word as loud as that
MURMURED_NEAR: Seconds = 1.0  # to certain speech of the same speaker

Levels = npt.NDArray[np.float32]


@dataclass(frozen=True, slots=True, order=True)
class Region:
    """A stretch of speech on one channel."""

    start: Seconds
    end: Seconds
    channel: int
    confidence: float = 1.0
    """Probability that it is the speaker it is held for; less than 1 where two share a channel."""

    @property
    def duration(self) -> Seconds:
        return self.end - self.start


def find_speech(audio: Audio) -> tuple[tuple[Region, ...], ...]:
    """The speech regions of each channel, in order, not overlapping within a channel."""
    levels = [frame_dbfs(channel, FRAME) for channel in audio.samples]
    probabilities = []
    for index, channel in enumerate(audio.samples):
        audible = levels[index] > FLOOR_DBFS
        for other in range(audio.n_channels):
            if other != index:
                audible &= ~leaked(levels[index], levels[other])
        probabilities.append(np.where(audible, speech_probabilities(channel), 0.0))
    by_channel = [tuple(regions(probability, index)) for index, probability in enumerate(probabilities)]
    if audio.n_channels > 1 and all(by_channel):  # one channel alone may carry a loud and a soft speaker
        again = zip(by_channel, probabilities, levels, strict=True)
        by_channel = [regions_at_level(first_pass, probability, level) for first_pass, probability, level in again]
    return tuple(
        tuple(region for region in channel_regions if not is_tone(_cut_out(channel, region)))
        for channel_regions, channel in zip(by_channel, audio.samples, strict=True)
    )


def regions_at_level(first_pass: Sequence[Region], probabilities: Probabilities, levels: Levels) -> tuple[Region, ...]:
    """One speaker's regions found again, now that it is known how loud that speaker is.

    What is far softer is noise. What is about as loud, and near certain speech, is a word that was murmured, even where
    the detector is in doubt: the 对 before a pause.
    """
    usual = _usual_level(first_pass, levels)
    audible = np.where(levels > usual - FAINT_DB, probabilities, 0.0)
    murmured = (levels > usual - LOUD_DB) & (audible >= MURMURED)
    certain = list(regions(audible, first_pass[0].channel))
    return tuple(
        region
        for region in regions(np.where(murmured, np.maximum(audible, CERTAIN), audible), first_pass[0].channel)
        if any(region.start < near.end + MURMURED_NEAR and near.start < region.end + MURMURED_NEAR for near in certain)
    )


def _usual_level(speech: Sequence[Region], levels: Levels) -> float:
    """The level of the middle region, in dBFS, long regions counting more."""
    powers = [
        np.mean(10 ** (levels[round(r.start / FRAME_SECONDS) : round(r.end / FRAME_SECONDS)] / 10)) for r in speech
    ]
    order = np.argsort(powers)
    durations = np.array([region.duration for region in speech])[order]
    return float(10 * np.log10(powers[order[durations.cumsum().searchsorted(durations.sum() / 2)]]))


def _cut_out(channel: Samples, region: Region) -> Samples:
    return channel[round(region.start * SAMPLE_RATE) : round(region.end * SAMPLE_RATE)]


def leaked(levels: Levels, other: Levels) -> npt.NDArray[np.bool_]:
    """Frames of a channel that are so far below the other channel that they are its crosstalk.

    How far is measured on the recording itself: the usual distance while the other channel dominates.
    """
    loudest = _loudest_nearby(other)
    distances = (other - levels)[(other > DOMINANT_DBFS) & (other - levels > CROSSTALK_RANGE_DB[0])]
    usual = float(np.median(distances)) if distances.size else CROSSTALK_RANGE_DB[1]
    return levels < loudest - float(np.clip(usual - CROSSTALK_MARGIN_DB, *CROSSTALK_RANGE_DB))


def regions(probabilities: Probabilities, channel: int) -> Iterator[Region]:
    """Stretches of at least possible speech that hold certain speech, joined over short pauses.

    Taking the possible speech around the certain keeps soft beginnings. Too long ones are cut where speech is weakest.
    """
    for first, last in _stretches(probabilities >= POSSIBLE):
        if np.count_nonzero(probabilities[first:last] >= CERTAIN) * FRAME_SECONDS >= MIN_SPEECH:
            for begin, end in _cut(probabilities, first, last):
                yield Region(round(begin * FRAME_SECONDS, 3), round(end * FRAME_SECONDS, 3), channel)


def _stretches(active: npt.NDArray[np.bool_]) -> Iterator[tuple[int, int]]:
    """(first frame, one past the last) of each run of active frames, runs joined over less than `MIN_PAUSE`."""
    frames = np.flatnonzero(active)
    if frames.size == 0:
        return
    breaks = np.flatnonzero(np.diff(frames) - 1 >= MIN_PAUSE / FRAME_SECONDS)
    firsts = np.concatenate([frames[:1], frames[breaks + 1]])
    lasts = np.concatenate([frames[breaks], frames[-1:]])
    for first, last in zip(firsts, lasts, strict=True):
        yield int(first), int(last) + 1


def _cut(probabilities: Probabilities, first: int, last: int) -> Iterator[tuple[int, int]]:
    longest = int(MAX_REGION / FRAME_SECONDS)
    while last - first > longest:
        middle = first + longest // 2
        weakest = middle + int(np.argmin(probabilities[middle : first + longest]))
        yield first, weakest
        first = weakest
    yield first, last


def _loudest_nearby(levels: Levels) -> Levels:
    """For each frame, the highest level of it and of the `ECHO` frames before it."""
    padded = np.concatenate([np.full(ECHO, -120.0, dtype=levels.dtype), levels])
    loudest: Levels = np.lib.stride_tricks.sliding_window_view(padded, ECHO + 1).max(axis=1)
    return loudest
