"""Recordings that can be played, for the newest calls: noise in the rhythm of speech, a channel each."""

import wave
from pathlib import Path
from typing import NamedTuple

import numpy as np

from callqa.keys import file_sha256

SOUNDS = 120
RATE = 8000
SECONDS = 90


class SoundFile(NamedTuple):
    path: Path
    sha256: str
    n_bytes: int


def sound_files(folder: Path) -> list[SoundFile]:
    """As many as `SOUNDS`, no two alike."""
    folder.mkdir(parents=True, exist_ok=True)
    return [_sound(folder / f"{n}.wav", n) for n in range(SOUNDS)]


def _sound(path: Path, seed: int) -> SoundFile:
    chance = np.random.default_rng(seed)
    loudness = np.repeat(chance.choice([0, 0.1, 0.3], (SECONDS, 2)), RATE, axis=0)
    samples = (chance.standard_normal((SECONDS * RATE, 2)) * loudness * 8000).clip(-32767, 32767).astype("<i2")
    with wave.open(str(path), "wb") as file:
        file.setnchannels(2)
        file.setsampwidth(2)
        file.setframerate(RATE)
        file.writeframes(samples.tobytes())
    with path.open("rb") as whole:
        return SoundFile(path, file_sha256(whole), path.stat().st_size)
