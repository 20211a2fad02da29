import io

import numpy as np
import pytest
from sounds import tone, wav

from asr.decode import Audio, decode
from asr.vad import FRAME_SECONDS, MAX_REGION, MIN_PAUSE, find_speech, leaked, regions, regions_at_level


def probabilities(*runs: tuple[float, float]) -> np.ndarray:
    """(probability, seconds) runs, one after the other."""
    return np.concatenate([np.full(round(s / FRAME_SECONDS), p, dtype=np.float32) for p, s in runs])


def times(*runs: tuple[float, float]) -> list[tuple[float, float]]:
    return [(round(r.start, 1), round(r.end, 1)) for r in regions(probabilities(*runs), 0)]


def test_short_pauses_are_inside_a_region() -> None:
    assert times((0, 1), (1, 1), (0, MIN_PAUSE / 2), (1, 1), (0, 1)) == [(1.0, 3.1)]
    assert times((0, 1), (1, 1), (0, MIN_PAUSE * 2), (1, 1), (0, 1)) == [(1.0, 2.0), (2.5, 3.5)]


def test_soft_beginnings_belong_to_speech_but_are_no_speech_alone() -> None:
    assert times((0, 1), (0.3, 0.2), (1, 1), (0, 1)) == [(1.0, 2.2)]
    assert times((0, 1), (0.3, 2), (0, 1)) == []


def test_a_click_is_no_speech() -> None:
    assert times((0, 1), (1, 0.07), (0, 1)) == []
    assert times((0, 1)) == []


def test_long_speech_is_cut_where_it_is_weakest() -> None:
    cut = list(regions(probabilities((1, 20), (0.3, 0.1), (1, 30)), 1))
    assert cut[0].end == pytest.approx(20, abs=0.1)
    assert all(region.duration <= MAX_REGION for region in cut)
    assert all(before.end == after.start for before, after in zip(cut, cut[1:], strict=False))


@pytest.mark.parametrize(("separation", "is_leak"), [(40, True), (30, True), (22, True), (8, False)])
def test_crosstalk_is_known_by_its_distance_from_the_other_channel(separation: float, is_leak: bool) -> None:
    other = np.full(500, -22.0, dtype=np.float32)
    assert leaked(other - separation, other).mean() == (1 if is_leak else 0)


def test_who_speaks_alone_is_never_crosstalk() -> None:
    silent = np.full(500, -65.0, dtype=np.float32)
    assert not leaked(np.full(500, -45.0, dtype=np.float32), silent).any()


@pytest.mark.parametrize("level", [0.0, 0.2])
def test_neither_silence_nor_a_tone_is_speech(level: float) -> None:
    _, audio = decode(io.BytesIO(wav(tone(3, level=level))), "sha")
    assert find_speech(audio) == ((),)


def test_less_than_a_frame_is_no_speech() -> None:
    assert find_speech(Audio(np.zeros((1, 10), dtype=np.float32), 0, True)) == ((),)


@pytest.mark.parametrize(
    ("probability", "below", "pause", "found"),
    [
        (0.7, 5, 3.0, True),  # a short answer
        (0.7, 30, 3.0, False),  # the line's noise, whatever the detector takes it for
        (0.17, 5, 0.6, True),  # murmured before a pause
        (0.17, 5, 3.0, False),  # far from speech it stays a doubt
        (0.17, 15, 0.6, False),
        (0.1, 5, 0.6, False),
    ],
)
def test_a_speakers_own_level_tells_noise_from_murmured_words(
    probability: float, below: float, pause: float, found: bool
) -> None:
    heard = probabilities((0, 1), (probability, 0.2), (0, pause), (0.9, 3), (0, 1))
    levels = np.full(len(heard), -22.0, dtype=np.float32)
    levels[: round(1.2 / FRAME_SECONDS)] -= below
    again = regions_at_level(tuple(regions(heard, 1)), heard, levels)
    assert [round(region.start, 1) for region in again] == ([1.0] if found else []) + [round(1.2 + pause, 1)]
    assert {region.channel for region in again} == {1}
