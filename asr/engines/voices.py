"""Voices to vectors: the speaker encoder GE2E as trained for Resemblyzer (asr/models/ge2e.md), in torch.

The features are those of its training: 40 mel bands (Slaney) of the power spectrum, not of its logarithm.
"""

from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt
import scipy.fft

from asr.decode import SAMPLE_RATE, Samples

if TYPE_CHECKING:
    import torch

MODEL = Path(__file__).parents[1] / "models" / "ge2e.safetensors"
FRAMES_PER_SECOND = 100
N_FFT, HOP, BANDS = 400, SAMPLE_RATE // FRAMES_PER_SECOND, 40
SIZE = 256  # of the layers and of the embedding
BLOCK = 4096  # frames transformed at once; keeps long recordings out of memory
BATCH = 256  # windows embedded at once

Vectors = npt.NDArray[np.float32]


def mel_spectrogram(samples: Samples) -> Vectors:
    """Power in mel bands over 25 ms around every 10 ms; shape (n_samples // HOP + 1, BANDS)."""
    padded = np.pad(samples, N_FFT // 2)
    frames = np.lib.stride_tricks.sliding_window_view(padded, N_FFT)[::HOP]
    window = (0.5 - 0.5 * np.cos(2 * np.pi * np.arange(N_FFT) / N_FFT)).astype(np.float32)
    filters = _mel_filters().T
    blocks = (scipy.fft.rfft(frames[i : i + BLOCK] * window, axis=1) for i in range(0, len(frames), BLOCK))
    mels: Vectors = np.concatenate([(block.real**2 + block.imag**2) @ filters for block in blocks])
    return mels


def embed(mels: Vectors, windows: npt.NDArray[np.int64]) -> Vectors:
    """The voice in each window of a spectrogram; shape (n_windows, SIZE), of length one.

    ``windows`` holds the frames of each window in order, shape (n_windows, n_frames); the encoder was trained on 160.
    """
    import torch

    lstm, linear = _encoder()
    embeddings = []
    with torch.inference_mode():
        for first in range(0, len(windows), BATCH):
            _, (hidden, _) = lstm(torch.from_numpy(mels[windows[first : first + BATCH]]))
            embeddings.append(torch.nn.functional.normalize(torch.relu(linear(hidden[-1]))).numpy())
    return np.concatenate(embeddings) if embeddings else np.zeros((0, SIZE), dtype=np.float32)


@lru_cache(maxsize=1)
def _encoder() -> "tuple[torch.nn.LSTM, torch.nn.Linear]":
    import torch
    from safetensors.torch import load_file

    layers = torch.nn.ModuleDict(
        {"lstm": torch.nn.LSTM(BANDS, SIZE, 3, batch_first=True), "linear": torch.nn.Linear(SIZE, SIZE)}
    )
    layers.load_state_dict({name: tensor.float() for name, tensor in load_file(MODEL).items()})
    layers.eval()
    return layers["lstm"], layers["linear"]  # type: ignore[return-value]


@lru_cache(maxsize=1)
def _mel_filters() -> Vectors:
    """Triangles of equal area on the mel scale of Slaney, linear to 1 kHz; shape (BANDS, N_FFT // 2 + 1)."""
    top = 15 + 27 * np.log(SAMPLE_RATE / 2 / 1000) / np.log(6.4)
    mels = np.linspace(0, top, BANDS + 2)
    edges = np.where(mels < 15, mels * 200 / 3, 1000 * 6.4 ** ((mels - 15) / 27))
    hertz = np.fft.rfftfreq(N_FFT, 1 / SAMPLE_RATE)
    low, centre, high = edges[:-2, None], edges[1:-1, None], edges[2:, None]
    triangles = np.minimum((hertz - low) / (centre - low), (high - hertz) / (high - centre))
    filters: Vectors = (np.maximum(triangles, 0) * 2 / (high - low)).astype(np.float32)
    return filters
