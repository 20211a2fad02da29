"""Audio files made on the spot."""

import io
import wave

import av
import numpy as np
import numpy.typing as npt

Samples = npt.NDArray[np.float32]


def tone(seconds: float, rate: int = 8000, level: float = 0.3, frequency: float = 440.0) -> Samples:
    return (level * np.sin(2 * np.pi * frequency * np.arange(round(seconds * rate)) / rate)).astype(np.float32)


def wav(*channels: Samples, rate: int = 8000) -> bytes:
    """A 16-bit WAV file; all channels as long as each other."""
    buffer = io.BytesIO()
    with wave.open(buffer, "wb") as file:
        file.setnchannels(len(channels))
        file.setsampwidth(2)
        file.setframerate(rate)
        file.writeframes((np.stack(channels, axis=1) * 32767).astype("<i2").tobytes())
    return buffer.getvalue()


def encoded(samples: Samples, container: str, codec: str, rate: int = 8000) -> bytes:
    """A mono file in another container and codec."""
    buffer = io.BytesIO()
    with av.open(buffer, "w", format=container) as file:
        stream = file.add_stream(codec, rate=rate, layout="mono")
        frame = av.AudioFrame.from_ndarray(samples[None, :], format="fltp", layout="mono")
        frame.sample_rate = rate
        for packet in [*stream.encode(frame), *stream.encode(None)]:
            file.mux(packet)
    return buffer.getvalue()
