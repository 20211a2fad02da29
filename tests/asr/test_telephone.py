"""The telephone band: what passes, what does not."""

import numpy as np
import pytest
from sounds import tone

from asr.decode import SAMPLE_RATE, rms_dbfs
from asr.telephone import a_law, telephone


@pytest.mark.parametrize(
    ("frequency", "lost_db"), [(60, 30), (150, 10), (1000, 1), (2500, 1), (4500, 30), (7000, 40)], ids=str
)
def test_only_the_band_of_a_telephone_passes(frequency: float, lost_db: float) -> None:
    sound = tone(1.0, SAMPLE_RATE, 0.3, frequency)
    lost = rms_dbfs(sound) - rms_dbfs(telephone(sound))
    assert lost <= lost_db if lost_db == 1 else lost >= lost_db


def test_shape_and_range_stay() -> None:
    stereo = np.random.default_rng(0).uniform(-1, 1, (2, 16001)).astype(np.float32)
    heard = telephone(stereo)
    assert heard.shape == stereo.shape
    assert heard.dtype == np.float32
    assert np.abs(heard).max() <= 1


def test_a_law_is_as_exact_as_the_standard_says() -> None:
    samples = tone(1.0, SAMPLE_RATE, 0.5, 1020.0)
    noise = a_law(samples) - samples
    assert 35 < rms_dbfs(samples) - rms_dbfs(noise) < 42, "G.711 keeps about 38 dB between speech and its own noise"
