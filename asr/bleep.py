"""A tone in place of what must not be heard."""

from collections.abc import Iterable
from typing import NamedTuple

import numpy as np

from asr.decode import SAMPLE_RATE, Samples
from callqa.types import Hertz, Seconds

TONE: Hertz = 1000.0
LEVEL = 0.1  # amplitude, -20 dBFS: about as loud as telephone speech
FADE: Seconds = 0.01


class Bleep(NamedTuple):
    """A stretch that must not be heard."""

    start: Seconds
    end: Seconds
    channel: int | None = None
    """``None``: every channel."""


def bleeped(samples: Samples, bleeps: Iterable[Bleep], rate: int = SAMPLE_RATE, *, since: Seconds = 0.0) -> Samples:
    """A copy with a tone of 1 kHz that fades in and out within each stretch, where nothing of the sound is left.

    ``samples`` has shape (n_channels, n_samples) and begins ``since`` seconds into the recording; pieces that are
    bleeped one by one sound as the whole does.
    """
    result = samples.copy()
    first = round(since * rate)
    for bleep in bleeps:
        start, end = round(bleep.start * rate), round(bleep.end * rate)
        begin, stop = max(start - first, 0), min(end - first, samples.shape[1])
        if begin < stop:
            at = np.arange(begin + first, stop + first)
            edges = np.clip(np.minimum(at - start, end - 1 - at) / (FADE * rate), 0.0, 1.0)
            channels = slice(None) if bleep.channel is None else bleep.channel
            result[channels, begin:stop] = LEVEL * edges * np.sin(2 * np.pi * TONE / rate * at)
    return result
