"""The waveform of a call in few numbers, so that a browser draws an hour without decoding it."""

import wave
from math import ceil
from typing import BinaryIO, NamedTuple

import numpy as np

from callqa.types import Seconds

PER_SECOND = 20
MOST = 4000  # points a channel; more than any screen is wide
LOUDEST = 127  # the values fit into 8 bits
POINTS_AT_ONCE = 256  # that are computed from one read of the file


class Peaks(NamedTuple):
    """How loud each channel is over time."""

    seconds: Seconds
    """Length of the whole recording."""
    channels: tuple[tuple[int, ...], ...]
    """Of each channel the greatest amplitudes of equal stretches of time; 127 is the loudest sample of the call."""


def peaks_of(wav: BinaryIO) -> Peaks:
    """Of a WAV file of 16 bits, read in pieces."""
    with wave.Wave_read(wav) as file:
        n_samples, rate, n_channels = file.getnframes(), file.getframerate(), file.getnchannels()
        width = max(rate // PER_SECOND, ceil(n_samples / MOST))
        pieces = [np.zeros((0, n_channels), dtype=np.int32)]
        while piece := file.readframes(width * POINTS_AT_ONCE):
            samples = np.abs(np.frombuffer(piece, "<i2").reshape(-1, n_channels).astype(np.int32))
            pieces.append(np.maximum.reduceat(samples, range(0, len(samples), width), axis=0))
    points = np.concatenate(pieces)
    scaled = np.rint(points * (LOUDEST / max(int(points.max(initial=0)), 1))).astype(int)
    return Peaks(round(n_samples / rate, 3), tuple(tuple(channel) for channel in scaled.T.tolist()))
