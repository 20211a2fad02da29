"""Acoustics of a turn: level, pitch, speed, and how much of it was talked over."""

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from asr.decode import SAMPLE_RATE, Samples, rms_dbfs
from asr.vad import Region
from callqa.syllables import syllables
from callqa.types import Hertz, Seconds

FRAME = 640  # samples: 40 ms, three periods of the lowest voice
HOP = 320
PITCH_RANGE: tuple[Hertz, Hertz] = (70.0, 420.0)
VOICED = 0.5  # normalised autocorrelation at the period, from which a frame counts as voiced
AS_GOOD = 0.85  # a shorter period nearly as good as the best is the true one; the best may be its double
MIN_VOICED_FRAMES = 5
FRAMES_AT_ONCE = 4096


@dataclass(frozen=True, slots=True)
class Acoustics:
    """Measured on the sound of one turn. ``None`` where it cannot be told."""

    loudness_dbfs: float
    """Root mean square over the speech, pauses left out."""
    pitch_hz: Hertz | None
    """Median fundamental frequency of the voiced frames."""
    syllables_per_second: float | None
    """Of the time spent speaking, pauses left out."""
    overlap: Seconds
    """Time in which the other speaker talks, too."""


def measure(samples: Samples, regions: Iterable[Region], others: Iterable[Region], text: str) -> Acoustics:
    """Acoustics of one turn.

    ``samples`` is the whole channel, shape (n_samples,), 16 kHz; ``regions`` are the turn's speech on it, ``others``
    the speech of everybody else.
    """
    regions = tuple(regions)
    spoken = np.concatenate(
        [samples[round(r.start * SAMPLE_RATE) : round(r.end * SAMPLE_RATE)] for r in regions] or [samples[:0]]
    )
    speech_time = sum(region.duration for region in regions)
    n_syllables = len(syllables(text))
    return Acoustics(
        loudness_dbfs=round(rms_dbfs(spoken), 1),
        pitch_hz=pitch(spoken),
        syllables_per_second=round(n_syllables / speech_time, 2) if n_syllables and speech_time else None,
        overlap=round(shared_time(regions, others), 3),
    )


def shared_time(regions: Iterable[Region], others: Iterable[Region]) -> Seconds:
    """How long both talk at once. Neither side's regions overlap among themselves."""
    theirs = tuple(others)
    return sum(max(0.0, min(a.end, b.end) - max(a.start, b.start)) for a in regions for b in theirs)


def pitch(samples: Samples) -> Hertz | None:
    """Median fundamental frequency, ``None`` without enough voiced sound.

    Autocorrelation finds the period from the harmonics, so it works on telephone lines, which cut off the fundamental
    itself below 300 Hz (method: Boersma 1993, without the path search: a median forgives single octave errors).
    """
    n_frames = (samples.size - FRAME) // HOP + 1
    if n_frames < MIN_VOICED_FRAMES:
        return None
    frames = np.lib.stride_tricks.sliding_window_view(samples, FRAME)[::HOP]
    periods = np.concatenate(
        [_periods(frames[first : first + FRAMES_AT_ONCE]) for first in range(0, len(frames), FRAMES_AT_ONCE)]
    )
    voiced = periods[periods > 0]
    return round(float(SAMPLE_RATE / np.median(voiced)), 1) if voiced.size >= MIN_VOICED_FRAMES else None


def _periods(frames: npt.NDArray[np.float32]) -> npt.NDArray[np.float64]:
    """The period of each frame in samples, 0 where it is not voiced; shape (n_frames,)."""
    window = np.hanning(FRAME)
    correlation = _autocorrelation((frames - frames.mean(axis=1, keepdims=True)) * window)
    correlation /= np.maximum(correlation[:, :1], 1e-9)
    correlation /= _autocorrelation(window[None]) / np.square(window).sum()  # the window's own decay taken out
    shortest, longest = (round(SAMPLE_RATE / frequency) for frequency in reversed(PITCH_RANGE))
    near = correlation[:, shortest - 1 : longest + 2]
    middle = near[:, 1:-1]
    peaks = np.where((middle >= near[:, :-2]) & (middle >= near[:, 2:]), middle, 0.0)
    best = peaks.max(axis=1)
    first_good = (peaks >= AS_GOOD * best[:, None]).argmax(axis=1)
    return np.where(best > VOICED, first_good + shortest, 0.0)


def _autocorrelation(frames: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    spectrum = np.fft.rfft(frames, 2 * FRAME, axis=1)
    correlation: npt.NDArray[np.float64] = np.fft.irfft(np.square(np.abs(spectrum)), axis=1)[:, : FRAME // 2]
    return correlation
