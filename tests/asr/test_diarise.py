from itertools import pairwise, product

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from asr.diarise import (
    APART,
    FEWEST,
    LIMIT,
    WINDOW,
    Segment,
    change_probabilities,
    cut_region,
    diarise,
    place_windows,
    principal_components,
    smooth,
    tell_apart,
)
from asr.vad import Region

RATE = 16_000


def speech(*bounds: tuple[float, float]) -> list[Region]:
    return [Region(start, end, 0) for start, end in bounds]


def voices(labels: np.ndarray, seed: int, distance: float = 2.0) -> np.ndarray:
    """Embeddings of 64 numbers: two voices, each with a drift of its own."""
    random = np.random.default_rng(seed)
    centres = random.normal(0, 1, (2, 64))
    drift = np.cumsum(random.normal(0, 0.3, len(labels)))[:, None] * random.normal(0, 0.3, 64)
    shared = random.normal(0, 1, 64) * 4
    return (shared + distance * centres[labels] + drift + random.normal(0, 0.7, (len(labels), 64))).astype(np.float32)


@pytest.mark.parametrize("seed", range(4))
def test_two_voices_that_take_turns_are_told_apart(seed: int) -> None:
    labels = np.repeat(np.arange(20) % 2, np.random.default_rng(seed).integers(3, 12, 20))
    odds, two_voices = tell_apart(voices(labels, seed), np.full(len(labels) - 1, 0.05))
    right = np.mean((odds > 0) == labels)
    assert max(right, 1 - right) > 0.97
    assert two_voices > APART


def test_halves_of_one_voice_are_alike() -> None:
    for seed in range(3):
        labels = np.zeros(120, dtype=np.int64)
        assert tell_apart(voices(labels, seed), np.full(119, 0.05))[1] < APART


@pytest.mark.parametrize("n", [1, 2, 40])
def test_the_same_sound_all_along_is_one_voice(n: int) -> None:
    odds, two_voices = tell_apart(np.ones((n, 16), dtype=np.float32) / 4, np.full(n - 1, 0.05))
    assert len(odds) == n
    assert two_voices < APART


@given(
    evidence=st.lists(st.floats(-5, 5), min_size=1, max_size=7),
    chances=st.lists(st.floats(0.01, 0.49), min_size=6, max_size=6),
)
def test_smoothing_agrees_with_adding_up_every_sequence(evidence: list[float], chances: list[float]) -> None:
    chances = chances[: len(evidence) - 1]
    total = np.zeros((len(evidence), 2))
    for states in product((0, 1), repeat=len(evidence)):
        weight = np.exp(sum(e for e, state in zip(evidence, states, strict=True) if state))
        for (before, after), chance in zip(pairwise(states), chances, strict=True):
            weight *= chance if before != after else 1 - chance
        total[np.arange(len(evidence)), states] += weight
    expected = np.log(total[:, 1] / total[:, 0])
    assert smooth(np.array(evidence), np.array(chances)) == pytest.approx(expected, abs=1e-6)


def test_a_pause_makes_a_change_likelier_and_weak_doubt_changes_nothing() -> None:
    windows = place_windows(speech((0, 3), (4, 7)))
    change = change_probabilities(windows)
    assert np.flatnonzero(change == change.max()).tolist() == [np.flatnonzero(np.diff(windows.region))[0]]
    evidence = np.array([3.0, 3.0, -0.5, 3.0, 3.0])
    assert (smooth(evidence, np.full(4, 0.03)) > 0).all()
    assert np.abs(smooth(np.full(3, 1e6), np.full(2, 0.03))).max() <= LIMIT


regions = st.lists(st.tuples(st.floats(0.05, 0.9), st.floats(0.1, 9)), min_size=1, max_size=6).map(
    lambda pairs: [
        Region(round(end - length, 3), round(end, 3), 0)
        for (_, length), end in zip(pairs, np.cumsum([gap + length for gap, length in pairs]).tolist(), strict=True)
    ]
)


@given(regions)
def test_every_region_has_windows_that_stay_inside(spoken: list[Region]) -> None:
    windows = place_windows(spoken)
    assert sorted(set(windows.region.tolist())) == list(range(len(spoken)))
    assert (np.diff(windows.centres) > 0).all()
    for frames, index in zip(windows.frames, windows.region, strict=True):
        assert len(frames) == WINDOW
        assert frames.min() >= round(spoken[index].start * 100)
        assert frames.max() <= round(spoken[index].end * 100)


@given(regions, st.integers(0, 2**32 - 1))
def test_segments_cover_the_region_and_change_speaker(spoken: list[Region], seed: int) -> None:
    random = np.random.default_rng(seed)
    windows = place_windows(spoken)
    energy = random.random(12_000).astype(np.float32)
    for index, region in enumerate(spoken):
        here = windows.region == index
        segments = list(cut_region(region, windows.centres[here], random.normal(0, 3, here.sum()), energy))
        assert (segments[0].start, segments[-1].end) == (region.start, region.end)
        assert all(
            before.end == after.start and before.speaker != after.speaker for before, after in pairwise(segments)
        )
        assert all(segment.duration > 0 and 0.5 <= segment.confidence <= 1 for segment in segments)


def test_a_change_is_cut_where_the_sound_is_softest() -> None:
    energy = np.ones(300, dtype=np.float32)
    energy[146] = 0
    segments = cut_region(Region(0, 3, 0), np.arange(0.15, 3, 0.3), np.repeat([-2.0, 2.0], 5), energy)
    assert list(segments) == [Segment(0, 1.46, 0, 0.8808), Segment(1.46, 3, 1, 0.8808)]


def test_components_keep_the_distances_they_can() -> None:
    points = np.random.default_rng(3).normal(size=(30, 4)).astype(np.float32)
    components = principal_components(points, 10)
    assert components.shape == (30, 4)
    assert np.linalg.norm(components[0] - components[1]) == pytest.approx(
        np.linalg.norm(points[0] - points[1]), rel=1e-5
    )


def buzz(pitch: float, formants: tuple[float, float], seconds: float) -> np.ndarray:
    """Something like a vowel."""
    time = np.arange(round(seconds * RATE)) / RATE
    harmonics = np.arange(1, int(3400 / pitch)) * pitch
    loud = sum(np.exp(-(((harmonics - formant) / 250) ** 2)) for formant in formants) + 0.02
    vibrato = 1 + 0.01 * np.sin(2 * np.pi * 4 * time)
    return sum(a * np.sin(2 * np.pi * h * time * vibrato) for a, h in zip(loud, harmonics, strict=True))


@pytest.mark.slow  # ten seconds of sound
def test_a_recording_with_two_sounds_has_two_voices() -> None:
    low, high = buzz(110, (500, 1500), 2.5), buzz(220, (800, 2300), 2.5)
    sound = np.concatenate([low, high, low, high]).astype(np.float32)
    sound = 0.05 * sound + np.random.default_rng(1).normal(0, 1e-3, sound.size).astype(np.float32)
    diarisation = diarise(sound, speech((0, 10)))
    assert [round(segment.end, 1) for segment in diarisation.segments] == pytest.approx([2.5, 5, 7.5, 10], abs=0.3)
    assert diarisation.two_voices > APART


def test_a_few_windows_are_no_second_person() -> None:
    labels = np.array([0] * 40 + [1] * (FEWEST - 1))
    change = np.full(len(labels) - 1, 0.1)
    _, two_voices = tell_apart(voices(labels, 3, distance=20.0).astype(np.float32), change)
    assert two_voices == -LIMIT
