"""Make clean sound like a telephone line, for measuring on speech that was not recorded over one."""

from fractions import Fraction
from functools import lru_cache
from typing import BinaryIO

import numpy as np
from scipy import signal

from asr.decode import SAMPLE_RATE, Samples, decode
from asr.wav import wav_bytes

BAND = (300.0, 3400.0)  # Hz, what the telephone network carries (ITU-T G.712)
LINE_RATE = 8000  # Hz
ORDER = 8


def telephone(samples: Samples) -> Samples:
    """The same speech as it comes out of a telephone: 300-3400 Hz, sampled at 8 kHz, companded with A-law.

    ``samples`` has shape (n_samples,) or (n_channels, n_samples), 16 kHz; so has the result.
    """
    ratio = Fraction(LINE_RATE, SAMPLE_RATE)
    line = signal.resample_poly(signal.sosfiltfilt(_band(), samples), ratio.numerator, ratio.denominator, axis=-1)
    back = signal.resample_poly(a_law(line), ratio.denominator, ratio.numerator, axis=-1)
    narrowed: Samples = np.clip(back[..., : samples.shape[-1]], -1.0, 1.0).astype(np.float32)
    return narrowed


def a_law(samples: Samples) -> Samples:
    """What is left of each sample after coding it in the 8 bits of G.711, as Chinese exchanges do."""
    a = 87.6
    size = np.abs(np.clip(samples, -1.0, 1.0))
    compressed = np.where(size < 1 / a, a * size, 1 + np.log(np.maximum(a * size, 1.0))) / (1 + np.log(a))
    coded = np.round(compressed * 127) / 127
    small = coded < 1 / (1 + np.log(a))
    expanded = np.where(small, coded * (1 + np.log(a)) / a, np.exp(coded * (1 + np.log(a)) - 1) / a)
    decoded: Samples = np.sign(samples) * expanded
    return decoded


def over_the_telephone(file: BinaryIO) -> bytes:
    """A recording as a WAV file of what arrives at the other end. Raises `AudioError` when it cannot be decoded."""
    _, audio = decode(file, sha256="")
    return wav_bytes(telephone(audio.samples))


@lru_cache(maxsize=1)
def _band() -> np.ndarray:
    sos: np.ndarray = signal.butter(ORDER // 2, BAND, btype="bandpass", fs=SAMPLE_RATE, output="sos")
    return sos
