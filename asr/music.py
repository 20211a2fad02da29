"""Tones that a speech detector takes for a voice: notes of a melody on hold, signals, beeps.

A tone keeps its spectrum for a tenth of a second and more; a voice changes its own all the time, within a vowel, too.
Singing cannot be told from speech this way.
"""

import numpy as np
import numpy.typing as npt

from asr.decode import SAMPLE_RATE, Samples
from callqa.types import Seconds

WINDOW, HOP = 1024, 256  # samples: 64 and 16 ms
TELEPHONE_BAND = (250.0, 3400.0)  # Hz
RANGE_DB = 25.0  # below a frame's strongest frequency there may be noise
SILENCE_DB = 30.0  # frames so far below the loudest say nothing
MAX_TONE_CHANGE = 0.09
"""Over all of 1,559 regions of calls and read speech of at least `MIN_DURATION`, the least is 0.11; over melodies that
pass for speech, nine of ten are below (docs/measured.md)."""
MIN_DURATION: Seconds = 0.8  # a held 嗯 or 啊 of less is as steady as a tone

Spectra = npt.NDArray[np.float64]


def is_tone(samples: Samples) -> bool:
    """Whether one stretch of a channel holds steady tones and no voice; shape (n_samples,), 16 kHz."""
    return len(samples) >= MIN_DURATION * SAMPLE_RATE and spectral_change(samples) < MAX_TONE_CHANGE


def spectral_change(samples: Samples) -> float:
    """How much the shape of the spectrum changes from a frame to the next: mean difference of the logarithms of power.

    0 for a tone that never changes; speech mostly has 0.3 to 0.6. At least two frames of sound are needed.
    """
    frames = np.lib.stride_tricks.sliding_window_view(samples, WINDOW)[::HOP] * np.hanning(WINDOW)
    frequencies = np.fft.rfftfreq(WINDOW, 1 / SAMPLE_RATE)
    band = (frequencies >= TELEPHONE_BAND[0]) & (frequencies <= TELEPHONE_BAND[1])
    powers: Spectra = np.square(np.abs(np.fft.rfft(frames)))[:, band]
    totals = powers.sum(axis=1)
    powers = powers[totals > totals.max() * 10 ** (-SILENCE_DB / 10)]
    if len(powers) < 2:
        return np.inf
    shapes = np.log(np.maximum(powers / powers.max(axis=1, keepdims=True), 10 ** (-RANGE_DB / 10)))
    return float(np.abs(np.diff(shapes, axis=0)).mean())
