"""Samples as a WAV file of 16 bits."""

import io
import wave
from collections.abc import Sequence
from typing import BinaryIO

import numpy as np

from asr.bleep import Bleep, bleeped
from asr.decode import SAMPLE_RATE, USUAL, Samples, open_sound
from callqa.types import Seconds

TELEPHONE_RATE = 8000  # Hz
FULL_SCALE = 32767
PIECE = 60  # seconds of sound that are bleeped at once


def wav_bytes(samples: Samples) -> bytes:
    """16 kHz; ``samples`` has shape (n_samples,) or (n_channels, n_samples)."""
    channels = np.atleast_2d(samples)
    buffer = io.BytesIO()
    with _new(buffer, len(channels), SAMPLE_RATE) as file:
        file.writeframes(pcm(channels))
    return buffer.getvalue()


def convert(recording: BinaryIO, wav: BinaryIO, longest: Seconds = USUAL.duration) -> None:
    """Writes a recording of any format with its own channels: at 8 kHz where it has no more, else at 16 kHz.

    Needs a few kilobytes, however long it is. Damaged packets are left out, as `asr.decode.decode` does it, so that
    times are those of the transcript. Raises `AudioError` as `asr.decode.open_sound`, and with ``too_long``.
    """
    with open_sound(recording) as sound:
        rate = TELEPHONE_RATE if sound.sample_rate <= TELEPHONE_RATE else SAMPLE_RATE
        with _new(wav, sound.n_channels, rate) as file:
            for block in sound.blocks(rate, longest):
                if block is not None:
                    file.writeframesraw(pcm(block))
            if file.tell() == 0:
                raise sound.no_sound()


def bleep_wav(plain: BinaryIO, wav: BinaryIO, bleeps: Sequence[Bleep]) -> None:
    """Writes a WAV file of 16 bits anew, with tones in place of what must not be heard; piece by piece."""
    with wave.Wave_read(plain) as source:
        n_channels, rate = source.getnchannels(), source.getframerate()
        with _new(wav, n_channels, rate) as file:
            while piece := source.readframes(PIECE * rate):
                samples = np.frombuffer(piece, "<i2").reshape(-1, n_channels).T.astype(np.float32) / np.float32(
                    FULL_SCALE
                )
                file.writeframesraw(pcm(bleeped(samples, bleeps, rate, since=file.tell() / rate)))


def pcm(samples: Samples) -> bytes:
    """Samples of shape (n_channels, n_samples) as interleaved 16 bit integers."""
    return np.rint(np.clip(samples.T, -1.0, 1.0) * FULL_SCALE).astype("<i2").tobytes()


def _new(file: BinaryIO, n_channels: int, rate: int) -> wave.Wave_write:
    wav = wave.Wave_write(file)
    wav.setnchannels(n_channels)
    wav.setsampwidth(2)
    wav.setframerate(rate)
    return wav
