"""Samples as an MP3 file of one channel: small enough to lie within a page or a slide, and played everywhere."""

import io

import numpy as np

from asr.decode import SAMPLE_RATE, Samples
from asr.wav import FULL_SCALE

BIT_RATE = 32_000  # enough for speech at 16 kHz
BLOCK = SAMPLE_RATE  # samples that are encoded at a time


def mp3_bytes(samples: Samples) -> bytes:
    """16 kHz, both voices in one channel; ``samples`` has shape (n_samples,) or (n_channels, n_samples)."""
    import av  # as `asr.decode` does it: whoever decodes nothing does not wait for it

    mixed = np.clip(np.atleast_2d(samples).sum(axis=0, keepdims=True), -1.0, 1.0)
    whole = np.round(mixed * FULL_SCALE).astype(np.int16)
    buffer = io.BytesIO()
    with av.open(buffer, "w", format="mp3") as container:
        stream = container.add_stream("mp3", rate=SAMPLE_RATE, layout="mono", format="s16p")
        stream.bit_rate = BIT_RATE
        for start in range(0, whole.shape[1], BLOCK):
            frame = av.AudioFrame.from_ndarray(whole[:, start : start + BLOCK], format="s16p", layout="mono")
            frame.sample_rate = SAMPLE_RATE
            frame.pts = start
            container.mux(stream.encode(frame))
        container.mux(stream.encode(None))
    return buffer.getvalue()
