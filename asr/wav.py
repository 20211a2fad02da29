"""Samples as a WAV file."""

import io
import wave

import numpy as np

from asr.decode import SAMPLE_RATE, Samples


def wav_bytes(samples: Samples) -> bytes:
    """16 bits, 16 kHz; ``samples`` has shape (n_samples,) or (n_channels, n_samples)."""
    channels = np.atleast_2d(samples)
    buffer = io.BytesIO()
    with wave.open(buffer, "wb") as file:
        file.setnchannels(len(channels))
        file.setsampwidth(2)
        file.setframerate(SAMPLE_RATE)
        file.writeframes((np.clip(channels.T, -1.0, 1.0) * 32767).astype("<i2").tobytes())
    return buffer.getvalue()
