import numpy as np
import pytest

from asr.engines.voices import BANDS, SIZE, embed, mel_spectrogram

RATE = 16_000
TIME = np.arange(2 * RATE) / RATE
VIBRATO = 1 + 0.02 * np.sin(2 * np.pi * 2 * TIME)
BUZZ = sum(0.05 / h * np.sin(2 * np.pi * 150 * h * TIME * VIBRATO) for h in range(1, 20)).astype(np.float32)


def test_the_spectrogram_is_that_of_librosa() -> None:
    mels = mel_spectrogram(BUZZ)
    # librosa.feature.melspectrogram(y=BUZZ, sr=16000, n_fft=400, hop_length=160, n_mels=40), frame 100
    expected = [0.00091139, 0.23447296, 0.26696414, 0.01858601, 0.09279413, 0.02371084]
    assert mels.shape == (201, BANDS)
    assert mels[100, :6] == pytest.approx(expected, rel=1e-4)
    assert mels.sum() == pytest.approx(158.6691, rel=1e-4)


@pytest.mark.parametrize("n", [0, 1, 159, 160, 5000 * 160])
def test_a_spectrogram_has_a_frame_every_10_ms(n: int) -> None:
    assert mel_spectrogram(np.zeros(n, dtype=np.float32)).shape == (n // 160 + 1, BANDS)


def test_the_encoder_is_that_of_resemblyzer() -> None:
    embedding = embed(mel_spectrogram(BUZZ), np.arange(160)[None])
    # The five largest of the 256 numbers that resemblyzer.VoiceEncoder gives for these frames, in float32.
    assert embedding.shape == (1, SIZE)
    assert embedding[0, [189, 122, 131, 49, 146]] == pytest.approx([0.2668, 0.2011, 0.2002, 0.1897, 0.1865], abs=1e-3)


def test_windows_are_embedded_one_by_one() -> None:
    mels = mel_spectrogram(BUZZ)
    windows = np.arange(120) + np.array([[0], [40], [80], [0]])
    together = embed(mels, windows)
    assert together == pytest.approx(np.concatenate([embed(mels, window[None]) for window in windows]), abs=1e-5)
    assert np.linalg.norm(together, axis=1) == pytest.approx(1)
    assert together[0] == pytest.approx(together[3])
    assert embed(mels, windows[:0]).shape == (0, SIZE)
